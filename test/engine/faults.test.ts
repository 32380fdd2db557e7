/** What tfjs refuses or answers, a program refuses or answers too: each kind of fault that was found by replaying tfjs' own tests. */
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { compile, TraceError } from '../../src/engine';
import { assertClose } from './close';

const { tensor1d, tensor2d, tensor4d, zeros, ones } = tf;

/** What the function gives compiled, next to what it gives op by op; and so its gradient. */
async function assertAsTfjs(fn: (...x: tf.Tensor[]) => tf.Tensor, inputs: tf.Tensor[], what = ''): Promise<void> {
  const program = await compile(fn, inputs);
  const [actual, expected] = [await program(...inputs), tf.tidy(() => fn(...inputs))];
  await program.dispose();
  assert.deepEqual([actual.dtype, actual.shape], [expected.dtype, expected.shape], what);
  const values = actual.dataSync();
  Array.from(expected.dataSync()).forEach((value, i) => assert.ok(Object.is(values[i], value) || Math.abs(values[i] - value) <= 1e-5 * Math.max(1, Math.abs(value)), `${what} at ${i}: ${values[i]}, expected ${value}`));
}

const refused = (fn: (...x: tf.Tensor[]) => tf.Tensor, inputs: tf.Tensor[], message: RegExp) =>
  assert.rejects(compile(fn, inputs), (error: Error) => {
    assert.ok(error instanceof TraceError, `${error.name}: ${error.message}`);
    assert.match(error.message, message);
    return true;
  });

const count = (size: number, shape: number[], dtype: 'float32' | 'int32' = 'float32') => tf.tensor(Array.from({ length: size }, (_, i) => i + 1), shape, dtype);

