import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { binarize, foldNorms, prune } from '../../src/compress';
import { pack, unpack } from '../../src/formats';
import { Threshold } from '../../src/layers';
import { binaryMlp, bnnConvNet } from '../../src/models';
import { foldIn, key, normal, uniform } from '../../src/random';
import { parametrizeAll } from '../../src/weights';

/** Statistics and scales as after a training: of both signs, and two of 0, one of them without a shift. */
function drawNorms(model: tf.LayersModel, seed = 1): void {
  for (const layer of model.layers.filter(({ name }) => name.endsWith('/norm'))) {
    const [channels] = layer.getWeights()[0].shape;
    const own = foldIn(key(seed), layer.name);
    const gamma = normal(foldIn(own, 'gamma'), channels);
    const beta = normal(foldIn(own, 'beta'), channels);
    gamma[1] = gamma[2] = beta[2] = 0;
    const rest = [beta, normal(foldIn(own, 'mean'), channels, { standardDeviation: 5 }), uniform(foldIn(own, 'variance'), channels, { min: 1, max: 50 })];
    layer.setWeights([gamma, ...rest].map((values) => tf.tensor1d(values)));
  }
}

const answers = (model: tf.LayersModel, x: tf.Tensor) => [...(model.predict(x) as tf.Tensor).dataSync()];

const NETS = {
  'a perceptron': () => [binaryMlp(key(1), [20, 33, 16, 5], { dropout: { input: 0.2, hidden: 0.5 } }), tf.tensor2d(uniform(key(2), 60 * 20, { min: -1, max: 1 }), [60, 20])],
  'a perceptron with shift-based normalisation': () => [binaryMlp(key(1), [20, 33, 16, 5], { normalization: 'shift' }), tf.tensor2d(uniform(key(2), 60 * 20, { min: -1, max: 1 }), [60, 20])],
  'a ConvNet, which pools before the sign': () => [bnnConvNet(key(3), { width: 1 / 32 }), tf.tensor4d(uniform(key(4), 6 * 3072, { min: -1, max: 1 }), [6, 32, 32, 3])],
} satisfies Record<string, () => [tf.LayersModel, tf.Tensor]>;

describe('foldNorms', () => {
  for (const [name, made] of Object.entries(NETS)) {
    it(`of ${name}: the same answers by thresholds, whole ones between layers of signs`, async () => {
      const [model, x] = made();
      drawNorms(model);
      parametrizeAll(model, binarize());
      const folded = foldNorms(model);
      assert.deepEqual(answers(folded, x), answers(model, x));
      const thresholds = folded.layers.filter((layer) => layer instanceof Threshold).map((layer) => layer.getWeights().map((weight) => [...weight.dataSync()]));
      assert.equal(thresholds.length, model.layers.filter(({ name }) => name.endsWith('/sign')).length);
      assert.ok(thresholds.slice(1).flatMap(([threshold]) => threshold).every((value) => Number.isInteger(value) || !Number.isFinite(value)));
      assert.ok(thresholds.every(([, direction]) => direction.includes(-1) && direction.includes(1)));
      assert.ok(folded.layers.every((layer) => !['Dropout', 'QuantizedActivation'].includes(layer.getClassName())));
      assert.deepEqual(answers(await unpack(pack(folded).bytes), x), answers(folded, x));
    });
  }

  it('keeps thresholds as they are behind weights that are no signs', () => {
    const [model] = NETS['a perceptron']();
    drawNorms(model);
    parametrizeAll(model, prune({ density: 0.5 }));
    const folded = foldNorms(model);
    const [threshold] = folded.getLayer('fc2/norm').getWeights();
    assert.ok([...threshold.dataSync()].some((value) => !Number.isInteger(value)));
  });

  it('is +1 exactly at the threshold, in both directions', () => {
    const layer = new Threshold({ inputShape: [4] });
    layer.build([null, 4]);
    layer.setWeights([tf.tensor1d([2, 2, -Infinity, Infinity]), tf.tensor1d([1, -1, 1, 1])]);
    assert.deepEqual((layer.apply(tf.tensor2d([[2, 2, 0, 0], [1, 3, -9, 9]])) as tf.Tensor).arraySync(), [[1, 1, 1, -1], [-1, -1, 1, -1]]);
  });

  it('refuses a net that is no chain', () => {
    const input = tf.input({ shape: [4] });
    const [a, b] = [1, 2].map((i) => tf.layers.dense({ units: 3, name: `d${i}` }).apply(input) as tf.SymbolicTensor);
    const model = tf.model({ inputs: input, outputs: tf.layers.add({ name: 'sum' }).apply([a, b]) as tf.SymbolicTensor });
    assert.throws(() => foldNorms(model), /foldNorms: .* must be a chain of layers, each with the one before it as its input, got d2 of /);
  });
});
