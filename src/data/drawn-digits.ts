import { foldIn, fractions, key as keyOf, type Key } from '../random';
import type { Dataset, Split } from './dataset';
import { write, type Path } from './handwriting';
import { checkOptions } from '../system';
import { datasetInOneLine, splitInOneLine } from './oneLine';

const SIDE = 28;
const BOX = 20;

/**
 * Drawn digits: a set of MNIST's form (28 by 28, ten classes, 60,000 + 10,000) that needs no download. Each image is a
 * digit's skeleton, distorted at random and drawn with a pen of random width, then brought into a box of 20 by 20 and
 * moved until the centre of mass of its strokes is the image's centre, as MNIST's images were.
 *
 * Image `i` depends on the key and on `i` alone: a smaller set is the beginning of a larger one. The same key gives the same bytes
 * on one machine; across CPUs a pixel may differ by one level, where their sines do.
 */
export function drawnDigits(options: { train?: number; test?: number; key?: Key } = {}): Dataset {
  checkOptions('drawnDigits', options, ['train', 'test', 'key']);
  const { train = 60_000, test = 10_000, key = keyOf(0) } = options;
  return datasetInOneLine({
    name: 'drawn digits',
    real: false,
    shape: [SIDE, SIDE],
    classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
    train: drawSplit(foldIn(key, 'train'), train),
    test: drawSplit(foldIn(key, 'test'), test),
  });
}

function drawSplit(key: Key, count: number): Split<Uint8Array> {
  const images = new Uint8Array(count * SIDE * SIDE);
  const labels = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const next = fractions(foldIn(key, i));
    labels[i] = Math.floor(10 * next());
    const paths = write(labels[i], next);
    const radius = 0.65 + 1.35 * next();
    const edge = 0.8 + 0.7 * next();
    const intensity = 200 + 56 * next();
    centre(paths, radius);
    ink(paths, radius, edge, intensity, images.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE));
  }
  return splitInOneLine({ images, labels, count, shape: [SIDE, SIDE] });
}

/** Scales the paths so that the ink just fits the box, and moves their centre of mass to the image's centre. */
function centre(paths: Path[], radius: number): void {
  let [left, right, top, bottom, mass, massX, massY] = [Infinity, -Infinity, Infinity, -Infinity, 0, 0, 0];
  for (const path of paths) {
    for (let i = 0; i < path.length; i += 2) {
      left = Math.min(left, path[i]);
      right = Math.max(right, path[i]);
      top = Math.min(top, path[i + 1]);
      bottom = Math.max(bottom, path[i + 1]);
      if (i === 0) continue;
      const length = Math.hypot(path[i] - path[i - 2], path[i + 1] - path[i - 1]);
      mass += length;
      massX += (length * (path[i] + path[i - 2])) / 2;
      massY += (length * (path[i + 1] + path[i - 1])) / 2;
    }
  }
  const scale = (BOX - 2 * radius) / Math.max(right - left, bottom - top);
  for (const path of paths) {
    for (let i = 0; i < path.length; i += 2) {
      path[i] = SIDE / 2 + scale * (path[i] - massX / mass);
      path[i + 1] = SIDE / 2 + scale * (path[i + 1] - massY / mass);
    }
  }
}

/**
 * Draws the paths into one image: a pixel whose centre is `d` away from the nearest stroke gets
 * `intensity · clip((radius - d) / edge + 1/2, 0, 1)`. Only pixels near a stroke are visited.
 */
function ink(paths: Path[], radius: number, edge: number, intensity: number, image: Uint8Array): void {
  const reach = radius + edge / 2;
  for (const path of paths) {
    for (let i = 2; i < path.length; i += 2) {
      const [x0, y0, x1, y1] = [path[i - 2], path[i - 1], path[i], path[i + 1]];
      const [dx, dy] = [x1 - x0, y1 - y0];
      const lengthSquared = dx * dx + dy * dy || 1;
      const right = Math.min(SIDE - 0.5, Math.max(x0, x1) + reach);
      const bottom = Math.min(SIDE - 0.5, Math.max(y0, y1) + reach);
      for (let y = Math.max(0, Math.ceil(Math.min(y0, y1) - reach - 0.5)) + 0.5; y <= bottom; y++) {
        for (let x = Math.max(0, Math.ceil(Math.min(x0, x1) - reach - 0.5)) + 0.5; x <= right; x++) {
          const along = ((x - x0) * dx + (y - y0) * dy) / lengthSquared;
          const t = along < 0 ? 0 : along > 1 ? 1 : along;
          const [ex, ey] = [x - x0 - t * dx, y - y0 - t * dy];
          const squared = ex * ex + ey * ey;
          if (squared >= reach * reach) continue;
          const cover = (radius - Math.sqrt(squared)) / edge + 0.5;
          const pixel = Math.min(255, Math.floor(intensity * Math.min(1, cover)));
          const at = (y - 0.5) * SIDE + x - 0.5;
          if (pixel > image[at]) image[at] = pixel;
        }
      }
    }
  }
}
