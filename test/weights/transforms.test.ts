/** What transforms may do, and which are refused where they are put on. */
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { prune, share } from '../../src/compress';
import { customGradient } from '../../src/engine';
import { pack, unpack } from '../../src/formats';
import { foldIn, key, normal } from '../../src/random';
import { fit, sgd } from '../../src/train';
import { type Method, parametrize, type Transform, transformsOf } from '../../src/weights';
import { trainable } from '../../src/weights/model';
import { allWeights, captureStderr, tinyModel, tinySplit, valuesOf } from '../models/tiny';

const SPLIT = tinySplit(key(1), 60);
const OPTIONS = { epochs: 2, batch: 20, learningRate: 0.05, optimizer: sgd({ momentum: 0.9 }) };
const train = (model: tf.LayersModel, seed = 2) => fit(model, SPLIT, { ...OPTIONS, key: key(seed) });

const put = (...methods: Method[]) => {
  const model = tinyModel(key(3));
  return { model, fc1: model.layers[0], handles: methods.map((method) => parametrize(model.layers[0], 'kernel', method)) };
};
const scaled = (start: number, rateFactor?: number): Method<Transform & { scale: tf.Variable }> => () => {
  const scale = tf.variable(tf.scalar(start));
  return { name: 'scale', scale, forward: (w) => tf.mul(w, scale), trained: [{ variable: scale, rateFactor }] };
};
const clipped: Method = () => ({ name: 'clip', forward: (w) => tf.mul(w, 1), project: (w) => tf.clipByValue(w, -0.1, 0.1) });
const noisy: Method = (value) => ({ name: 'noise', draws: [{ shape: value.shape, from: 'uniform' }], forward: (w, noise?: tf.Tensor) => (noise ? tf.add(w, tf.sub(noise, 0.5)) : w) });

describe('transforms in any order', () => {
  captureStderr();

  it('train: shared weights are pruned, and the centroids learn under the mask', async () => {
    const { model, fc1, handles } = put(share({ bits: 3 }), prune({ density: 0.3 }));
    const before = valuesOf(fc1);
    assert.equal(before.filter((value) => value !== 0).length, Math.round(0.3 * 96));
    await train(model);
    const after = valuesOf(fc1);
    assert.deepEqual(after.map((value) => Number(value !== 0)), before.map((value) => Number(value !== 0)));
    const moved = new Map(Array.from(before, (value, i) => [value, after[i]]));
    assert.ok(after.every((value, i) => value === moved.get(before[i])) && [...moved].some(([old, now]) => old !== now));
    assert.equal(handles[1].trained.length, 1);
    assert.deepEqual(handles[1].trained[0].shape, [8]);
  });

  it('compute one after the other, and train, each of them', async () => {
    const methods: Method[] = [prune({ density: 0.6 }), share({ bits: 3 }), scaled(0.5), noisy];
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(methods, { minLength: 2 }), async (chosen) => {
        const { model, fc1 } = put(...chosen);
        const first = valuesOf(fc1);
        const { length } = transformsOf(fc1, 'kernel');
        assert.ok(length > 0 && first.every(Number.isFinite));
        const history = await train(model);
        assert.ok(Number.isFinite(history[1].loss));
        assert.notDeepEqual(valuesOf(fc1), first);
        model.dispose();
      }),
      { numRuns: 12, seed: 1 },
    );
  });
});

