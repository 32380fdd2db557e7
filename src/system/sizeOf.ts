/** How many values a shape has: the product of its lengths, 1 for []. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((size, length) => size * length, 1);
