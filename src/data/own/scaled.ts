import type { Picture } from '../jpeg';

/** A picture in another size: each new pixel is the mean of what it covers, by area; what is enlarged is interpolated linearly. */
export function scaled({ width, height, pixels }: Picture, [rows, columns]: readonly [height: number, width: number]): Picture {
  if (rows === height && columns === width) return { width, height, pixels };
  const across = partsOf(width, columns);
  const down = partsOf(height, rows);
  const narrow = new Float32Array(height * columns * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < columns; x++) {
      const { first, shares } = across[x];
      const to = (y * columns + x) * 3;
      for (let i = 0, from = (y * width + first) * 3; i < shares.length; i++, from += 3) {
        narrow[to] += shares[i] * pixels[from];
        narrow[to + 1] += shares[i] * pixels[from + 1];
        narrow[to + 2] += shares[i] * pixels[from + 2];
      }
    }
  }
  const row = columns * 3;
  const result = new Uint8Array(rows * row);
  for (let y = 0; y < rows; y++) {
    const { first, shares } = down[y];
    for (let at = 0; at < row; at++) {
      let sum = 0;
      for (let i = 0; i < shares.length; i++) sum += shares[i] * narrow[(first + i) * row + at];
      result[y * row + at] = Math.round(sum);
    }
  }
  return { width: columns, height: rows, pixels: result };
}

/** What a new place is made of: old ones from `first` on, with shares that sum to 1. */
interface Parts {
  first: number;
  shares: Float64Array;
}

function partsOf(from: number, to: number): Parts[] {
  const scale = from / to;
  return Array.from({ length: to }, (_, at) => {
    if (scale > 1) {
      const [start, end] = [at * scale, (at + 1) * scale];
      const first = Math.floor(start);
      const count = Math.min(from, Math.ceil(end - 1e-9)) - first;
      return { first, shares: Float64Array.from({ length: count }, (_, i) => (Math.min(end, first + i + 1) - Math.max(start, first + i)) / scale) };
    }
    const centre = Math.min(from - 1, Math.max(0, (at + 0.5) * scale - 0.5));
    const part = centre % 1;
    return { first: Math.floor(centre), shares: part === 0 ? Float64Array.of(1) : Float64Array.of(1 - part, part) };
  });
}
