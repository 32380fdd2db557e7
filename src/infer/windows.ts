/** Windows of a convolution or of pooling over an image, as tfjs lays them. */
export interface Window {
  size: readonly [height: number, width: number];
  strides: readonly [height: number, width: number];
  input: readonly [height: number, width: number];
  output: readonly [height: number, width: number];
  /** Rows above the input and columns left of it that windows reach. */
  before: readonly [height: number, width: number];
}

interface WindowConfig {
  kernelSize?: number | number[];
  poolSize?: number | number[];
  strides?: number | number[];
  padding?: string;
}

const both = (value: number | number[]): number[] => (typeof value === 'number' ? [value, value] : value);

export function windowOf([height, width]: readonly number[], { kernelSize, poolSize, strides = 1, padding = 'valid' }: WindowConfig): Window {
  const size = both((kernelSize ?? poolSize)!);
  const steps = both(strides);
  const axes = [height, width].map((length, axis) => {
    const same = padding === 'same';
    const output = Math.ceil((same ? length : length - size[axis] + 1) / steps[axis]);
    return { output, before: same ? Math.floor(Math.max((output - 1) * steps[axis] + size[axis] - length, 0) / 2) : 0 };
  });
  return {
    size: [size[0], size[1]],
    strides: [steps[0], steps[1]],
    input: [height, width],
    output: [axes[0].output, axes[1].output],
    before: [axes[0].before, axes[1].before],
  };
}

/** The window that is all of its input. */
export const wholeOf = ([height, width]: readonly number[]): Window => windowOf([height, width], { kernelSize: [height, width] });

/** Whether there is one window, and it is all of the input. */
export const isWhole = ({ size, input, before }: Window): boolean => size[0] === input[0] && size[1] === input[1] && before[0] === 0 && before[1] === 0;

/** Height and width of the input with the border that windows reach. */
export function bordered({ size, strides, input, output, before }: Window): [height: number, width: number] {
  const lengths = [0, 1].map((axis) => Math.max(before[axis] + input[axis], (output[axis] - 1) * strides[axis] + size[axis]));
  return [lengths[0], lengths[1]];
}

/** For each place of the window, where it lies from the input's first pixel. */
export interface Reach {
  row: number;
  column: number;
}

/** Where the windows begin, row by row: beyond the input where they reach its border. */
export function beginnings({ strides, output, before }: Window): Reach[] {
  return Array.from({ length: output[0] * output[1] }, (_, i) => ({
    row: Math.floor(i / output[1]) * strides[0] - before[0],
    column: (i % output[1]) * strides[1] - before[1],
  }));
}

/** The places of a window, row by row, that lie on the input: true, or on its border: false. */
export function inside({ size, input }: Window, { row, column }: Reach): boolean[] {
  return Array.from({ length: size[0] * size[1] }, (_, i) => {
    const [y, x] = [row + Math.floor(i / size[1]), column + (i % size[1])];
    return y >= 0 && y < input[0] && x >= 0 && x < input[1];
  });
}
