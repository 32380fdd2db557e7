import { sizeOf } from '../system';

/** √((fan in + fan out) / 1.5), 2 over Glorot's limit √(6 / (fan in + fan out)): by it the code of Courbariaux et al. 2016 multiplies the updates of a kernel `[...window, in, out]`, whose fans are in and out, each times the size of the window. */
export function fanRate(shape: readonly number[]): number {
  const fans = shape.slice(-2).reduce((sum, channels) => sum + channels, 0);
  return Math.sqrt((sizeOf(shape.slice(0, -2)) * fans) / 1.5);
}
