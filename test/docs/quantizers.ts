/** Draws the pictures of docs/quantizers.md by the quantizers themselves: `npm run docs` writes them, quantizers.test.ts checks them. */
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { lines } from '../../src/plot';
import { linear, lsq, sign } from '../../src/quantizers';
import { writeAtomic } from '../../src/system';
import { root } from './documents';

const AT = Float32Array.from({ length: 399 }, (_, i) => (i - 199) / 100);
const x = tf.tensor1d(AT);

interface Curve {
  name: string;
  mean: Float32Array;
}

const value = (name: string, fn: (x: tf.Tensor) => tf.Tensor): Curve => ({ name, mean: tf.tidy(() => fn(x).dataSync<'float32'>()) });
const gradient = (fn: (x: tf.Tensor) => tf.Tensor): Curve => value('its gradient', (x) => tf.grad(fn)(x));

/** The step's gradient of each x alone. */
const ofStep = (fn: (x: tf.Tensor, step: tf.Tensor) => tf.Tensor, step: number): Curve =>
  value('gradient of the step', () => tf.tensor1d(Float32Array.from(AT, (at) => tf.tidy(() => tf.grads(fn)([tf.tensor1d([at]), tf.scalar(step)])[1].dataSync()[0]))));

const picture = (title: string, ...curves: Curve[]): string =>
  lines({ title, x: 'x', y: 'value', lines: curves.map((curve) => ({ ...curve, x: AT })) }).svg();

/** The SVG of each picture by its place. */
export const pictures = (): Record<string, string> => ({
  'docs/quantizer-sign.svg': picture('Sign, and its gradient straight through', value('sign(x)', (x) => sign(x)), gradient((x) => sign(x))),
  'docs/quantizer-linear.svg': picture(
    'Linear: 3 bits, symmetric, in a range of ±1.5',
    value('linear(x)', (x) => linear(x, { bits: 3, range: [-1.5, 1.5] })),
    gradient((x) => linear(x, { bits: 3, range: [-1.5, 1.5] })),
  ),
  'docs/quantizer-lsq.svg': picture(
    'LSQ: 2 bits, signed, at a step of 0.5',
    value('lsq(x)', (x) => lsq(x, tf.scalar(0.5), { bits: 2 })),
    gradient((x) => lsq(x, tf.scalar(0.5), { bits: 2 })),
    ofStep((x, step) => lsq(x, step, { bits: 2, count: 1 }), 0.5),
  ),
});

if (require.main === module) for (const [path, svg] of Object.entries(pictures())) writeAtomic(join(root, path), svg);
