/** Programs: arguments, results, constants, gradients, models, the file. */
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { type Argument, compile } from '../../src/engine';
import { foldIn, key, normal } from '../../src/random';
import { bools, ints, normals } from './cases/draws';
import { assertClose } from './close';

const values = (tensor: tf.Tensor): number[] => Array.from(tensor.dataSync());

describe('a program', () => {
  it('is the example of its documentation', async () => {
    const w = tf.variable(tf.scalar(3));
    const step = await compile((x) => {
      const { value, grads } = tf.variableGrads(() => tf.mean(tf.square(tf.sub(tf.mul(w, x), 1))), [w]);
      w.assign(tf.sub(w, tf.mul(0.1, grads[w.name])));
      return value;
    }, [{ shape: [2] }]);
    assert.deepEqual(values(await step(new Float32Array([1, 1]))), [4]);
    assert.ok(Math.abs(values(w)[0] - 2.6) < 1e-6);
  });

  it('takes tensors and arrays alike, of every type', async () => {
    const arguments_ = [normals([2, 3]), ints([2, 3]), bools([2, 3])];
    const program = await compile((x, i, flag) => tf.where(flag, x, i), arguments_);
    const expected = tf.where(arguments_[2], arguments_[0], arguments_[1]);
    assertClose(await program(...arguments_), expected, 'tensors');
    assertClose(await program(...arguments_.map((tensor) => tensor.dataSync() as Float32Array)), expected, 'arrays');
    // On the host, a cast from int32 to float32 keeps the array and changes only the type.
    const recast = tf.cast(arguments_[1], 'float32');
    assertClose(await program(recast, arguments_[1], arguments_[2]), tf.where(arguments_[2], recast, arguments_[1]), 'recast');
  });

  it('takes arguments that it does not use', async () => {
    const program = await compile((_unused, x) => tf.neg(x), [{ shape: [3] }, { shape: [1] }]);
    assert.deepEqual(values(await program(new Float32Array(3), Float32Array.of(2))), [-2]);
  });

  it('refuses arguments of another number, shape or type, and says what it got', async () => {
    const program = await compile((x, i) => tf.gather(x, i as tf.Tensor1D), [{ shape: [2, 3] }, { shape: [2], dtype: 'int32' }]);
    const [x, i] = [new Float32Array(6), new Int32Array(2)];
    const cases: [Argument[], RegExp][] = [
      [[x], /takes 2 arguments, got 1/],
      [[x, i, i], /takes 2 arguments, got 3/],
      [[new Float32Array(5), i], /argument 0 must be float32 \[2,3\], got Float32Array of 5 values/],
      [[x, x.slice(0, 2)], /argument 1 must be int32 \[2\], got Float32Array of 2 values/],
      [[tf.zeros([3, 2]), i], /argument 0 must be float32 \[2,3\], got float32 \[3,2\]/],
      [[tf.zeros([2, 3], 'int32'), i], /argument 0 must be float32 \[2,3\], got int32 \[2,3\]/],
      [[x, tf.zeros([2, 1], 'int32')], /argument 1 must be int32 \[2\], got int32 \[2,1\]/],
      [[undefined as unknown as Float32Array, i], /argument 0 must be float32 \[2,3\], got undefined/],
    ];
    for (const [args, message] of cases) await assert.rejects(program(...args), message);
    assert.deepEqual((await program(x, i)).shape, [2, 3]);
  });

  it('returns tensors by name: shared ones, arguments, constants, of every type', async () => {
    const constant = tf.tensor([7, 8], [2], 'int32');
    const program = await compile((x) => {
      const sum = tf.sum(x);
      return { sum, again: sum, x, constant, flag: tf.greater(sum, 0), whole: tf.cast(x, 'int32') };
    }, [{ shape: [2] }]);
    const results = await program(Float32Array.of(1.5, 2.5));
    assert.deepEqual(Object.keys(results), ['sum', 'again', 'x', 'constant', 'flag', 'whole']);
    const found = Object.values(results).map((tensor) => [tensor.dtype, tensor.shape, values(tensor)]);
    assert.deepEqual(found, [
      ['float32', [], [4]],
      ['float32', [], [4]],
      ['float32', [2], [1.5, 2.5]],
      ['int32', [2], [7, 8]],
      ['bool', [], [1]],
      ['int32', [2], [1, 2]],
    ]);
  });

  it('gives results that later runs leave alone', async () => {
    const program = await compile((x) => ({ x, twice: tf.mul(x, 2) }), [{ shape: [2] }]);
    const input = Float32Array.of(1, 2);
    const first = await program(input);
    input.set([3, 4]);
    await program(input);
    assert.deepEqual([first.x, first.twice].map(values), [[1, 2], [2, 4]]);
  });

  it('holds a tensor from outside as the constant that it was', async () => {
    const counts = tf.tensor1d([2, 3], 'int32');
    // On the host a reshape and this cast share the data of their originals.
    const [column, recast] = [tf.reshape(counts, [2, 1]), tf.cast(counts, 'float32')];
    const program = await compile((x) => ({ outer: tf.mul(counts, column), sum: tf.add(x, recast), again: tf.sub(x, recast) }), [{ shape: [2] }]);
    tf.dispose([counts, column, recast]);
    const { outer, sum, again } = await program(Float32Array.of(0.5, 0.25));
    assert.deepEqual([outer, sum, again].map(values), [[4, 6, 6, 9], [2.5, 3.25], [-1.5, -2.75]]);
  });

  it('runs in the order of the calls', async () => {
    const state = tf.variable(tf.scalar(1));
    const affine = async (factor: number, term: number) =>
      compile(() => {
        state.assign(tf.add(tf.mul(state, factor), term));
        return state;
      }, []);
    const [double, next] = [await affine(2, 0), await affine(1, 1)];
    const results = await Promise.all([double(), next(), next(), double(), next(), double()]);
    assert.deepEqual(results.map(values), [[2], [3], [4], [8], [9], [18]]);
    assert.deepEqual(values(state), [18]);
  });

  it('goes on after a call with wrong arguments among others', async () => {
    const program = await compile((x) => tf.neg(x), [{ shape: [1] }]);
    const calls = [Float32Array.of(1), new Float32Array(2), Float32Array.of(3)].map((x) => program(x));
    const settled = await Promise.allSettled(calls);
    assert.deepEqual(settled.map(({ status }) => status), ['fulfilled', 'rejected', 'fulfilled']);
  });

  it('refuses to run once disposed', async () => {
    const program = await compile((x) => tf.neg(x), [{ shape: [1] }]);
    await program.dispose();
    await assert.rejects(program(Float32Array.of(1)));
  });

  it('is a file that ONNX Runtime reads', async () => {
    const [w, b] = [tf.variable(normals([3, 2])), tf.variable(normals([2]))];
    const x = normals([4, 3]);
    const program = await compile((x) => tf.softmax(tf.add(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D), b)), [x]);
    const session = await ort.InferenceSession.create(program.onnxWithoutWeights);
    const feeds = [w, b, x].map((tensor, i) => [session.inputNames[i], new ort.Tensor('float32', tensor.dataSync<'float32'>(), tensor.shape)] as const);
    const outputs = await session.run(Object.fromEntries(feeds));
    assert.deepEqual(outputs[session.outputNames[0]].data, (await program(x)).dataSync());
    await session.release();
  });
});

