import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { binarize, prune, quantize, ternarize } from '../../src/compress';
import { drawnDigits } from '../../src/data';
import { pack, unpack } from '../../src/formats';
import { lenet300 } from '../../src/models';
import { key } from '../../src/random';
import { adam, evaluate, fit, sgd } from '../../src/train';
import { kernels, type Method, parametrize, parametrizeAll, transformsOf } from '../../src/weights';
import { allWeights, captureStderr, tinyModel, tinySplit, valuesOf } from '../models/tiny';

const valuesOfKernels = (model: tf.LayersModel) => kernels(model).map(({ weight }) => new Set(weight.read().dataSync<'float32'>()).size);

describe('quantised weights', () => {
  captureStderr();
  const { train, test } = drawnDigits({ train: 2000, test: 500 });
  const METHODS: Record<string, [Method, number]> = {
    'at 4 bits, by the range': [quantize({ bits: 4 }), 15],
    'at 3 bits, affine': [quantize({ bits: 3, symmetric: false }), 8],
    'at 4 bits, stochastically': [quantize({ bits: 4, stochastic: true }), 15],
    'at 2 bits, by a learned step': [quantize({ bits: 2, step: 'learned' }), 4],
    'of one bit': [binarize(), 2],
    'of three values': [ternarize(), 3],
    'of three values, two of them trained': [ternarize({ trained: true }), 3],
  };
  let trained: tf.LayersModel;
  before(async () => {
    trained = lenet300(key(1));
    await fit(trained, train, { key: key(2), epochs: 3, batch: 50, learningRate: 0.05 });
  });

  for (const [name, [method, count]] of Object.entries(METHODS)) {
    it(`${name}: learn to do with few values, and make a small file`, async () => {
      const model = lenet300(key(1));
      model.setWeights(trained.getWeights());
      const handles = Object.values(parametrizeAll(model, method));
      const rounded = await evaluate(model, test);
      const history = await fit(model, train, { key: key(3), epochs: 2, batch: 50, learningRate: 0.001, optimizer: adam() });
      const retrained = await evaluate(model, test);
      assert.ok(retrained.loss <= rounded.loss && retrained.error < 0.12, `${rounded.error} rounded, ${retrained.error} after ${history[1].loss}`);
      assert.ok(valuesOfKernels(model).every((values) => values <= count));
      const { bytes } = pack(model);
      assert.ok(bytes.length < (266_610 * (Math.ceil(Math.log2(count)) + 0.5)) / 8 + 1500, String(bytes.length));
      assert.equal((await evaluate(await unpack(bytes), test)).errors, retrained.errors);
      if (/learned|of them trained/.test(name)) assert.ok(handles.every(({ transform, trained }) => trained.length === 1 + transform.trained!.length && transform.trained![0].variable.dataSync()[0] > 0));
    });
  }

  it('are stored as floats that move below the grid, those of one bit within ±1', async () => {
    const split = tinySplit(key(4), 60);
    const model = tinyModel(key(5));
    const [first] = Object.values(parametrizeAll(model, binarize({ stochastic: true })));
    await fit(model, split, { key: key(6), epochs: 3, batch: 20, learningRate: 2, optimizer: sgd() });
    const stored = first.trained[0].dataSync<'float32'>();
    assert.ok(new Set(stored).size > 40 && stored.every((value) => Math.abs(value) <= 1) && stored.some((value) => Math.abs(value) === 1));
    assert.deepEqual(new Set(valuesOf(model.layers[0])), new Set([-1, 1]));
  });

  it('of one bit and a scale for each output: α sign(w)', () => {
    const model = tinyModel(key(5));
    const before = valuesOf(model.layers[0]).slice();
    parametrize(model.layers[0], 'kernel', binarize({ scaled: true }));
    valuesOf(model.layers[0]).forEach((value, i) => {
      const scale = Array.from({ length: 12 }, (_, input) => Math.abs(before[8 * input + (i % 8)])).reduce((sum, size) => sum + size / 12, 0);
      assert.ok(Math.abs(value - Math.sign(before[i]) * scale) < 1e-6);
    });
  });

  it('are trained at √((fan in + fan out) / 1.5) times the rate: 52.3 for 2048 units of 2048 (the factor that the code of Courbariaux et al. prints)', async () => {
    const [large] = Object.values(parametrizeAll(tf.sequential({ layers: [tf.layers.dense({ inputShape: [2048], units: 2048, kernelInitializer: 'zeros' })] }), binarize({ fanRate: true })));
    assert.equal(large.transform.rateFactor!.toFixed(1), '52.3');
    const split = tinySplit(key(4), 20);
    const moved = async (method: Method, factor: number) => {
      const model = tinyModel(key(5));
      const stored = Object.values(parametrizeAll(model, method)).map(({ trained }) => trained[0]);
      const before = stored.map((variable) => variable.dataSync<'float32'>().slice());
      await fit(model, split, { key: key(6), epochs: 1, batch: 20, learningRate: 1e-3, optimizer: sgd() });
      return stored.flatMap((variable, at) => [...variable.dataSync<'float32'>()].map((value, i) => (value - before[at][i]) / (at ? Math.sqrt(11 / 1.5) : Math.sqrt(20 / 1.5)) ** factor));
    };
    const [plain, scaled] = [await moved(binarize(), 0), await moved(binarize({ fanRate: true }), 1)];
    assert.ok(plain.some((step) => Math.abs(step) > 1e-4));
    plain.forEach((step, i) => assert.ok(Math.abs(step - scaled[i]) < 1e-6, `${step}, ${scaled[i]}`));
  });

  it('keep the zeros of a mask below, and have one quantizer: a second takes its place', async () => {
    const model = tinyModel(key(5));
    const [fc1] = model.layers;
    parametrize(fc1, 'kernel', prune({ density: 0.25 }));
    parametrize(fc1, 'kernel', quantize({ bits: 8 }));
    parametrize(fc1, 'kernel', quantize({ bits: 3 }));
    await fit(model, tinySplit(key(4), 60), { key: key(6), epochs: 2, batch: 20 });
    assert.deepEqual(transformsOf(fc1, 'kernel').map(({ name }) => name), ['prune', 'quantize']);
    assert.ok(valuesOf(fc1).filter((value) => value !== 0).length <= 24 && new Set(valuesOf(fc1)).size <= 7);
  });

  it('come to the same bytes from the same key, also those drawn at random', async () => {
    const split = tinySplit(key(4), 60);
    const run = async (seed: number) => {
      const model = tinyModel(key(5));
      parametrizeAll(model, quantize({ bits: 3, stochastic: true }));
      await fit(model, split, { key: key(seed), epochs: 2, batch: 20 });
      return allWeights(model);
    };
    assert.deepEqual(await run(1), await run(1));
    assert.notDeepEqual(await run(1), await run(2));
  });

  it('refuse options that there are not', () => {
    assert.throws(() => quantize({ bits: 1 }), /quantize: bits must be a whole number from 2 to 16, got 1/);
    assert.throws(() => quantize({ bit: 4 } as never), /quantize: there is no option bit; did you mean bits\? The options are bits, step, symmetric, perChannel, stochastic$/);
    assert.throws(() => quantize({ bits: 4, step: 'fixed' as never }), /quantize: the step must be range or learned, got fixed/);
    assert.throws(() => quantize({ bits: 4, step: 'learned', perChannel: true }), /quantize: a learned step is one for the layer/);
    const { layers: [fc1] } = tinyModel(key(5));
    for (const value of [0, NaN]) {
      fc1.setWeights([tf.fill([12, 8], value), tf.zeros([8])]);
      assert.throws(() => parametrize(fc1, 'kernel', quantize({ bits: 4, step: 'learned' })), /quantize: the weights of fc1\/kernel must be finite and not zero alone for a step to start from, got (0|NaN);/);
    }
    const oneSided = tf.sequential({ layers: [tf.layers.dense({ inputShape: [3], units: 2, kernelInitializer: 'ones' })] });
    assert.throws(() => binarize({ random: true } as never), /binarize: there is no option random; the options are stochastic, fanRate, scaled/);
    assert.throws(() => binarize({ stochastic: true, scaled: true }), /binarize: signs with a scale are not drawn/);
    assert.throws(() => parametrize(oneSided.layers[0], 'kernel', ternarize({ trained: true })), /ternarize: the weights of .*kernel must lie on both sides of zero/);
  });
});
