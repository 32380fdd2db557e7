import { SKELETONS, type Stroke } from './skeletons';

/** A stroke as the pen drew it: points `x, y, x, y, …`. */
export type Path = number[];

const STEPS = 5;
const PATHS = SKELETONS.map((styles) => styles.map((strokes) => strokes.map(flatten)));

/**
 * One digit as somebody might write it: a random style of its class, its ends cut short or not, its proportions warped, bent by
 * smooth waves, then stretched, slanted and turned. `next` gives numbers in [0, 1).
 */
export function write(digit: number, next: () => number): Path[] {
  const between = (min: number, max: number) => min + (max - min) * next();
  const bell = (standardDeviation: number) => 2 * standardDeviation * (next() + next() + next() - 1.5);

  const styles = PATHS[digit];
  const style = styles[Math.floor(next() * styles.length)];
  const warpX = bell(0.22);
  const warpY = bell(0.22);
  const waves = Array.from({ length: 3 }, () => ({ fx: bell(2.5), fy: bell(2.5), phase: between(0, 2 * Math.PI), dx: bell(0.07), dy: bell(0.07) }));
  const width = between(0.5, 1.05);
  const slant = 0.12 + bell(0.2);
  const turn = bell(0.12);
  const cos = Math.cos(turn);
  const sin = Math.sin(turn);

  return style.map((path) => {
    const first = 2 * Math.floor(next() ** 2 * 3);
    const last = path.length - 2 * Math.floor(next() ** 2 * 3);
    const drawn: Path = [];
    for (let i = first; i < last; i += 2) {
      let x = path[i] + warpX * path[i] * (1 - path[i]);
      let y = path[i + 1] + warpY * path[i + 1] * (1 - path[i + 1]);
      let dx = 0;
      let dy = 0;
      for (const wave of waves) {
        const height = Math.sin(wave.fx * x + wave.fy * y + wave.phase);
        dx += wave.dx * height;
        dy += wave.dy * height;
      }
      x = (x + dx) * width - (y + dy) * slant;
      y = y + dy;
      drawn.push(x * cos - y * sin, x * sin + y * cos);
    }
    return drawn;
  });
}

/** A stroke's points in a box of side 1, with STEPS steps between corners; smooth ones along a Catmull-Rom spline. */
function flatten({ points, smooth }: Stroke): Path {
  const at = (i: number, axis: 0 | 1) => points[Math.min(Math.max(i, 0), points.length - 1)][axis] / 100;
  const path: Path = [];
  for (let i = 0; i < points.length - 1; i++) {
    for (let step = i === 0 ? 0 : 1; step <= STEPS; step++) {
      const t = step / STEPS;
      for (const axis of [0, 1] as const) {
        const [before, from, to, after] = [at(i - 1, axis), at(i, axis), at(i + 1, axis), at(i + 2, axis)];
        const straight = from + (to - from) * t;
        const bow = (t * (1 - t) * ((1 - t) * (2 * from - before - to) + t * (2 * to - from - after))) / 2;
        path.push(smooth ? straight + bow : straight);
      }
    }
  }
  return path;
}
