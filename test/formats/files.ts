/** Files of each format, made independently of the readers. */
import fc from 'fast-check';

export const sizeOf = (shape: readonly number[]): number => shape.reduce((size, length) => size * length, 1);

export const joined = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

export const latin1 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));

/** Whole numbers of `width` bytes, little-endian. */
export const uints = (width: number, ...values: number[]): Uint8Array => joined(...values.map((value) => Uint8Array.from({ length: width }, (_, i) => Math.floor(value / 256 ** i) % 256)));

export function floats(values: ArrayLike<number>): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  Array.from(values).forEach((value, i) => view.setFloat32(4 * i, value, true));
  return new Uint8Array(view.buffer);
}

/** A NumPy file with the header as given, filled up with spaces to a multiple of 64 bytes. */
export function npyFile(header: string, data: Uint8Array, version = 1): Uint8Array {
  const before = version === 1 ? 10 : 12;
  const text = `${header}${' '.repeat(63 - ((before + header.length) % 64))}\n`;
  return joined(Uint8Array.of(0x93, ...latin1('NUMPY'), version, 0), uints(version === 1 ? 2 : 4, text.length), latin1(text), data);
}

export const npyHeader = (shape: readonly number[], { descr = '<f4', fortran = false } = {}): string =>
  `{'descr': '${descr}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }`;

export function safetensorsFile(header: string | object, data: Uint8Array): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  return joined(uints(8, text.length), text, data);
}

/** A layer as `deepCompressedFile` writes it. */
export interface Layer {
  name: string;
  shape: readonly number[];
  bits: 4 | 8;
  codebook: number[];
  biases: number[];
  /** C order, 0 for a weight that is 0. */
  codes: number[];
}

const nibbles = (values: number[]): Uint8Array => Uint8Array.from({ length: Math.ceil(values.length / 2) }, (_, i) => values[2 * i] + 16 * (values[2 * i + 1] ?? 0));

/** The authors' format: each layer's weights as gaps and codes. */
export function deepCompressedFile(layers: readonly Layer[]): Uint8Array {
  const entries = layers.map(({ codes }) => {
    const found: [gap: number, code: number][] = [];
    let zeros = 0;
    for (const code of codes) {
      if (code === 0 && zeros < 15) zeros++;
      else {
        found.push([zeros, code]);
        zeros = 0;
      }
    }
    return found;
  });
  const parts = layers.map(({ bits, codebook, biases }, i) => {
    const codes = entries[i].map(([, code]) => code);
    return joined(floats(codebook), floats(biases), bits === 8 ? Uint8Array.from(codes) : nibbles(codes), nibbles(entries[i].map(([gap]) => gap)));
  });
  return joined(uints(4, ...entries.map(({ length }) => length)), ...parts);
}

/** A file with one to four changes: a bit flipped, bytes forged, a piece left out, doubled or filled with the largest number, the end cut off. */
export const damaged = (files: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> =>
  fc.tuple(files, fc.array(fc.tuple(fc.nat(5), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), fc.nat(255), fc.integer({ min: 1, max: 9 })), { minLength: 1, maxLength: 4 })).map(([file, changes]) =>
    changes.reduce((bytes, [kind, place, byte, length]) => {
      const at = Math.floor(place * bytes.length);
      const [before, piece, after] = [bytes.subarray(0, at), bytes.subarray(at, at + length), bytes.subarray(at + length)];
      switch (kind) {
        case 0:
          return bytes.map((old, i) => (i === at ? old ^ (1 << (byte & 7)) : old));
        case 1:
          return bytes.map((old, i) => (i === at ? byte : old));
        case 2:
          return joined(before, after);
        case 3:
          return joined(before, piece, piece, after);
        case 4:
          return joined(before, piece.map(() => 255), after);
        default:
          return before;
      }
    }, file),
  );
