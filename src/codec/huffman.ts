/**
 * Canonical Huffman codes of at most 15 bits (Huffman, "A method for the construction of minimum-redundancy codes", 1952).
 * A code is its list of lengths, 0 for a symbol that does not occur: shorter codes come first, and equal ones in the symbols'
 * order (RFC 1951, section 3.2.2).
 */
import type { BitReader, BitWriter } from './bits';
import { FormatError } from './error';

export const MAX_LENGTH = 15;

/** How often each symbol from 0 to `alphabet - 1` occurs. */
export function histogram(symbols: Uint8Array | Uint16Array, alphabet: number): Float64Array {
  const frequencies = new Float64Array(alphabet);
  for (let i = 0; i < symbols.length; i++) frequencies[symbols[i]]++;
  return frequencies;
}

/**
 * The code lengths of least total size, none above `limit`, by package-merge (Larmore & Hirschberg, "A fast algorithm for
 * optimal length-limited Huffman codes", 1990). A lone symbol gets one bit. O(limit * n log n) for n symbols.
 *
 * @param frequencies how often each symbol occurs, `[alphabet]`
 * @returns `[alphabet]`
 * @throws RangeError when more than 2^limit symbols occur
 */
export function codeLengths(frequencies: ArrayLike<number>, limit = MAX_LENGTH): Uint8Array {
  const lengths = new Uint8Array(frequencies.length);
  const symbols: number[] = [];
  for (let symbol = 0; symbol < frequencies.length; symbol++) if (frequencies[symbol] > 0) symbols.push(symbol);
  symbols.sort((a, b) => frequencies[a] - frequencies[b] || a - b);
  const count = symbols.length;
  if (count > 2 ** limit) throw new RangeError(`codeLengths: at most 2^${limit} symbols may occur, got ${count}; store them at a fixed width`);
  if (count === 1) lengths[symbols[0]] = 1;
  if (count < 2) return lengths;

  // Level by level, pairs of the level before ("packages") are merged with the symbols, by weight.
  const weights = symbols.map((symbol) => frequencies[symbol]);
  const isSymbol = [weights.map(() => true)];
  for (let level = 1, before = weights; level < limit; level++) {
    const merged: number[] = [];
    const flags: boolean[] = [];
    for (let next = 0, pair = 0; next < count || pair + 1 < before.length; ) {
      const pairWeight = pair + 1 < before.length ? before[pair] + before[pair + 1] : Infinity;
      const takeSymbol = next < count && weights[next] <= pairWeight;
      merged.push(takeSymbol ? weights[next++] : pairWeight);
      flags.push(takeSymbol);
      if (!takeSymbol) pair += 2;
    }
    isSymbol.push(flags);
    before = merged;
  }
  // The 2n - 2 lightest items of the last level make the code: a symbol is one bit longer for each level that takes it.
  for (let level = limit - 1, take = 2 * count - 2; level >= 0; level--) {
    let taken = 0;
    for (let i = 0; i < take; i++) if (isSymbol[level][i]) lengths[symbols[taken++]]++;
    take = 2 * (take - taken);
  }
  return lengths;
}

/** The code of each symbol as a whole number of as many bits as its length says. */
export function canonicalCodes(lengths: Uint8Array): Uint16Array {
  const first = new Uint16Array(MAX_LENGTH + 2);
  for (const length of lengths) if (length > 0) first[length + 1]++;
  for (let length = 1; length <= MAX_LENGTH; length++) first[length + 1] = 2 * (first[length] + first[length + 1]);
  return Uint16Array.from(lengths, (length) => (length > 0 ? first[length]++ : 0));
}

/** Appends the codes of `symbols`. */
export function writeHuffman(writer: BitWriter, symbols: Uint8Array | Uint16Array, lengths: Uint8Array): void {
  const codes = canonicalCodes(lengths);
  for (let i = 0; i < symbols.length; i++) writer.write(codes[symbols[i]], lengths[symbols[i]]);
}

/**
 * Fills `symbols` from the next `byteLength` bytes, by a table look-up for each symbol.
 *
 * @returns the bits of all codes
 * @throws FormatError when the lengths make no complete code, when the bytes end too early or when any are left over
 */