describe('a transform', () => {
  captureStderr();

  it('trains variables of its own besides the weight, at a factor of the rate', async () => {
    const step = async (rateFactor?: number) => {
      const { model, handles } = put(scaled(0.5, rateFactor));
      assert.equal(trainable(model).length, 5);
      await fit(model, SPLIT, { key: key(2), epochs: 1, batch: 60, learningRate: 0.1, optimizer: sgd() });
      return { scale: handles[0].trained[1].dataSync()[0] - 0.5, weights: allWeights(model) };
    };
    const [whole, half, none] = [await step(), await step(0.5), await step(0)];
    assert.ok(whole.scale !== 0 && Math.abs(half.scale - whole.scale / 2) < 1e-7);
    assert.equal(none.scale, 0);
  });

  it('draws anew for each step, from the key alone, and is deterministic outside of training', async () => {
    const trained = async (method: Method | undefined, seed: number) => {
      const { model, fc1 } = put(...(method ? [method] : []));
      const before = valuesOf(fc1);
      if (method) assert.deepEqual(before, valuesOf(put().fc1));
      await train(model, seed);
      return allWeights(model);
    };
    const [first, again, other, none] = [await trained(noisy, 5), await trained(noisy, 5), await trained(noisy, 6), await trained(undefined, 5)];
    assert.deepEqual(first, again);
    assert.notDeepEqual(first, other);
    assert.notDeepEqual(first, none);
  });

  it('gets each draw in the order and type that it asks for', async () => {
    const seen: string[] = [];
    const { model } = put((value) => ({
      name: 'ask',
      draws: [{ shape: [2, 3], from: 'normal' }, { shape: value.shape, from: 'bits', probability: 0.25 }],
      forward: (w, ...draws) => (seen.push(draws.map(({ dtype, shape }) => `${dtype} ${shape.join()}`).join('; ')), draws.length ? tf.mul(w, tf.cast(draws[1], 'float32')) : w),
    }));
    await train(model);
    assert.deepEqual(new Set(seen), new Set(['', 'float32 2,3; bool 12,8']));
  });

  it('projects what it reads, also above a mask, whose output is its input', async () => {
    for (const methods of [[clipped], [prune({ density: 0.5 }), clipped], [clipped, prune({ density: 0.5 })]]) {
      const { model, handles } = put(...methods);
      await train(model);
      assert.ok(handles[0].trained[0].dataSync().every((value: number) => Math.abs(value) <= Math.fround(0.1)));
    }
  });

  it('is told the progress, at the start, between runs and at the end', async () => {
    const seen: number[] = [];
    const model = tinyModel(key(3));
    parametrize(model.layers[0], 'kernel', () => ({ name: 'watch', forward: (w) => tf.mul(w, 1), advance: (progress, value) => void seen.push(progress, value().size) }));
    await train(model);
    assert.deepEqual(seen.filter((_, i) => i % 2), Array(seen.length / 2).fill(96));
    const progresses = seen.filter((_, i) => i % 2 === 0);
    assert.deepEqual(progresses, [0, 0.5, 1]);
  });

  it('is stored in a packed file as it says', async () => {
    const { model, fc1 } = put((value) => {
      const codes = Uint8Array.from({ length: value.size }, (_, i) => i % 3);
      const codebook = Float32Array.of(-1.5, 2);
      const made = tf.tensor(Array.from(codes, (code) => (code ? codebook[code - 1] : 0)), value.shape);
      return { name: 'levels', forward: (w) => customGradient(w, () => tf.clone(made), (gradient) => gradient), encode: () => ({ codebook, codes }) };
    });
    assert.deepEqual((await unpack(pack(model).bytes)).layers[0].getWeights()[0].dataSync(), valuesOf(fc1));
    const wrong = put(() => ({ name: 'wrong', forward: (w) => tf.mul(w, 1), encode: () => ({ codebook: Float32Array.of(1), codes: new Uint8Array(96) }) }));
    assert.throws(() => pack(wrong.model), /pack: the encoding of fc1\/kernel must give its effective values, got 96 codes for 96 values, of which number 0 is/);
  });
});

describe('removing a transform', () => {
  captureStderr();

  for (const [name, method] of Object.entries<Method>({ prune: prune({ density: 0.5 }), share: share({ bits: 2 }), scale: scaled(0.5) })) {
    it(`leaves by one rule the effective value or the original: ${name}`, async () => {
      const original = valuesOf(put().fc1);
      const [kept, back] = [put(method), put(method)];
      const effective = valuesOf(kept.fc1);
      assert.notDeepEqual(effective, original);
      kept.handles[0].remove();
      back.handles[0].remove({ keep: 'original' });
      assert.deepEqual([valuesOf(kept.fc1), valuesOf(back.fc1)], [effective, original]);

      const [trainedKept, trainedBack] = [put(method), put(method)];
      await train(trainedKept.model);
      await train(trainedBack.model);
      const [value, stored] = [valuesOf(trainedKept.fc1), name === 'share' ? original : trainedBack.handles[0].trained[0].dataSync<'float32'>()];
      trainedKept.handles[0].remove({ keep: 'effective' });
      trainedBack.handles[0].remove({ keep: 'original' });
      assert.deepEqual([valuesOf(trainedKept.fc1), valuesOf(trainedBack.fc1)], [value, stored]);
    });
  }

  it('is refused where what lies below would change the value that is to be kept', () => {
    const { fc1, handles } = put(scaled(0.5), prune({ density: 0.5 }));
    const before = valuesOf(fc1);
    assert.throws(() => handles[1].remove(), /remove: what prune makes of fc1\/kernel cannot be kept, for scale lies below; strip the model, or remove\(\{ keep: 'original' \}\) to go back to what scale makes/);
    assert.deepEqual(valuesOf(fc1), before);
  });
});

