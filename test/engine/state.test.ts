/** Variables in programs: read, assigned, shared, and seen from outside. */
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { compile } from '../../src/engine';
import { assertClose } from './close';
import { LABELS, network, X } from './network';

const values = (tensor: tf.Tensor): number[] => Array.from(tensor.dataSync());

/** A counter that a run moves on by one, and the program. */
async function counter() {
  const count: tf.Variable = tf.variable(tf.tensor([1, 2, 3]));
  const next = await compile(() => {
    count.assign(tf.add(count, 1));
    return {};
  }, []);
  return { count, next };
}

describe('variables in a program', () => {
  it('hold after some steps what op by op gives', async () => {
    const [compiled, opByOp] = [network(1), network(1)];
    const step = await compile(compiled.step, [X, LABELS]);
    for (let i = 0; i < 5; i++) assertClose(await step(X, LABELS), opByOp.step(X, LABELS), `loss ${i}`);
    compiled.variables.forEach((variable, i) => assertClose(variable, opByOp.variables[i], `variable ${i}`));
  });

  it('hold the same bytes after the same steps from the same state', async () => {
    const net = network(2);
    const step = await compile(net.step, [X, LABELS]);
    const start = net.variables.map((variable) => variable.dataSync());
    const run = async () => {
      net.variables.forEach((variable, i) => variable.assign(tf.tensor(start[i], variable.shape)));
      for (let i = 0; i < 20; i++) (await step(X, LABELS)).dispose();
      return net.variables.map((variable) => Buffer.from(new Uint8Array(variable.dataSync().buffer)).toString('hex'));
    };
    assert.deepEqual(await run(), await run());
  });

  it('keep their dataId when no program assigns them', async () => {
    const [read, assigned, untouched] = [2, 3, 5].map((value) => tf.variable(tf.scalar(value)));
    const ids = [read, assigned, untouched].map(({ dataId }) => dataId);
    const program = await compile(() => {
      assigned.assign(tf.mul(assigned, read));
      return {};
    }, []);
    await program();
    assert.deepEqual([read, assigned, untouched].map(({ dataId }, i) => dataId === ids[i]), [true, false, true]);
    assert.deepEqual([read, assigned, untouched].map((variable) => values(variable)), [[2], [6], [5]]);
  });

  it('may be of int32 and bool', async () => {
    const count: tf.Variable = tf.variable(tf.tensor1d([1, 2], 'int32'));
    const flags = tf.variable(tf.tensor1d([true, false], 'bool'));
    const program = await compile(() => {
      count.assign(tf.where(flags, tf.add(count, tf.scalar(10, 'int32')), count));
      flags.assign(tf.logicalNot(flags));
      return {};
    }, []);
    await program();
    assert.deepEqual([values(count), values(flags)], [[11, 2], [0, 1]]);
    await program();
    await program();
    assert.deepEqual([values(count), values(flags)], [[21, 12], [0, 1]]);
    assert.deepEqual([count.dtype, flags.dtype], ['int32', 'bool']);
  });

  it('may be exchanged, copied, set to an argument or a constant, and returned', async () => {
    const [a, b, copy, given, fixed] = [1, 2, 3, 4, 5].map((value) => tf.variable(tf.scalar(value)));
    const program = await compile((x) => {
      const before = a.clone();
      a.assign(b);
      b.assign(before);
      copy.assign(a);
      given.assign(x as tf.Scalar);
      fixed.assign(tf.scalar(7));
      return { a, given, x };
    }, [{ shape: [] }]);
    const results = await program(tf.scalar(6));
    assert.deepEqual([a, b, copy, given, fixed].map((variable) => values(variable)), [[2], [1], [2], [6], [7]]);
    assert.deepEqual([results.a, results.given, results.x].map(values), [[2], [6], [6]]);
  });

  it('may be copied into an older variable, and not be read otherwise', async () => {
    for (const reversed of [false, true]) {
      const variables = [1, 2].map((value) => tf.variable(tf.scalar(value)));
      const [from, to] = reversed ? variables.reverse() : variables;
      const program = await compile(() => {
        to.assign(from);
        return {};
      }, []);
      await program();
      assert.deepEqual(values(to), values(from));
    }
  });

  it('are read anew after an assignment within the function', async () => {
    const w = tf.variable(tf.scalar(1));
    const program = await compile(() => {
      const before = tf.mul(w, 10);
      w.assign(tf.scalar(2));
      w.assign(tf.add(w, 1));
      return { before, after: tf.mul(w, 10) };
    }, []);
    const { before, after } = await program();
    assert.deepEqual([before, after, w].map((tensor) => values(tensor)), [[10], [30], [3]]);
  });

  describe('seen from outside', () => {
    it('keep their old values in a clone, a reshape, a slice and an array', async () => {
      const read = (tensor: tf.Tensor) => () => values(tensor);
      const ways: Record<string, (count: tf.Tensor) => () => ArrayLike<number>> = {
        clone: (count) => read(count.clone()),
        reshape: (count) => read(count.reshape([3, 1])),
        slice: (count) => read(count.slice([0], [3])),
        unstack: (count) => read(tf.unstack(count.reshape([1, 3]))[0]),
        dataSync: (count) => ((array) => () => array)(count.dataSync()),
        bufferSync: (count) => ((buffer: tf.TensorBuffer<tf.Rank>) => () => buffer.values)(count.bufferSync()),
      };
      for (const [way, take] of Object.entries(ways)) {
        const { count, next } = await counter();
        for (const expected of [[1, 2, 3], [4, 5, 6]]) {
          const taken = take(count);
          for (let i = 0; i < 3; i++) await next();
          assert.deepEqual(Array.from(taken()), expected, way);
        }
        assert.deepEqual(values(count), [7, 8, 9]);
      }
    });

    it('are taken over when assigned between runs', async () => {
      const { count, next } = await counter();
      for (let i = 0; i < 3; i++) {
        const array = Float32Array.of(10, 20, 30);
        const assigned = tf.tensor1d(array);
        count.assign(assigned);
        await next();
        await next();
        assert.deepEqual(values(count), [12, 22, 32]);
        assert.deepEqual([values(assigned), Array.from(array)], [[10, 20, 30], [10, 20, 30]]);
      }
    });

    it('are taken over from setWeights', async () => {
      const layer = tf.layers.dense({ units: 1, inputShape: [2] });
      const model = tf.sequential({ layers: [layer] });
      const predict = await compile((x) => model.apply(x) as tf.Tensor, [{ shape: [1, 2] }]);
      for (const slope of [1, 2]) {
        layer.setWeights([tf.fill([2, 1], slope), tf.ones([1])]);
        assert.deepEqual(values(await predict(Float32Array.of(3, 4))), [7 * slope + 1]);
      }
    });

    it('have one state in all programs', async () => {
      const { count, next } = await counter();
      const double = await compile(() => {
        count.assign(tf.mul(count, 2));
        return {};
      }, []);
      const read = await compile(() => tf.sum(count), []);
      await next();
      await double();
      await next();
      assert.deepEqual(values(await read()), [21]);
      await Promise.all([double(), next(), double(), next()]);
      assert.deepEqual(values(count), [23, 31, 39]);
    });
  });

  it('are as before after a run that fails', async () => {
    const { count } = await counter();
    const program = await compile((i) => {
      count.assign(tf.gather(count, i));
      return {};
    }, [{ shape: [3], dtype: 'int32' }]);
    await assert.rejects(program(Int32Array.of(0, 1, 7)), /out of data bounds|indices/i);
    assert.deepEqual(values(count), [1, 2, 3]);
    await program(Int32Array.of(2, 1, 0));
    assert.deepEqual(values(count), [3, 2, 1]);
  });

  it('are named when they were disposed, before the first run and after', async () => {
    for (const runs of [0, 1, 2]) {
      const { count, next } = await counter();
      for (let i = 0; i < runs; i++) await next();
      count.dispose();
      await assert.rejects(next(), new RegExp(`variable ${count.name}, which was disposed`));
    }
  });

  it('take constant memory over ten thousand steps', () => {
    // In a process of its own: what other tests left behind is collected at its own time.
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', '--require', 'tsx/cjs', join(__dirname, 'ten-thousand-steps.ts')], { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    const [before, after] = JSON.parse(stdout) as { mebibytes: number[]; tensors: number[] }[];
    assert.deepEqual(after.tensors, before.tensors);
    after.mebibytes.forEach((size, i) => assert.ok(size - before.mebibytes[i] < [2, 2, 16][i], `${after.mebibytes.join()} MiB after, ${before.mebibytes.join()} before`));
  });
});