export function readHuffman(reader: BitReader, byteLength: number, lengths: Uint8Array, symbols: Uint8Array | Uint16Array): number {
  if (symbols.length === 0 && byteLength === 0) return 0;
  const bytes = reader.readBytes(byteLength);
  const start = reader.offset - byteLength;
  const width = lengths.reduce((longest, length) => Math.max(longest, length), 0);
  const table = decodingTable(lengths, width, start);
  let window = 0;
  let held = 0;
  let at = 0;
  for (let i = 0; i < symbols.length; i++) {
    while (held < width) {
      window = (window << 8) | (at < byteLength ? bytes[at] : 0);
      at++;
      held += 8;
    }
    const entry = table[(window >>> (held - width)) & (table.length - 1)];
    held -= entry & 15;
    symbols[i] = entry >>> 4;
  }
  const bits = 8 * at - held;
  if (Math.ceil(bits / 8) !== byteLength) throw new FormatError(`readHuffman: ${symbols.length} codes must fill ${byteLength} bytes, got ${bits} bits`, start);
  if (bits % 8 > 0 && bytes[byteLength - 1] & (0xff >>> bits % 8)) throw new FormatError('readHuffman: the bits that fill the last byte must be zero', start);
  return bits;
}

/** For every value of the next `width` bits the symbol they start with and its length: `symbol << 4 | length`. */
function decodingTable(lengths: Uint8Array, width: number, offset: number): Uint32Array {
  const table = new Uint32Array(2 ** width);
  const used = lengths.reduce((sum, length) => sum + (length > 0 ? 2 ** (width - length) : 0), 0);
  const lone = lengths.filter((length) => length > 0).length === 1;
  if (used > table.length) throw new FormatError('huffman: the code lengths are over-subscribed', offset);
  if (used < table.length && !(lone && width === 1)) throw new FormatError('huffman: the code lengths are under-subscribed', offset);
  const codes = canonicalCodes(lengths);
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    if (lengths[symbol] === 0) continue;
    const spare = width - lengths[symbol];
    table.fill((symbol << 4) | lengths[symbol], codes[symbol] << spare, (codes[symbol] + 1) << spare);
  }
  return lone ? table.fill(table[0]) : table;
}

/**
 * Appends the lengths of a complete code: each as its difference from the one before, folded to 1, 2, 3, ... for 0, -1, +1, ...
 * in Elias' gamma code. The list ends where the code is complete; symbols after that do not occur.
 */
export function writeLengths(writer: BitWriter, lengths: Uint8Array): void {
  let previous = 0;
  for (let symbol = 0, room = 2 ** MAX_LENGTH; room > 0; symbol++) {
    if (symbol === lengths.length) throw new RangeError('writeLengths: the code must be complete, got an under-subscribed one');
    const difference = lengths[symbol] - previous;
    writer.writeGamma(difference < 0 ? -2 * difference : 2 * difference + 1);
    previous = lengths[symbol];
    if (previous > 0) room -= 2 ** (MAX_LENGTH - previous);
  }
}

/** Reads what `writeLengths` wrote for `alphabet` symbols; a code that is not complete is a `FormatError`. */
export function readLengths(reader: BitReader, alphabet: number): Uint8Array {
  const lengths = new Uint8Array(alphabet);
  let previous = 0;
  for (let symbol = 0, room = 2 ** MAX_LENGTH; room > 0; symbol++) {
    if (symbol === alphabet) throw new FormatError('readLengths: the code lengths are under-subscribed', reader.offset);
    const folded = reader.readGamma();
    previous += folded % 2 === 0 ? -folded / 2 : (folded - 1) / 2;
    if (previous < 0 || previous > MAX_LENGTH) throw new FormatError(`readLengths: a code length must be 0 to ${MAX_LENGTH}, got ${previous}`, reader.offset);
    if (previous > 0) room -= 2 ** (MAX_LENGTH - previous);
    if (room < 0) throw new FormatError('readLengths: the code lengths are over-subscribed', reader.offset);
    lengths[symbol] = previous;
  }
  return lengths;
}
