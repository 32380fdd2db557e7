import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { gradual, prune } from '../../src/compress';
import { arrayBatches, holdOut } from '../../src/data';
import { initialize } from '../../src/models';
import { key, normal } from '../../src/random';
import { Interrupted } from '../../src/system';
import { adam, evaluate, fit, type FitOptions, sgd, train, type TrainOptions } from '../../src/train';
import { clipScale } from '../../src/train/clip';
import { type Method, parametrize } from '../../src/weights';
import { allWeights, captureStderr, tinyModel, tinySplit } from '../models/tiny';
import { runFolder } from './runFolder';
import { hurryClock } from './training';

const COUNT = 200;
const X = normal(key(1), 3 * COUNT);
const linear = (weights: readonly number[]) => Float32Array.from({ length: COUNT }, (_, i) => weights.reduce((sum, w, k) => sum + w * X[3 * i + k], 0));
const Y = linear([1, -2, 3]);

const regression = () => initialize(tf.sequential({ name: 'line', layers: [tf.layers.dense({ units: 1, inputShape: [3] })] }), key(2));
const options = (model: tf.LayersModel, changes: Partial<TrainOptions> = {}): TrainOptions => ({
  batches: arrayBatches([{ values: X, shape: [3] }, { values: Y, shape: [1] }], { batch: 20, key: key(3) }),
  loss: ([x, y]) => tf.losses.meanSquaredError<tf.Tensor, tf.Scalar>(y, model.apply(x, { training: true }) as tf.Tensor),
  key: key(4),
  epochs: 10,
  learningRate: 0.05,
  optimizer: sgd(),
  ...changes,
});