describe('a mistake of shape is refused while tracing, with the shapes and the line', () => {
  const a = count(6, [2, 3]);
  const b = count(6, [3, 2]);
  const LINE = / \(at faults\.test\.ts:\d+:\d+\)$/;
  const cases: Record<string, [(...x: tf.Tensor[]) => tf.Tensor, tf.Tensor[], RegExp]> = {
    'a slice beyond the end': [(x) => tf.slice(x, [8, 0], [4, 3]), [zeros([10, 3])], /begin\[0\] \+ size\[0\] \(12\) would overflow input\.shape\[0\] \(10\); Slice got float32 \[10,3\]/],
    'a slice that begins beyond it': [(x) => tf.slice1d(x as tf.Tensor1D, 2, 5), [zeros([3])], /begin\[0\] \+ size\[0\] \(7\) would overflow input\.shape\[0\] \(3\)/],
    'a stack of different shapes': [(x, y) => tf.stack([x, y]), [a, b], /stack: all tensors must have one shape and type, got float32 \[2,3\] and float32 \[3,2\]/],
    'a stack of different ranks': [(x, y) => tf.stack([x, y]), [a, count(6, [6])], /got float32 \[2,3\] and float32 \[6\]/],
    'a stack along an axis that there is not': [(x) => tf.stack([x, x], 3), [a], /xis|stack/],
    'an axis beyond the last': [(x) => tf.expandDims(x, 5), [a], /xis/],
    'a reshape to another size': [(x) => tf.reshape(x, [4]), [a], /reshape|size/i],
    'a product': [(x, y) => tf.matMul(x, y), [a, a], /matMul: the inner sizes must agree, got 3 and 2 of \[2,3\] and \[2,3\]; BatchMatMul got float32 \[2,3\], float32 \[2,3\]/],
    'a product of a transpose': [(x, y) => tf.matMul(x, y, true), [a, b], /got 2 and 3 of \[2,3\] transposed and \[3,2\]/],
    'a fused product': [(x, y) => tf.fused.matMul({ a: x, b: y, activation: 'relu' }), [a, a], /inner (shapes|sizes)/],
    'parts to be put together': [(x, y) => tf.concat([x, y], 0), [a, b], /Shape of tensors\[1\] \(3,2\) does not match/],
    'einsum': [(x, y) => tf.einsum('ij,jk->ik', x, y), [a, a], /[Dd]imension|size/],
    'segments': [(x) => tf.unsortedSegmentSum(x, tensor1d([0, 1, 1], 'int32'), 2), [count(4, [4])], /unsortedSegmentSum: there must be an id for each row, got ids \[3\] for \[4\]|rank|segment/],
    'an operation that does not broadcast': [(x, y) => tf.add(x, y), [a, b], /[Ii]ncompatible|broadcast/],
  };
  for (const [name, [fn, inputs, message]] of Object.entries(cases)) {
    it(name, async () => {
      assert.throws(() => tf.tidy(() => fn(...inputs).dataSync()), Error);
      await assert.rejects(compile(fn, inputs), (error: Error) => (assert.match(error.message, message), true));
    });
  }

  it("names the user's own line, in whatever it is wrapped", async () => {
    await refused((x, y) => tf.matMul(x, y), [a, a], LINE);
    await refused((x) => tf.grad((z) => tf.sum(tf.matMul(z, x)))(x), [a], LINE);
    await refused((x) => tf.where(tf.greater(x, 0), x, tf.cast(tf.round(tf.cast(x, 'int32')), 'float32')).slice([1, 0], [2, 3]), [a], LINE);
  });

  it('names it for a value that is read, and a kernel that there is not, too', async () => {
    await refused((x) => tf.mul(x, x.dataSync()[0]), [a], LINE);
    await refused((x) => tf.reshape(tf.conv3d(tf.reshape<tf.Rank.R5>(x, [1, 1, 2, 3, 1]), tf.ones<tf.Rank.R5>([1, 1, 1, 1, 1]), 1, 'valid'), [2, 3]), [a], LINE);
  });

  it('is found by the runtime where nothing else finds it, and named likewise', async () => {
    const fails = (x: tf.Tensor) => tf.engine().runKernel('Abs', { x: tf.cast(x, 'bool') }) as unknown as tf.Tensor;
    await refused(fails, [a], /tensor\(bool\).*; Abs got bool \[2,3\] \(at faults\.test\.ts/);
  });
});

describe('NaN', () => {
  const at = (place: number, size: number, shape = [size]) => tf.tensor(Array.from({ length: size }, (_, i) => (i === place ? NaN : Math.sin(7 * i))), shape);

  it('is the largest and the smallest of what has one, through any axis', async () => {
    for (const place of [0, 1, 17, 66]) {
      for (const [shape, axis] of [[[67], 0], [[67, 1], 0], [[1, 67], 1], [[1, 67], 0], [[1, 67, 1, 1], [1, 2]]] as [number[], number | number[]][]) {
        for (const keep of [false, true]) {
          await assertAsTfjs((x) => tf.max(x, axis, keep), [at(place, 67, shape)], `max of [${shape.join()}] along ${String(axis)}`);
          await assertAsTfjs((x) => tf.min(x, axis, keep), [at(place, 67, shape)], `min of [${shape.join()}] along ${String(axis)}`);
        }
      }
    }
    await assertAsTfjs((x) => tf.max(tf.abs(x)), [tensor1d([2, NaN, 1])]);
    await assertAsTfjs((x) => tf.max(x), [tensor1d([Infinity, -Infinity, 1])]);
    await assertAsTfjs((x) => tf.min(x), [tensor1d([-Infinity, Infinity, 1])]);
    await assertAsTfjs((x) => tf.max(x), [tensor1d([-3.4e38, -3.4e38])]);
  });

  it('stays in values and gradients of functions of one element', async () => {
    const x = tf.tensor(Array.from({ length: 67 }, (_, i) => (i % 9 === 4 ? NaN : 3 * Math.sin(7 * i))), [67]);
    const functions: Record<string, (x: tf.Tensor) => tf.Tensor> = {
      abs: tf.abs, relu: tf.relu, relu6: tf.relu6, elu: tf.elu, selu: tf.selu, square: tf.square, tanh: tf.tanh, sigmoid: tf.sigmoid, softplus: tf.softplus, exp: tf.exp, sqrt: tf.sqrt, round: tf.round, floor: tf.floor,
      step: (x) => tf.step(x), slope: (x) => tf.step(x, 0.5), clip: (x) => tf.clipByValue(x, -1, 2), leaky: (x) => tf.leakyRelu(x, 0.1), maximum: (x) => tf.maximum(x, tf.neg(x)), minimum: (x) => tf.minimum(x, 1), log1p: tf.log1p,
    };
    for (const [name, fn] of Object.entries(functions)) {
      await assertAsTfjs(fn, [x], name);
      if (name !== 'minimum') await assertAsTfjs((x) => tf.grad((z) => fn(z))(x), [x], `gradient of ${name}`);
    }
  });
});

describe('what was computed in another way', () => {
  it('fused convolutions of channels first have a slope, and a bias, for each channel', async () => {
    const x = count(8, [1, 2, 2, 2]) as tf.Tensor4D;
    const filter = tensor4d([-1, 1, -2, 0.5], [1, 1, 2, 2]);
    const fused = (extra: Partial<Parameters<typeof tf.fused.conv2d>[0]>) => (x: tf.Tensor) =>
      tf.fused.conv2d({ x: x as tf.Tensor4D, filter, strides: 1, pad: 'valid', dataFormat: 'NCHW', ...extra });
    const prelu = fused({ activation: 'prelu', preluActivationWeights: tensor1d([10, 100]) });
    await assertAsTfjs(prelu, [x]);
    assert.deepEqual([...prelu(x).dataSync()], [-110, -140, -170, -200, 3.5, 5, 6.5, 8]);
    await assertAsTfjs(fused({ bias: tensor1d([10, 100]), activation: 'relu' }), [x]);
    await assertAsTfjs(fused({ bias: tensor1d([10, 100]), activation: 'prelu', preluActivationWeights: tensor1d([10, 100]) }), [x]);
  });

  it('rows of a segment that there is not are left out', async () => {
    const ids = tensor1d([0, 2, -1, 1], 'int32');
    await assertAsTfjs((x) => tf.unsortedSegmentSum(x, ids, 3), [count(4, [4])]);
    await assertAsTfjs((x) => tf.unsortedSegmentSum(x, tensor1d([0, 5, 1, 3], 'int32'), 3), [count(8, [4, 2])]);
    await assertAsTfjs((x) => tf.unsortedSegmentSum(x, ids, 3), [count(4, [4], 'int32')]);
    // Rows gathered by the same ids, but from more of them than there are segments.
    const wide = tensor1d([3, 0, 1, 2], 'int32');
    await assertAsTfjs((x) => tf.add(tf.sum(tf.gather(x, wide)), tf.unsortedSegmentSum(x, wide, 2)), [count(4, [4])]);
    await assertAsTfjs((x) => tf.grad((z) => tf.gather(z, tensor1d([0, 2, 1, 1], 'int32')))(x), [count(4, [4])]);
  });

  it('indices of one axis come as a list', async () => {
    const indices = tensor1d([3], 'int32');
    await assertAsTfjs((x) => tf.scatterND(indices, x, [5]), [tensor1d([101])]);
    await assertAsTfjs((x) => tf.scatterND(tensor1d([3, 0, 3], 'int32'), x, [5]), [tensor1d([1, 2, 4])]);
    await assertAsTfjs((x) => tf.tensorScatterUpdate(x, tensor2d([[3], [0]], [2, 1], 'int32'), tensor1d([7, 8])), [count(5, [5])]);
  });

  it('whole numbers stay int32 when they are rounded', async () => {
    for (const fn of [tf.round]) await assertAsTfjs((x) => fn(x), [count(4, [4], 'int32')]);
  });

  it('the gradient of a padded pooling goes to the places of its windows', async () => {
    for (const [shape, filter, stride, pad] of [[[1, 2, 2, 1], 2, 3, 1], [[2, 5, 4, 2], 2, 2, 1], [[1, 4, 4, 1], 3, 3, 1], [[1, 4, 4, 1], 2, 2, 0]] as const) {
      const x = tf.tensor(Array.from({ length: tf.util.sizeFromShape([...shape]) }, (_, i) => Math.sin(i * 5)), [...shape]);
      await assertAsTfjs((x) => tf.grad((z) => tf.sum(tf.square(tf.maxPool(z as tf.Tensor4D, filter, stride, pad))))(x), [x], `[${shape.join()}] ${filter}, ${stride}, ${pad}`);
    }
  });

  it('texts are refused by name, and so is logic as a number', async () => {
    await refused(() => tf.fill([3], 'aa'), [], /a program holds float32, int32 and bool tensors, got string/);
    const logic = tf.tensor1d([1, 0, 1], 'bool');
    for (const [name, fn] of Object.entries<(x: tf.Tensor) => tf.Tensor>({ add: (x) => tf.add(x, x), sub: (x) => tf.sub(x, x), mul: (x) => tf.mul(x, x), square: tf.square, abs: tf.abs, max: (x) => tf.max(x), min: (x) => tf.min(x), argMax: (x) => tf.argMax(x)})) {
      await refused(fn, [logic], /bool.*\(at faults\.test\.ts/).catch((error) => {
        throw new Error(`${name}: ${(error as Error).message}`);
      });
    }
    await refused((x) => tf.expm1(x), [count(3, [3], 'int32')], /Expm1 got int32 \[3\]/);
    await refused((x) => tf.log1p(x), [count(3, [3], 'int32')], /Log1p got int32 \[3\]/);
  });
});

describe('empty tensors', () => {
  const none = (...shape: number[]) => tf.tensor([], shape);

  it('make empty results', async () => {
    await assertAsTfjs((x) => tf.reshape(x, [0, 5]), [none(3, 0)]);
    await assertAsTfjs((x) => tf.expandDims(x, 1), [none(2, 0)]);
    await assertAsTfjs((x) => tf.stack([x, x]), [none(0, 3)]);
    await assertAsTfjs((x) => tf.add(tf.mul(x, 2), 1), [none(0, 3)]);
    await assertAsTfjs((x) => tf.concat([x, x], 1), [none(2, 0)]);
    await assertAsTfjs((x) => tf.relu(tf.slice(x, [0, 1], [0, 2])), [none(0, 3)]);
    await assertAsTfjs((x) => tf.matMul(x, ones([3, 2])), [none(0, 3)]);
    await assertAsTfjs((x) => tf.sum(x, 1), [none(0, 3)]);
    await assertAsTfjs((x) => tf.transpose(x), [none(0, 3)]);
    await assertAsTfjs((x) => tf.unstack(x, 1)[1], [none(0, 3)]);
    await assertAsTfjs((x) => tf.gather(x, tensor1d([], 'int32')), [count(6, [2, 3])]);
  });

  it('make what nothing amounts to', async () => {
    await assertAsTfjs((x) => tf.sum(x, 0), [none(0, 3)]);
    await assertAsTfjs((x) => tf.prod(x, 0), [none(0, 3)]);
    await assertAsTfjs((x) => tf.any(tf.greater(x, 0)), [none(0)]);
    const all = await compile((x) => tf.all(tf.greater(x, 0)), [none(0)]);
    assert.equal((await all(none(0))).dataSync()[0], 1); // in tfjs 0, for it looks at the first of none
    await assertAsTfjs((x) => tf.matMul(x, none(0, 2)), [none(3, 0)]);
    await assertAsTfjs((x, y) => tf.concat([x, y], 0), [none(0, 3), count(6, [2, 3])]);
    await assertAsTfjs((x) => tf.pad(x, [[1, 1]], 7), [none(0)]);
  });

  it('end no process: they are refused, or make an empty result', async () => {
    await assertAsTfjs((x, y) => tf.einsum('bqd,bkd->bqk', x, y), [none(0, 2, 3), none(0, 4, 3)]);
    await assert.rejects(compile((x) => tf.topk(x, 1).values, [none(0, 3)]).then((program) => program(none(0, 3))).then(({ size }) => assert.ok(size > 0)), Error);
    await assert.rejects(compile((x) => tf.argMax(x, 1), [none(3, 0)]), /a tensor must have values, got none; ArgMax got float32 \[3,0\]/);
    await assert.rejects(compile((x) => tf.conv2d(x as tf.Tensor4D, ones<tf.Rank.R4>([1, 1, 0, 2]), 1, 'valid'), [none(1, 3, 3, 0)]), /a tensor must have values/);
  });

  it('come and go as arguments and results beside others', async () => {
    const program = await compile<Record<string, tf.Tensor>>((x, y) => ({ sum: tf.add(tf.sum(x), y), same: tf.mul(x, 3) }), [none(0, 2), { shape: [2] }]);
    const { sum, same } = await program(none(0, 2), Float32Array.of(1, 2));
    assert.deepEqual([[...sum.dataSync()], same.shape], [[1, 2], [0, 2]]);
    await program.dispose();
  });
});

describe('the gradient of scatterND', () => {
  it('of the updates is that of their places, added up or not, op by op and in a program', async () => {
    const indices = tensor2d([[1, 2], [0, 0], [1, 2]], [3, 2], 'int32');
    const weights = count(12, [2, 3, 2]);
    const fn = (x: tf.Tensor) => tf.grad((z) => tf.sum(tf.mul(tf.scatterND(indices, z, [2, 3, 2]), weights)))(x);
    const expected = tf.gatherND(weights, indices);
    assertClose(fn(count(6, [3, 2])), expected, 'op by op');
    const program = await compile(fn, [{ shape: [3, 2] }]);
    assertClose(await program(Float32Array.of(1, 2, 3, 4, 5, 6)), expected, 'compiled');
    await program.dispose();
  });
});
