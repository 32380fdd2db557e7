/** Draws the pictures of docs/quantizers.md by the quantizers themselves: `npm run docs` writes them, quantizers.test.ts checks them. */
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { figure } from '../../src/plot';
import { panels } from '../../src/plot/panels';
import { colours, grey } from '../../src/plot/style';
import { linear, lsq, powerOfTwo, sign, ternary } from '../../src/quantizers';
import { writeAtomic } from '../../src/system';
import { root } from './documents';

const AT = Float32Array.from({ length: 801 }, (_, i) => (i - 400) / 200);

type Curve = ArrayLike<number>;
type Quantizer = (x: tf.Tensor) => tf.Tensor;

const values = (fn: Quantizer): Curve => tf.tidy(() => fn(tf.tensor1d(AT)).dataSync());
const gradient = (fn: Quantizer): Curve => values((x) => tf.grad(fn)(x));

/** The step's gradient of each x alone. */
const ofStep = (fn: (x: tf.Tensor, step: tf.Tensor) => tf.Tensor, step: number): Curve =>
  Float32Array.from(AT, (at) => tf.tidy(() => tf.grads(fn)([tf.tensor1d([at]), tf.scalar(step)])[1].dataSync()[0]));

/** Without the points in the middle of a straight line. */
function corners(curve: Curve): { x: number[]; y: number[] } {
  const bend = (i: number) => i === 0 || i === AT.length - 1 || Math.abs(curve[i + 1] - 2 * curve[i] + curve[i - 1]) > 1e-4;
  const kept = [...AT.keys()].filter(bend);
  return { x: kept.map((i) => AT[i]), y: kept.map((i) => curve[i]) };
}

/** Panels beside each other; in the first one, dotted, the clip that the quantizer resembles. */
function picture(title: string, curves: Record<string, Curve>, [low, high]: readonly [number, number]): string {
  const { layout, axes } = panels(Object.keys(curves), { x: 'x', y: '', axis: { x: { dtick: 1 }, y: { dtick: 0.5 } } });
  const clip = { ...corners(values((x) => tf.clipByValue(x, low, high))), ...axes(0), mode: 'lines', line: { color: grey, width: 1.5, dash: 'dot' } };
  const traces = Object.values(curves).map((curve, i) => ({ ...corners(curve), ...axes(i), mode: 'lines', line: { color: colours[i], width: 2.5 } }));
  return figure({ title, x: '', y: '', traces: [clip, ...traces], layout: { ...layout, height: 330, showlegend: false } }).svg();
}

const three = (x: tf.Tensor) => linear(x, { bits: 3, range: [-1.5, 1.5] });
const two = (x: tf.Tensor, step: tf.Tensor | number = 0.5) => lsq(x, tf.cast(step, 'float32'), { bits: 2, count: 1 });

/** The SVG of each picture by its place. */
export const pictures = (): Record<string, string> => ({
  'docs/quantizer-sign.svg': picture('Sign', { 'sign(x)': values((x) => sign(x)), 'gradient of x': gradient((x) => sign(x)) }, [-1, 1]),
  'docs/quantizer-ternary.svg': picture('Ternary, of all numbers from −2 to 2', { 'ternary(x)': values(ternary), 'gradient of x': gradient(ternary) }, [-2, 2]),
  'docs/quantizer-power-of-two.svg': picture('The nearest power of two', { 'powerOfTwo(x)': values(powerOfTwo), 'gradient of x': gradient(powerOfTwo) }, [-2, 2]),
  'docs/quantizer-linear.svg': picture('Linear: 3 bits, symmetric, in a range of ±1.5', { 'linear(x)': values(three), 'gradient of x': gradient(three) }, [-1.5, 1.5]),
  'docs/quantizer-lsq.svg': picture('LSQ: 2 bits, signed, at a step s of 0.5', { 'lsq(x, s)': values((x) => two(x)), 'gradient of x': gradient((x) => two(x)), 'gradient of s, by x alone': ofStep(two, 0.5) }, [-1, 0.5]),
});

if (require.main === module) for (const [path, svg] of Object.entries(pictures())) writeAtomic(join(root, path), svg);
