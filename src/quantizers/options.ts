import { described } from '../system';

/** @throws RangeError when bits is not a whole number from `least` to 16 */
export function checkBits(where: string, bits: number, least: number): void {
  if (!Number.isInteger(bits) || bits < least || bits > 16) throw new RangeError(`${where}: bits must be a whole number from ${least} to 16, got ${described(bits)}`);
}
