/**
 * Positions of kept weights as gaps of a fixed width (Han et al. 2016, section 2 and Fig. 2).
 *
 * A gap counts the zeros since the entry before, so `position = cumsum(gap + 1) - 1`, as in the authors' released files. A gap of
 * `width` bits is at most 2^width - 1; a longer run of zeros takes filler entries: that gap, with code 0. At width 0 every zero
 * is a filler, which is dense storage.
 */
import { FormatError } from './error';

/** One entry for each kept weight and each filler. */
export interface Entries {
  /** `[entries]`, each below 2^width */
  gaps: Uint8Array;
  /** `[entries]`, 0 for a filler */
  codes: Uint16Array;
}

/**
 * @param positions of the kept weights, ascending, `[kept]`
 * @param codes of the kept weights, none 0, `[kept]`
 * @param indexBits of a gap, 0 to 8
 */
export function toGaps(positions: Uint32Array, codes: Uint16Array, width: number): Entries {
  const step = 2 ** width;
  const count = positions.length + countGaps(positions, width).fillers;
  const gaps = new Uint8Array(count);
  const entryCodes = new Uint16Array(count);
  let entry = 0;
  let next = 0;
  for (let i = 0; i < positions.length; i++) {
    for (; positions[i] - next >= step; next += step) gaps[entry++] = step - 1;
    gaps[entry] = positions[i] - next;
    entryCodes[entry++] = codes[i];
    next = positions[i] + 1;
  }
  return { gaps, codes: entryCodes };
}

/** How often each gap occurs in the relative index of `positions`, `[2^width]`, and how many fillers it takes. */
export function countGaps(positions: Uint32Array, width: number): { frequencies: Float64Array; fillers: number } {
  const frequencies = new Float64Array(2 ** width);
  const largest = 2 ** width - 1;
  let fillers = 0;
  for (let i = 0, next = 0; i < positions.length; i++) {
    const zeros = positions[i] - next;
    frequencies[zeros & largest]++;
    fillers += zeros >>> width;
    next = positions[i] + 1;
  }
  frequencies[largest] += fillers;
  return { frequencies, fillers };
}

/** The position of every entry, fillers included, `[entries]`. One at `size` or beyond is a `FormatError` at `offset`. */
export function fromGaps(gaps: Uint8Array, size: number, offset = 0): Uint32Array {
  const positions = new Uint32Array(gaps.length);
  let position = -1;
  for (let i = 0; i < gaps.length; i++) {
    position += gaps[i] + 1;
    positions[i] = position;
  }
  if (position >= size) throw new FormatError(`fromGaps: positions must be below ${size}, got ${position}`, offset);
  return positions;
}
