/**
 * Positions of kept weights as gaps of a fixed width (Han et al. 2016, section 2 and Fig. 2).
 *
 * A gap counts the zeros since the entry before, so `position = cumsum(gap + 1) - 1`, as in the authors' released files. A gap of
 * `indexBits` bits is at most 2^indexBits - 1; a longer run of zeros takes filler entries: that gap, with code 0. Of 0 bits every zero
 * is a filler, which is dense storage.
 */
import { FormatError } from './error';

/** One entry for each kept weight and each filler. */
export interface Entries {
  /** `[entries]`, the zeros since the entry before, each below 2^indexBits */
  gaps: Uint8Array;
  /** `[entries]`, 0 for a filler */
  codes: Uint16Array;
}

/**
 * The relative index of kept weights: the gap before each and its code, and fillers where a run of zeros is longer than a gap can say (Han et al. 2016, section 2).
 *
 * @param positions of the kept weights, ascending, `[kept]`
 * @param codes of the kept weights, none 0, `[kept]`
 * @param indexBits of a gap, 0 to 8
 * @returns gaps and codes `[entries]`, fillers included
 */
export function toGaps(positions: Uint32Array, codes: Uint16Array, indexBits: number): Entries {
  const step = 2 ** indexBits;
  const count = positions.length + countGaps(positions, indexBits).fillers;
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

/** How often each gap occurs in the relative index of `positions`, `[2^indexBits]`, and how many fillers it takes. */
export function countGaps(positions: Uint32Array, indexBits: number): { frequencies: Float64Array; fillers: number } {
  const frequencies = new Float64Array(2 ** indexBits);
  const largest = 2 ** indexBits - 1;
  let fillers = 0;
  for (let i = 0, next = 0; i < positions.length; i++) {
    const zeros = positions[i] - next;
    frequencies[zeros & largest]++;
    fillers += zeros >>> indexBits;
    next = positions[i] + 1;
  }
  frequencies[largest] += fillers;
  return { frequencies, fillers };
}

/**
 * The position of every entry, fillers included, by its gap: position = sum of (gap + 1) - 1 up to it.
 *
 * @param gaps `[entries]`
 * @param size how many values the tensor has
 * @param offset the byte that an error names
 * @returns `[entries]`, ascending
 * @throws FormatError when a position is `size` or beyond
 */
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
