/** Programs that do several steps a run. */
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { compile } from '../../src/engine';
import { key, normal } from '../../src/random';
import { network } from './network';

const images = normal(key(1), 5 * 24);
const labels = Int32Array.from({ length: 5 * 6 }, (_, i) => (i * i) % 3);
const values = (variables: readonly tf.Variable[]) => variables.map((variable) => variable.dataSync().slice());

describe('a program of several steps', () => {
  const specs = [{ shape: [6, 4] }, { shape: [6], dtype: 'int32' }] as const;

  it('gives the bytes of as many runs of one step, and a loss for each', async () => {
    const [one, five] = [network(4), network(4)];
    const single = await compile(one.step, specs);
    const losses: number[] = [];
    for (let i = 0; i < 5; i++) losses.push((await single(images.slice(24 * i, 24 * (i + 1)), labels.slice(6 * i, 6 * (i + 1)))).dataSync()[0]);
    const repeated = await compile(five.step, specs, { steps: 5 });
    const all = await repeated(images, labels);
    assert.deepEqual(all.shape, [5]);
    assert.deepEqual([...all.dataSync()], losses);
    assert.deepEqual(values(five.variables), values(one.variables));
    assert.equal(new Set(losses).size, 5);
  });

  it('goes on from the last one, in runs of any length', async () => {
    const [whole, parts] = [network(5), network(5)];
    await (await compile(whole.step, specs, { steps: 5 }))(images, labels);
    await (await compile(parts.step, specs, { steps: 3 }))(images.slice(0, 72), labels.slice(0, 18));
    await (await compile(parts.step, specs, { steps: 2 }))(images.slice(72), labels.slice(18));
    assert.deepEqual(values(parts.variables), values(whole.variables));
  });

  it('reads variables that it does not assign, assigns those that it does not read, and names its results', async () => {
    const [factor, sum, last] = [tf.variable(tf.scalar(10)), tf.variable(tf.scalar(0)), tf.variable(tf.tensor([1, 2]))];
    const program = await compile(
      (x) => {
        const scaled = tf.mul(x, factor);
        sum.assign(tf.add(sum, tf.sum(scaled)));
        last.assign(scaled);
        return { scaled, sum: tf.add(sum, 0) };
      },
      [{ shape: [2] }],
      { steps: 3 },
    );
    const results = await program(Float32Array.of(1, 2, 3, 4, 5, 6));
    assert.deepEqual(results.scaled.arraySync(), [[10, 20], [30, 40], [50, 60]]);
    assert.deepEqual(results.sum.arraySync(), [30, 100, 210]);
    assert.deepEqual([sum.arraySync(), last.arraySync(), factor.arraySync()], [210, [50, 60], 10]);
    factor.assign(tf.scalar(1));
    await program(Float32Array.of(1, 1, 1, 1, 1, 1));
    assert.equal(sum.arraySync(), 216);
  });

  it('takes one argument for each step', async () => {
    const program = await compile((x) => tf.square(x), [{ shape: [2] }], { steps: 3 });
    await assert.rejects(program(Float32Array.of(1, 2)), /argument 0 must be float32 \[3,2\], got Float32Array of 2 values/);
    assert.deepEqual((await program(tf.tensor([[1, 2], [3, 4], [5, 6]]))).arraySync(), [[1, 4], [9, 16], [25, 36]]);
  });
});
