/** The curves and claims of Figures 6 to 8 of Deep Compression. */
import { type ClaimSheet, spread, target } from '../papers';
import { curveOf, type Line } from '../plot';
import { type Figure6, starts, type Point, type Start } from './deepCompressionFigures';
import type { LeNet } from './references';

/** A curve for each seed: `[seeds][points]`. */
export type SeedCurves = readonly (readonly Point[])[];

const atPoint = (curves: SeedCurves, i: number): Point[] => curves.map((points) => points[i]);
const meanOf = (values: readonly number[]): number => spread(values).mean;

/** The curves of all seeds as one line, errors in percent; x times a factor: 100 where it is a part. */
export function lineOfSeeds(name: string, curves: SeedCurves, factor = 1): Line {
  const points = curves[0].map((_, i) => atPoint(curves, i));
  return curveOf(
    name,
    points.map((seeds) => seeds.map(({ x }) => factor * x)),
    points.map((seeds) => seeds.map(({ error }) => 100 * error)),
  );
}

/**
 * What a curve says of a size: the errors, `[seeds]`, of the largest setting measured that takes at most that part of fp32, on average over the seeds. The errors have no part in the choice.
 *
 * @throws RangeError where all settings are larger
 */
export function errorsAtSize(curves: SeedCurves, size: number): number[] {
  const sizes = curves[0].map((_, i) => meanOf(atPoint(curves, i).map(({ x }) => x)));
  const largest = Math.max(...sizes.filter((other) => other <= size));
  if (largest === -Infinity) throw new RangeError(`errorsAtSize: a setting must take at most ${size} of fp32, the smallest takes ${Math.min(...sizes)}; add a smaller one`);
  return atPoint(curves, sizes.indexOf(largest)).map(({ error }) => error);
}

/** All that the figures measured. */
export interface FiguresMeasured {
  /** Errors / test images before compression, `[seeds]`. */
  reference: Record<LeNet, number[]>;
  /** `[seeds]` */
  figure6: readonly Figure6[];
  /** By `convolutions` and `convolutions, pruned`. */
  figure7: Record<string, SeedCurves>;
  /** After the shared values are trained. */
  figure8: Record<Start, SeedCurves>;
}

/** Where the notebook departs from the paper. */
export const figuresDeviations: readonly string[] = [
  'LeNet-300-100 and LeNet-5 in place of AlexNet',
  "sizes by formula, without Huffman coding; gaps of the best width, the paper's are of 5 bits",
  'what a curve says of a size is the error of the largest net measured that takes at most that',
  'a layer has 2^bits − 1 shared values and the zero, where it is pruned',
  "trained by Nesterov SGD along a cosine, not by Caffe's solver; shared values, and the biases with them, by Adam",
  'clusters that k-means leaves empty move to the farthest values',
];

const PAPER = 'Deep Compression (Han et al., 2016)';
const less = (a: readonly number[], b: readonly number[]) => a.map((error, seed) => 100 * (error - b[seed]));

/** Claims of the LeNets what the paper says of AlexNet's figures. Differences are of errors of the same seed, in points. */
export function claimFigures(sheet: ClaimSheet, { reference, figure6, figure7, figure8 }: FiguresMeasured): ClaimSheet {
  const points = (quantity: string, bound: 'at most' | 'at least', value: number, measured: number[], note: string, tolerance = 0) =>
    sheet.claim(target(PAPER, quantity, bound, value, 'points', tolerance), measured, note);

  const wayAt = (way: keyof Figure6, size: number) => errorsAtSize(figure6.map((curves) => curves[way]), size);
  const both = wayAt('both', 0.03);
  const steps = 'only some sizes are measured, none in between';
  const figure6Of = (quantity: string) => `LeNet-300-100, Fig. 6: ${quantity}`;
  points(figure6Of('3% of the size, pruned and shared: error above the reference'), 'at most', 0.25, less(both, reference['LeNet-300-100']), steps);
  points(figure6Of('3% of the size: error of pruned alone less that of both'), 'at least', 0.25, less(wayAt('pruned', 0.03), both), steps);
  points(figure6Of('shared alone at one bit, 3.1% of the size: error less that of both at 3%'), 'at least', 0.25, less(wayAt('shared', 0.032), both), steps);
  points(figure6Of('15% of the size, SVD: error above the reference'), 'at least', 0.25, less(wayAt('svd', 0.15), reference['LeNet-300-100']), steps);

  const atBits = (curves: SeedCurves, bits: number) => curves.map((seed) => seed.find(({ x }) => x === bits)!.error);
  const figure7Of = (quantity: string) => `LeNet-5, Fig. 7: ${quantity}`;
  const few = 'two bits are three values and the zero in a pruned net, four values in a whole one';
  const dense = atBits(figure7['dense layers, pruned'], 2);
  points(figure7Of('convolutions at 4 bits, pruned: error above the reference'), 'at most', 0.1, less(atBits(figure7['convolutions, pruned'], 4), reference['LeNet-5']), 'the shared values were trained on 20,000 images only');
  points(figure7Of('dense layers at 2 bits, pruned: error above the reference'), 'at most', 0.1, less(dense, reference['LeNet-5']), few);
  points(figure7Of('dense layers at 2 bits: error of the pruned net less that of the whole one'), 'at most', 0.1, less(dense, atBits(figure7['dense layers'], 2)), few);
  points(figure7Of('2 bits, pruned: error with convolutions shared less that with dense layers shared'), 'at least', 0, less(atBits(figure7['convolutions, pruned'], 2), dense), "LeNet-5's convolutions have few weights, and are not AlexNet's");

  const rare = 'with few values for many weights, the linear start gives its values to the rare large weights';
  for (const bits of figure8.linear[0].map(({ x }) => x).filter((bits) => bits !== 3)) {
    const others = starts.filter((start) => start !== 'linear').map((start) => atBits(figure8[start], bits));
    const lower = others.reduce((a, b) => (meanOf(b) < meanOf(a) ? b : a));
    points(`LeNet-300-100, Fig. 8: ${bits} bits, trained: error of the lower of the two other starts less that of the linear`, 'at least', 0, less(lower, atBits(figure8.linear, bits)), rare, 0.1);
  }
  return sheet;
}
