/** What a traced function must not do: each is an error that says so and leaves everything as it was. */
import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs';
import { compile, TraceError } from '../../src/engine';
import { isTracing } from '../../src/engine/backend';
import type { Output, Spec } from '../../src/engine/trace';
import { normals } from './cases/draws';

const SPEC: Spec = { shape: [2] };

/** What a trace touches and must put back. */
function surroundings() {
  const variables = Object.values(tf.engine().registeredVariables);
  return {
    backend: tf.getBackend(),
    random: Math.random,
    tracing: isTracing(),
    numTensors: tf.memory().numTensors,
    names: variables.map(({ name }) => name),
    ids: variables.map(({ dataId }) => dataId),
    values: variables.map((variable) => Array.from(variable.dataSync())),
  };
}

describe('tracing', () => {
  tf.disposeVariables(); // what other files have left would be read again and again
  const variable = tf.variable(tf.tensor([1, 2]));
  const label = tf.tensor(['a', 'b']);
  const complex = tf.complex([1, 2], [3, 4]);

  /** `fn` is refused with `message`, nothing around it has changed, and the next compile works. */
  async function refuses(fn: (...tensors: tf.Tensor[]) => unknown, message: RegExp, specs = [SPEC], error: new () => Error = TraceError): Promise<void> {
    const before = surroundings();
    await assert.rejects(compile((...tensors) => {
      variable.assign(tf.exp(variable));
      return fn(...tensors) as Output;
    }, specs), (thrown) => {
      assert.ok(thrown instanceof error, String(thrown));
      assert.match(thrown.message, message);
      return true;
    });
    assert.deepEqual(surroundings(), before);
    const next = await compile((x) => tf.add(x, variable), [SPEC]);
    const sum = await next(tf.tidy(() => Float32Array.of(10, 20)));
    assert.deepEqual(Array.from(sum.dataSync()), [11, 22]);
    sum.dispose();
    await next.dispose();
  }

  describe('refuses to', () => {
    const read = /a value was read while tracing \(a float32 tensor of shape \[2\]\)/;

    it('read a value', async () => {
      await refuses((x) => x.dataSync(), read);
      await refuses((x) => x.arraySync(), read);
      await refuses((x) => x.bufferSync(), read);
      await refuses((x) => (tf.sum(x).dataSync()[0] > 0 ? x : tf.neg(x)), /shape \[\]/);
      await refuses(() => variable.dataSync(), read);
      await refuses((x) => tf.grad((x) => tf.mul(x, x.dataSync()[0]))(x), read);
      await refuses((x) => tf.tidy(() => tf.tidy(() => x.dataSync())), read);
    });

    it('await anything, and no rejection of the function is left unhandled', async () => {
      const unhandled: unknown[] = [];
      const listener = (reason: unknown) => unhandled.push(reason);
      process.on('unhandledRejection', listener);
      await refuses(async (x) => Promise.resolve(x), /must be synchronous/);
      await refuses(async (x) => x.data(), /must be synchronous/);
      await refuses(async (x) => x.array(), /must be synchronous/);
      await setImmediate();
      process.off('unhandledRejection', listener);
      assert.deepEqual(unhandled, []);
    });

    it('draw random numbers', async () => {
      const random = /Math\.random was called while tracing .*pass the draw as an argument/;
      await refuses((x) => tf.dropout(x, 0.5), random);
      await refuses((x) => tf.add(x, tf.randomUniform([2])), random);
      await refuses((x) => tf.add(x, tf.randomNormal([2])), random);
      await refuses((x) => tf.add(x, Math.random()), random);
    });

    it('create variables', async () => {
      const created = /variable .+ was created while tracing; create variables \(an optimiser's too\) before compile/;
      await refuses((x) => tf.variable(x), created);
      await refuses(() => tf.train.adam(0.1).minimize(() => tf.sum(variable).asScalar(), true, [variable]), created);
    });

    it('use a kernel that has no lowering, and names it', async () => {
      await refuses((x) => tf.unique(x).values, /kernel Unique has no lowering yet/);
      await refuses((x) => tf.fused.matMul({ a: tf.reshape(x, [1, 2]), b: tf.reshape(x, [2, 1]), activation: 'tanh' as 'relu' }), /fused activation tanh has no lowering yet/);
      await refuses((x) => tf.depthToSpace(tf.add<tf.Tensor4D>(tf.zeros([1, 4, 2, 2]), x), 2, 'NCHW'), /depthToSpace must have the data format NHWC/);
    });

    it('hold other types than float32, int32 and bool', async () => {
      const types = /float32, int32 and bool tensors, got/;
      await refuses(() => label, types);
      await refuses(() => complex, types);
      await refuses(() => tf.tensor(['c']), types);
      await refuses((x) => tf.cast(x, 'complex64'), types);
      await refuses((x) => x, types, [{ shape: [2], dtype: 'string' }]);
      await refuses((x) => x, types, [label]);
    });

    it('return anything but tensors', async () => {
      await refuses(() => undefined, /must return a tensor or tensors by name, got undefined$/);
      await refuses(() => 3, /must return a tensor or tensors by name/);
      await refuses((x) => ({ x, loss: 3 }), /must return a tensor or tensors by name, got number for loss/);
      await refuses((x) => ({ x: { x } }), /got object for x/);
    });

    it('hide an error of the function', async () => {
      class Own extends Error {}
      await refuses(() => {
        throw new Own('my own');
      }, /^my own$/, [SPEC], Own);
      await refuses((x) => tf.matMul(x, x), /rank/, [SPEC], Error);
    });
  });

  it('refuses to start inside another trace, which goes on', async () => {
    let inner: Promise<unknown> | undefined;
    const program = await compile((x) => {
      inner = assert.rejects(compile((y) => y, [SPEC]), /one compile was called inside another/);
      return tf.add(x, 1);
    }, [SPEC]);
    await inner;
    assert.deepEqual(Array.from((await program(Float32Array.of(1, 2))).dataSync()), [2, 3]);
  });

  it('leaves everything as it was when all goes well', async () => {
    const before = surroundings();
    const program = await compile((x) => {
      assert.equal(isTracing(), true);
      variable.assign(tf.mul(variable, x));
      return { mean: tf.mean(x), gradient: tf.grad((x) => tf.sum(tf.square(x)))(x) };
    }, [SPEC]);
    assert.deepEqual(surroundings(), before);
    await program.dispose();
  });

  it('sees variables that were created after the last trace', async () => {
    const late = tf.variable(normals([2]));
    const program = await compile(() => tf.neg(late), []);
    late.assign(tf.tensor([5, 6]));
    assert.deepEqual(Array.from((await program()).dataSync()), [-5, -6]);
  });
});