describe('a method of which a weight has one', () => {
  captureStderr();

  it('takes the place of the earlier one: five prunes are one', async () => {
    const { model, fc1 } = put();
    const tensors = tf.memory().numTensors;
    for (const density of [0.9, 0.7, 0.5, 0.3, 0.1]) {
      parametrize(fc1, 'kernel', prune({ density }));
      await fit(model, SPLIT, { ...OPTIONS, key: foldIn(key(9), density * 10) });
    }
    assert.deepEqual(transformsOf(fc1, 'kernel').map(({ name }) => name), ['prune']);
    assert.equal(valuesOf(fc1).filter((value) => value !== 0).length, 10);
    assert.equal(tf.memory().numTensors, tensors + 2); // the mask, and the effective value
  });

  it('stays below what was put on after the earlier one', () => {
    const { fc1, handles } = put(prune({ density: 0.5 }), scaled(2));
    parametrize(fc1, 'kernel', prune({ density: 0.25 }));
    assert.deepEqual(transformsOf(fc1, 'kernel').map(({ name }) => name), ['prune', 'scale']);
    assert.equal(valuesOf(fc1).filter((value) => value !== 0).length, 24);
    assert.throws(() => handles[0].remove(), /it was removed before/);
  });
});

describe('refused where it is put on, by name and with the way out', () => {
  captureStderr();
  const value = normal(key(1), 4);
  const cases: Record<string, [Method[], RegExp]> = {
    'another shape': [[() => ({ name: 'flat', forward: (w) => tf.reshape(w, [96]) })], /parametrize: flat of fc1\/kernel must make float32 \[12,8\], got float32 \[96\]/],
    'another type': [[() => ({ name: 'mask', forward: (w) => tf.greater(w, 0) })], /mask of fc1\/kernel must make float32 \[12,8\], got bool \[12,8\]/],
    'no gradient to the weight': [[() => ({ name: 'constant', forward: () => tf.ones([12, 8]) })], /constant of fc1\/kernel must let a gradient through to .*; what rounds takes a quantizer \(docs\/quantizers\.md\)/],
    'no gradient to what is trained': [
      [() => ({ name: 'idle', forward: (w) => tf.mul(w, 1), trained: [{ variable: tf.tidy(() => tf.variable(tf.tensor1d(value))) }] })],
      /idle of fc1\/kernel must let a gradient through to what is trained, got none to the variable .* \[4\]/,
    ],
    'a value that is read': [[() => ({ name: 'reads', forward: (w) => tf.mul(w, w.dataSync()[0]) })], /parametrize: reads of fc1\/kernel: compile: a value was read while tracing/],
    'a draw without a key': [[() => ({ name: 'random', forward: (w) => tf.add(w, tf.randomNormal(w.shape)) })], /parametrize: random of fc1\/kernel: compile: Math\.random was called while tracing/],
    'nothing trained instead': [[() => ({ name: 'empty', instead: true, forward: (w) => tf.mul(w, 1) })], /empty of fc1\/kernel must name what is trained instead of the weight, got nothing/],
    'what cannot be trained': [
      [() => ({ name: 'fixed', forward: (w) => tf.mul(w, 1), trained: [{ variable: tf.tidy(() => tf.variable(tf.scalar(1), false)) }] })],
      /fixed of fc1\/kernel must be trainable in all that it lists in trained/,
    ],
    'a clip of what is computed': [[scaled(0.5), clipped], /parametrize: clip of fc1\/kernel must read the weight as it is stored, which it changes after each update, but reads what scale makes of it; put clip on first/],
    'a clip of shared values': [[share({ bits: 2 }), clipped], /clip of fc1\/kernel must read the weight as it is stored, .* but reads what share makes of it/],
  };
  for (const [name, [methods, message]] of Object.entries(cases)) {
    it(name, () => {
      const { fc1 } = put(...methods.slice(0, -1));
      const [before, tensors, stack] = [valuesOf(fc1), tf.memory().numTensors, transformsOf(fc1, 'kernel')];
      assert.throws(() => parametrize(fc1, 'kernel', methods.at(-1)!), message);
      assert.deepEqual([valuesOf(fc1), transformsOf(fc1, 'kernel')], [before, stack]);
      assert.equal(tf.memory().numTensors, tensors);
    });
  }

  it('a layer that has no weights, and one that is not built yet', () => {
    const pool = tf.sequential({ layers: [tf.layers.maxPooling2d({ name: 'pool', poolSize: 2, inputShape: [4, 4, 1] })] }).layers[0];
    assert.throws(() => parametrize(pool, 'kernel', prune({ density: 0.5 })), /parametrize: pool has no weight kernel, it has none at all \(MaxPooling2D\); kernels\(model\) lists what methods apply to/);
    assert.throws(() => parametrize(tf.layers.dense({ name: 'new', units: 1 }), 'kernel', prune({ density: 0.5 })), /none yet: build the model first/);
  });
});
