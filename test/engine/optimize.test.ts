import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import '../../src/engine';
import { Graph } from '../../src/engine/graph';
import { encodeModel } from '../../src/engine/onnx';
import { optimize } from '../../src/engine/optimize';
import { trace } from '../../src/engine/trace';
import { key, normal } from '../../src/random';
import { ints, normals } from './cases/draws';

/** The outputs of a graph, as it stands. */
async function run(graph: Graph, inputs: tf.Tensor[]): Promise<number[][]> {
  const session = await ort.InferenceSession.create(encodeModel(graph), { logSeverityLevel: 3 });
  const feeds = graph.inputs.map(({ name }, i) => [name, new ort.Tensor(inputs[i].dtype as 'float32', inputs[i].dataSync(), inputs[i].shape)]);
  const outputs = await session.run(Object.fromEntries(feeds) as Record<string, ort.Tensor>);
  await session.release();
  return graph.outputs.map(({ name }) => Array.from(outputs[name].data as Float32Array));
}

/**
 * The operators of the traced and optimised `fn` in order, each with the shapes of its inputs where they are known: `Gemm [2,3] [3,4]`.
 * Checks on the way that the outputs are what they were, to rounding.
 */
async function optimized(fn: (...tensors: tf.Tensor[]) => tf.Tensor | Record<string, tf.Tensor>, ...inputs: tf.Tensor[]): Promise<string[]> {
  const { graph } = trace(fn, inputs);
  const before = await run(graph, inputs);
  optimize(graph);
  const after = await run(graph, inputs);
  before.forEach((values, output) =>
    values.forEach((value, i) => assert.ok(Math.abs(after[output][i] - value) <= 1e-5 * (1 + Math.abs(value)), `output ${output}: ${after[output][i]}, not ${value}`)),
  );
  return graph.nodes.map(({ op, inputs }) => [op, ...inputs.map((name) => `[${graph.shapeOf(name)?.join() ?? '?'}]`)].join(' '));
}

const [a, b, c, scalar] = [normals([30, 2]), normals([2, 40]), normals([30, 40]), normals([])];