describe('train', () => {
  captureStderr();

  it('fits float targets: a regression finds the coefficients', async () => {
    const model = regression();
    const history = await train(model, options(model, { epochs: 30 }));
    Array.from(model.getWeights()[0].dataSync()).forEach((w, i) => assert.ok(Math.abs(w - [1, -2, 3][i]) < 1e-3, String(w)));
    assert.ok(history[29].loss < 1e-5 * history[0].loss);
  });

  it('does what the same steps do op by op, with several inputs and outputs', async () => {
    const make = () => {
      const [a, b] = [tf.input({ shape: [3] }), tf.input({ shape: [1] })];
      const hidden = tf.layers.dense({ units: 4, activation: 'tanh' }).apply(tf.layers.concatenate().apply([a, b])) as tf.SymbolicTensor;
      const outputs = [1, 2].map((units) => tf.layers.dense({ units }).apply(hidden) as tf.SymbolicTensor);
      return initialize(tf.model({ inputs: [a, b], outputs }), key(5));
    };
    const lossOf = (model: tf.LayersModel) => (batch: tf.Tensor[]) => {
      const [first, second] = model.apply(batch.slice(0, 2), { training: true }) as tf.Tensor[];
      return tf.add<tf.Scalar>(tf.losses.meanSquaredError(batch[2], first), tf.losses.meanSquaredError(batch[3], second));
    };
    const batches = arrayBatches([{ values: X, shape: [3] }, { values: linear([1, 0, 0]), shape: [1] }, { values: Y, shape: [1] }, { values: normal(key(6), 2 * COUNT), shape: [2] }], { batch: 40, key: key(7) });
    const [model, twin] = [make(), make()];
    const history = await train(model, { batches, loss: lossOf(model), key: key(8), epochs: 2, learningRate: 0.1, optimizer: sgd() });
    const weights = twin.weights.map((weight) => weight.read() as tf.Variable);
    const losses: number[] = [];
    for (let epoch = 0; epoch < 2; epoch++) {
      for (let step = 0; step < 5; step++) {
        const arrays = batches.specs.map(({ shape }) => new Float32Array(tf.util.sizeFromShape([...shape])));
        batches.fill({ epoch, step }, arrays);
        const { value, grads } = tf.variableGrads(() => lossOf(twin)(arrays.map((values, i) => tf.tensor(values, [...batches.specs[i].shape]))), weights);
        weights.forEach((w) => w.assign(tf.sub(w, tf.mul(0.1, grads[w.name]))));
        losses.push(value.dataSync()[0]);
      }
    }
    const expected = allWeights(twin);
    allWeights(model).forEach((w, i) => assert.ok(Math.abs(w - expected[i]) < 1e-5, `weight ${i}`));
    history.forEach(({ loss }, i) => assert.ok(Math.abs(loss - losses.slice(5 * i, 5 * i + 5).reduce((sum, value) => sum + value / 5, 0)) < 1e-5));
  });

  it('goes through all rows in each epoch, in another order', () => {
    const batches = arrayBatches([{ values: Int32Array.from({ length: 10 }, (_, i) => i) }], { batch: 5, key: key(1) });
    const epochs = [0, 1].map((epoch) => [0, 1].flatMap((step) => {
      const rows = new Int32Array(5);
      batches.fill({ epoch, step }, [rows]);
      return [...rows];
    }));
    epochs.forEach((rows) => assert.deepEqual([...rows].sort((a, b) => a - b), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
    assert.notDeepEqual(epochs[0], epochs[1]);
    assert.throws(() => arrayBatches([{ values: X, shape: [3] }, { values: new Float32Array(7) }], { batch: 5, key: key(1) }), /the arrays must be of as many rows, got 200 of \[3\] and 7 values of \[\]/);
    assert.throws(() => arrayBatches([{ values: X, shape: [3] }], { batch: 201, key: key(1) }), /a batch of 201 needs as many/);
  });

  it('calls onStep after each step, with the weights as it left them, and trains to the same bytes', async () => {
    const [plain, told] = [regression(), regression()];
    await train(plain, options(plain));
    const steps: number[] = [];
    const seen = new Set<string>();
    await train(told, options(told, { onStep: ({ step, epoch, loss, learningRate }) => (steps.push(step), seen.add(String(allWeights(told))), assert.ok(loss > 0 && learningRate === 0.05 && epoch === 1 + Math.floor(step / 10))) }));
    assert.deepEqual(steps, Array.from({ length: 100 }, (_, i) => i));
    assert.ok(seen.size > 90);
    assert.deepEqual(allWeights(told), allWeights(plain));
  });

  it('carries what the loss assigns from step to step, and begins each epoch with zeros', async () => {
    const model = regression();
    const sum = tf.variable(tf.scalar(0), false);
    const seen: number[] = [];
    await train(model, options(model, {
      epochs: 2,
      carried: [sum],
      loss: ([x, y]) => {
        sum.assign(tf.add(sum, 1));
        return tf.losses.meanSquaredError<tf.Tensor, tf.Scalar>(y, model.apply(x) as tf.Tensor);
      },
      onStep: () => void seen.push(sum.dataSync()[0]),
    }));
    assert.deepEqual(seen, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('clips gradients by the norm of all of them together', async () => {
    const gradients = [tf.tensor1d([3, 0]), tf.tensor2d([[0, 4]])];
    assert.ok(Math.abs(clipScale(gradients, 1).dataSync()[0] - 0.2) < 1e-7);
    assert.equal(clipScale(gradients, 10).dataSync()[0], 1);
    const model = regression();
    const before = allWeights(model);
    await train(model, options(model, { epochs: 1, clipNorm: 1e-3, learningRate: 1, batches: arrayBatches([{ values: X, shape: [3] }, { values: Y, shape: [1] }], { batch: COUNT, key: key(3) }) }));
    const moved = Math.hypot(...allWeights(model).map((w, i) => w - before[i]));
    assert.ok(Math.abs(moved - 1e-3) < 1e-6, String(moved));
  });

  it('says what it cannot do', async () => {
    const model = regression();
    await assert.rejects(train(model, options(model, { keep: 'best' })), /fit: the best weights are those of the best validation, got none; hold images out for it/);
    await assert.rejects(train(model, options(model, { patience: 0 })), /fit: the patience must be a whole number from 1, got 0/);
  });
});

describe('the best weights', () => {
  const captured = captureStderr();
  const { train: part, validation } = holdOut(tinySplit(key(11), 120), 60, key(12));
  /** Learns, then is thrown off by a rate that rises. */
  const spoiled = { key: key(13), epochs: 12, batch: 20, optimizer: sgd(), learningRate: (progress: number) => (progress < 0.4 ? 0.1 : 30), validation };

  it('are those of the epoch with the fewest errors on the validation split, of equal ones the first', async () => {
    const [best, last] = [tinyModel(key(14)), tinyModel(key(14))];
    const history = await fit(best, part, { ...spoiled, keep: 'best' });
    await fit(last, part, spoiled);
    const errors = history.map(({ validation }) => validation!.errors);
    const least = Math.min(...errors);
    assert.ok(errors.at(-1)! > least);
    assert.equal((await evaluate(best, validation)).errors, least);
    assert.equal((await evaluate(last, validation)).errors, errors.at(-1));
    const until = tinyModel(key(14));
    await fit(until, part, { ...spoiled, epochs: 1 + errors.indexOf(least), learningRate: 0.1 });
    assert.deepEqual(allWeights(best), allWeights(until));
  });

  it('stay when the training ends early, after so many epochs without a better one', async () => {
    const model = tinyModel(key(14));
    const ends: boolean[] = [];
    const history = await fit(model, part, { ...spoiled, patience: 3, onEpoch: (_, ended) => void ends.push(ended) });
    const errors = history.map(({ validation }) => validation!.errors);
    assert.equal(history.length, errors.indexOf(Math.min(...errors)) + 1 + 3);
    assert.ok(history.length < 12);
    assert.deepEqual(ends, history.map((_, i) => i === history.length - 1));
    assert.equal((await evaluate(model, validation)).errors, Math.min(...errors));
    assert.match(captured.text, /stopped early/);
  });
});

describe('while masks grow', () => {
  captureStderr();
  const { train: part, validation } = holdOut(tinySplit(key(11), 120), 60, key(12));

  it('no epoch of a denser net is the best one, and none ends the training', async () => {
    const model = tinyModel(key(14));
    const { transform } = parametrize(model.layers[0], 'kernel', prune({ density: gradual({ to: 0.1, end: 0.8, updates: 100 }) }));
    const kept = () => transform.mask.dataSync<'float32'>().reduce((sum, one) => sum + one, 0);
    const epochs: { errors: number; kept: number }[] = [];
    const onEpoch: FitOptions['onEpoch'] = (history) => void epochs.push({ errors: history.at(-1)!.validation!.errors, kept: kept() });
    await fit(model, part, { key: key(13), epochs: 20, batch: 20, learningRate: 0.05, validation, patience: 2, onEpoch });
    const sparsest = Math.round(0.1 * 96);
    assert.equal(kept(), sparsest);
    const first = epochs.findIndex(({ kept }) => kept === sparsest);
    assert.ok(first > 10 && epochs.length >= first + 3, `${first} of ${epochs.length}`);
    assert.equal((await evaluate(model, validation)).errors, Math.min(...epochs.slice(first).map(({ errors }) => errors)));
  });
});

describe('a resumed training', () => {
  captureStderr();
  const folder = runFolder();

  const { train: part, validation } = holdOut(tinySplit(key(11), 120), 60, key(12));
  const noisy: Method = (value) => ({ name: 'noise', draws: [{ shape: value.shape, from: 'normal' }], forward: (w, noise?: tf.Tensor) => (noise ? tf.add(w, tf.mul(noise, 0.05)) : w) });
  const made = () => {
    const model = tinyModel(key(14));
    parametrize(model.layers[0], 'kernel', prune({ density: gradual({ to: 0.2, end: 0.9, updates: 20 }) }));
    parametrize(model.layers[1], 'kernel', noisy);
    return model;
  };
  const given = { key: key(15), epochs: 10, batch: 10, optimizer: adam(), validation, patience: 6, checkpoint: 'gradual' };

  it('goes on to the same bytes: masks that grow, draws of transforms, the best weights so far', async () => {
    const unbroken = made();
    const history = await fit(unbroken, part, { ...given, checkpoint: undefined });
    const broken = made();
    const stop = (epoch: number) => fit(broken, part, { ...given, onEpoch: ({ length }) => void (length === epoch && process.emit('SIGINT')) });
    for (const epoch of [2, 3, 7]) await assert.rejects(stop(epoch), Interrupted);
    assert.deepEqual(await fit(broken, part, given), history);
    assert.deepEqual(allWeights(broken), allWeights(unbroken));
  });

  it('goes on to the same bytes after an error, though the model, and what its transforms remember, is further', async () => {
    const unbroken = made();
    await fit(unbroken, part, { ...given, checkpoint: undefined });
    const broken = made();
    const right = hurryClock();
    try {
      // Saved at each step; at the first of epoch 3 the masks are cut for the last time before the error.
      const fail = (message: string) => ({ onEpoch: ({ length }: { length: number }) => { if (length === 3) throw new Error(message); } });
      await assert.rejects(fit(broken, part, { ...given, ...fail('mine') }), /mine/);
    } finally {
      right();
    }
    await fit(broken, part, given);
    assert.deepEqual(allWeights(broken), allWeights(unbroken));
  });

  it('is another one when the schedule of a mask, the patience or the validation split differs, and the same whatever else is there', async () => {
    const names = () => readdirSync(join(folder.path, 'run.checkpoints')).length;
    await fit(made(), part, given);
    tinyModel(key(99)); // other variables
    await fit(made(), part, { ...given, title: 'again', onEpoch: () => undefined });
    assert.equal(names(), 1);
    const later = tinyModel(key(14));
    parametrize(later.layers[0], 'kernel', prune({ density: gradual({ to: 0.2, end: 0.8, updates: 20 }) }));
    parametrize(later.layers[1], 'kernel', noisy);
    await fit(later, part, given);
    await fit(made(), part, { ...given, patience: 5 });
    await fit(made(), part, { ...given, validation: part });
    assert.equal(names(), 4);
  });
});