describe('compiled gradients', () => {
  it('of a net of two layers are its finite differences', async () => {
    const weights = [[3, 4], [4], [4, 2]].map((shape, i) => tf.variable(tf.tensor(normal(foldIn(key(5), i), tf.util.sizeFromShape(shape)), shape)));
    const [x, y] = [normals([6, 3]), normals([6, 2])];
    const loss = () => {
      const [w1, b1, w2] = weights;
      const hidden = tf.tanh(tf.add(tf.matMul(x as tf.Tensor2D, w1 as tf.Tensor2D), b1));
      return tf.mean(tf.square(tf.sub(tf.matMul(hidden as tf.Tensor2D, w2 as tf.Tensor2D), y))).asScalar();
    };
    const value = await compile(loss, []);
    const gradient = await compile(() => {
      const { grads } = tf.variableGrads(loss, weights);
      return Object.fromEntries(weights.map(({ name }, i) => [i, grads[name]]));
    }, []);
    const gradients = Object.values(await gradient()).map(values);
    const h = 1e-2;
    for (const [i, weight] of weights.entries()) {
      const start = weight.dataSync<'float32'>();
      for (let at = 0; at < start.length; at++) {
        const moved = async (by: number) => {
          weight.assign(tf.tensor(start.map((v, j) => (j === at ? v + by : v)), weight.shape));
          return values(await value())[0];
        };
        const slope = ((await moved(h)) - (await moved(-h))) / (2 * h);
        assert.ok(Math.abs(slope - gradients[i][at]) < 1e-3 + 1e-3 * Math.abs(slope), `weight ${i}, element ${at}: ${gradients[i][at]}, not ${slope}`);
      }
      weight.assign(tf.tensor(start, weight.shape));
    }
  });
});

describe('a compiled LayersModel', () => {
  const model = tf.sequential({
    layers: [
      tf.layers.flatten({ inputShape: [4, 4, 1] }),
      ...(['relu', 'elu', 'sigmoid', 'tanh', 'relu6', 'linear', 'softplus'] as const).map((activation) => tf.layers.dense({ units: 5, activation })),
      tf.layers.activation({ activation: 'relu' }),
      tf.layers.dense({ units: 3, activation: 'softmax', useBias: false }),
    ],
  });
  model.weights.forEach((weight, i) => weight.write(tf.tensor(normal(foldIn(key(6), i), tf.util.sizeFromShape(weight.shape as number[])), weight.shape as number[])));

  for (const batch of [1, 7]) {
    it(`applies and predicts on ${batch} as op by op`, async () => {
      const x = normals([batch, 4, 4, 1]);
      const program = await compile((x) => ({ apply: model.apply(x) as tf.Tensor, predict: model.predict(x) as tf.Tensor }), [x]);
      const results = await program(x);
      assertClose(results.apply, model.apply(x) as tf.Tensor, 'apply');
      assertClose(results.predict, model.predict(x) as tf.Tensor, 'predict');
    });
  }

  it('has the gradients of op by op', async () => {
    const [x, labels] = [normals([7, 4, 4, 1]), tf.tensor1d([0, 1, 2, 0, 1, 2, 0], 'int32')];
    const weights = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
    const gradients = (x: tf.Tensor, labels: tf.Tensor) => {
      const loss = () => tf.neg(tf.mean(tf.mul(tf.oneHot(labels, 3), tf.log(model.apply(x) as tf.Tensor)))).asScalar();
      const { value, grads } = tf.variableGrads(loss, weights);
      return { value, ...Object.fromEntries(weights.map(({ name }) => [name, grads[name]])) } as Record<string, tf.Tensor>;
    };
    const program = await compile(gradients, [x, labels]);
    const results = await program(x, labels);
    for (const [name, expected] of Object.entries(gradients(x, labels))) assertClose(results[name], expected, name);
  });
});