describe('optimize', () => {
  describe('a scaled product', () => {
    it('scales the smaller operand, on either side', async () => {
      assert.deepEqual(await optimized((a, b, s) => tf.mul(tf.matMul(a, b), s), a, b, scalar), ['Mul [30,2] []', 'Gemm [30,2] [2,40]']);
      assert.deepEqual(await optimized((b, a, s) => tf.mul(s, tf.matMul(b, a, true, true)), b, a, scalar), ['Mul [30,2] []', 'Gemm [2,40] [30,2]']);
    });

    it('stays when the product is smaller than its operands', async () => {
      assert.deepEqual(await optimized((b, s) => tf.mul(s, tf.matMul(b, b, false, true)), b, scalar), ['Gemm [2,40] [2,40]', 'Mul [] [2,2]']);
    });

    it('stays when the factor is no scalar, or the product is used elsewhere', async () => {
      assert.deepEqual(await optimized((a, b, row) => tf.mul(tf.matMul(a, b), row), a, b, normals([40])), ['Gemm [30,2] [2,40]', 'Mul [30,40] [40]']);
      assert.deepEqual(await optimized((a, b) => tf.square(tf.matMul(a, b)), a, b), ['Gemm [30,2] [2,40]', 'Mul [30,40] [30,40]']);
      const used = (a: tf.Tensor, b: tf.Tensor, s: tf.Tensor) => {
        const product = tf.matMul(a, b);
        return { product, scaled: tf.mul(product, s) };
      };
      assert.deepEqual(await optimized(used, a, b, scalar), ['Gemm [30,2] [2,40]', 'Mul [30,40] []']);
    });
  });

  describe('an addend of a product', () => {
    it('becomes the third input: a row, a column, a scalar, a matrix, another product', async () => {
      for (const addend of [normals([40]), normals([30, 1]), scalar, c]) {
        assert.deepEqual(await optimized((a, b, c) => tf.add(tf.matMul(a, b), c), a, b, addend), [`Gemm [30,2] [2,40] [${addend.shape.join()}]`]);
        assert.deepEqual(await optimized((a, b, c) => tf.add(c, tf.matMul(a, b)), a, b, addend), [`Gemm [30,2] [2,40] [${addend.shape.join()}]`]);
      }
      assert.deepEqual(await optimized((a, b) => tf.add(tf.matMul(a, b), tf.matMul(a, b)), a, b), ['Gemm [30,2] [2,40]', 'Gemm [30,2] [2,40] [30,40]']);
    });

    it('keeps the transposes and takes its constant factor along, as a momentum has one', async () => {
      assert.deepEqual(await optimized((a, b, c) => tf.add(tf.mul(c, 0.9), tf.matMul(b, a, true, true)), a, b, normals([40, 30])), ['Gemm [2,40] [30,2] [40,30]']);
    });

    it('keeps its factor outside when others use the multiple', async () => {
      const used = (a: tf.Tensor, b: tf.Tensor, c: tf.Tensor) => {
        const multiple = tf.mul(c, 0.9);
        return { multiple, sum: tf.add(tf.matMul(a, b), multiple) };
      };
      assert.deepEqual(await optimized(used, a, b, c), ['Mul [30,40] []', 'Gemm [30,2] [2,40] [30,40]']);
    });

    it('together with a scaled product is a step of gradient descent with momentum', async () => {
      const step = (a: tf.Tensor, b: tf.Tensor, c: tf.Tensor, rate: tf.Tensor) => tf.add(tf.mul(c, 0.9), tf.mul(tf.matMul(a, b), rate));
      assert.deepEqual(await optimized(step, a, b, c, scalar), ['Mul [30,2] []', 'Gemm [30,2] [2,40] [30,40]']);
    });

    it('stays when it is larger than the product, or the product is used elsewhere', async () => {
      assert.deepEqual(await optimized((row, b, c) => tf.add(tf.matMul(row, b), c), normals([1, 2]), b, c), ['Gemm [1,2] [2,40]', 'Add [1,40] [30,40]']);
      assert.deepEqual(await optimized((a, b, c) => tf.add(tf.matMul(a, b), c), a, b, normals([3, 1, 1])), ['Gemm [30,2] [2,40]', 'Add [30,40] [3,1,1]']);
      const used = (a: tf.Tensor, b: tf.Tensor, c: tf.Tensor) => {
        const product = tf.matMul(a, b);
        return { product, sum: tf.add(product, c) };
      };
      assert.deepEqual(await optimized(used, a, b, c), ['Gemm [30,2] [2,40]', 'Add [30,40] [30,40]']);
    });

    it('stays where a product is a stack or of integers', async () => {
      assert.deepEqual(await optimized((a, b, c) => tf.add(tf.matMul(a, b), c), normals([3, 2, 2]), normals([3, 2, 2]), normals([2])), ['MatMul [3,2,2] [3,2,2]', 'Add [3,2,2] [2]']);
      assert.deepEqual(await optimized((a, b, c) => tf.add(tf.matMul(a, b), c), ints([3, 2]), ints([2, 2]), ints([2])), ['MatMul [3,2] [2,2]', 'Add [3,2] [2]']);
    });

    it('stays when a lowering adds it on the way to its result, where shapes are not known', () => {
      const graph = new Graph();
      const product = graph.node('Gemm', ['x', 'y']);
      graph.output({ name: graph.node('Exp', [graph.node('Add', [product, graph.scalar(1)])]), shape: [2, 2], dtype: 'float32' });
      assert.deepEqual(optimize(graph).nodes.map(({ op }) => op), ['Gemm', 'Add', 'Exp']);
    });
  });

  it('leaves of a dense layer a product and its activation, for tfjs reshapes its operands there and back', async () => {
    const dense = (x: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor) =>
      tf.fused.matMul({ a: x, b: kernel, bias, activation: 'relu' });
    assert.deepEqual(await optimized(dense, a, b, normals([40])), ['Gemm [30,2] [2,40] [40]', 'Relu [?]']);
  });

  it('removes what no output needs', async () => {
    const fn = (a: tf.Tensor, b: tf.Tensor) => {
      tf.exp(tf.matMul(a, b));
      return tf.neg(a);
    };
    assert.deepEqual(await optimized(fn, a, b), ['Neg [30,2]']);
  });

  describe('a large value', () => {
    const [x, w] = [[1100, 1000], [1000, 3]].map((shape, i) => tf.tensor(normal(key(i), tf.util.sizeFromShape(shape)), shape));

    it('is squared and summed in one pass, a small one as it was', async () => {
      assert.deepEqual(await optimized((x) => tf.sum(tf.square(x)), x), ['ReduceSumSquare [1100,1000] [2]']);
      assert.deepEqual(await optimized((a) => tf.sum(tf.square(a)), a), ['Mul [30,2] [30,2]', 'ReduceSum [30,2] [2]']);
    });

    it('takes its number behind the product or the sum, and past a reshape', async () => {
      assert.deepEqual(await optimized((x, w) => tf.matMul(tf.mul(x, tf.mul(tf.scalar(2), 0.25)), w), x, w), ['Gemm [1100,1000] [1000,3]']);
      assert.deepEqual(await optimized((x) => tf.sum(tf.reshape(tf.mul(x, 0.5), [1000, 1100]), 0), x), ['Reshape [1100,1000] [2]', 'ReduceSum [1000,1100] [1]', 'Mul [?] []']);
      assert.deepEqual(await optimized((a, b) => tf.matMul(tf.mul(a, 0.5), b), a, b), ['Mul [30,2] []', 'Gemm [30,2] [2,40]']);
    });
  });
});
