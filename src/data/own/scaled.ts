import type { Picture } from '../jpeg';

/** A picture in another size: each new pixel is the mean of what it covers, by area; what is enlarged is interpolated linearly. */
export function scaled({ width, height, pixels }: Picture, [rows, columns]: readonly [height: number, width: number]): Picture {
  if (rows === height && columns === width) return { width, height, pixels };
  const across = weights(width, columns);
  const down = weights(height, rows);
  const result = new Uint8Array(rows * columns * 3);
  const narrow = new Float32Array(height * columns * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < columns; x++)
      for (const [from, share] of across[x]) for (let channel = 0; channel < 3; channel++) narrow[(y * columns + x) * 3 + channel] += share * pixels[(y * width + from) * 3 + channel];
  for (let y = 0; y < rows; y++)
    for (let at = 0; at < columns * 3; at++) result[y * columns * 3 + at] = Math.round(down[y].reduce((sum, [from, share]) => sum + share * narrow[from * columns * 3 + at], 0));
  return { width: columns, height: rows, pixels: result };
}

/** For each new place the old ones that it is made of, with their shares, which sum to 1. */
function weights(from: number, to: number): [place: number, share: number][][] {
  const scale = from / to;
  return Array.from({ length: to }, (_, at) => {
    if (scale > 1) {
      const [start, end] = [at * scale, (at + 1) * scale];
      const places = Array.from({ length: Math.min(from, Math.ceil(end - 1e-9)) - Math.floor(start) }, (_, i) => Math.floor(start) + i);
      return places.map((place) => [place, (Math.min(end, place + 1) - Math.max(start, place)) / scale]);
    }
    const centre = Math.min(from - 1, Math.max(0, (at + 0.5) * scale - 0.5));
    const [low, part] = [Math.floor(centre), centre % 1];
    return part === 0 ? [[low, 1]] : [[low, 1 - part], [low + 1, part]];
  });
}
