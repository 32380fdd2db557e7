/** Every lowering against tfjs' own cpu backend: values, and gradients with a drawn dy. */
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { compile } from '../../src/engine';
import { lowerings } from '../../src/engine/lowerings';
import type { Case, Cases } from './cases/case';
import { convolution } from './cases/convolution';
import { cumulative } from './cases/cumulative';
import { normals } from './cases/draws';
import { elementwise } from './cases/elementwise';
import { images } from './cases/images';
import { indexing } from './cases/indexing';
import { matmul } from './cases/matmul';
import { normalization } from './cases/normalization';
import { pooling } from './cases/pooling';
import { composed, reduction } from './cases/reduction';
import { shapes } from './cases/shape';
import { assertClose } from './close';

const cases: Cases = { ...elementwise, ...matmul, ...reduction, ...shapes, ...indexing, ...cumulative, ...convolution, ...pooling, ...normalization, ...images };

/** Kernels whose gradients in tfjs have the shape of the broadcast operands, and fail. */
const BROADCAST_WITHOUT_GRADIENT = ['Maximum', 'Minimum', 'SquaredDifference', 'BatchMatMul'];

/** Kernels that add up many products. */
const SUMS: Cases = { ...convolution, ...normalization };

/** Kernels of the engine's own, which tfjs writes as several. */
const OWN = ['NormalizeBatch', 'NormalizeBatchGrad', 'PutInRows'];

function hasGradient(kernel: string | undefined, value: tf.Tensor, inputs: tf.Tensor[]): boolean {
  if (value.dtype !== 'float32' || !inputs.some(({ dtype }) => dtype === 'float32')) return false;
  if (!kernel) return true;
  if (!tf.getGradient(kernel)) return false;
  const outer = inputs.map(({ shape }) => (kernel === 'BatchMatMul' ? shape.slice(0, -2) : shape).join());
  return outer[0] === outer[1] || !BROADCAST_WITHOUT_GRADIENT.includes(kernel);
}

/** The function's value and, given the gradient `dy` of that value, the gradients of its float32 inputs. */
function evaluate(fn: Case[0], inputs: tf.Tensor[], dy?: tf.Tensor): tf.Tensor[] {
  const value = fn(...inputs);
  if (!dy) return [value];
  const merged = (floats: tf.Tensor[]): tf.Tensor[] => {
    const rest = [...floats];
    return inputs.map((input) => (input.dtype === 'float32' ? rest.shift()! : input));
  };
  const gradients = tf.grads((...floats) => fn(...merged(floats)))(inputs.filter(({ dtype }) => dtype === 'float32'), dy);
  return [value, ...gradients];
}

/** Compiles all of a kernel's cases as one program and compares what it returns with the same run op by op. */
async function check(kernelCases: Case[], kernel?: string): Promise<void> {
  const prepared = kernelCases.map(([fn, ...inputs]) => {
    const value = fn(...inputs);
    return { fn, inputs, dy: hasGradient(kernel, value, inputs) ? normals(value.shape) : undefined };
  });
  const all = prepared.flatMap(({ inputs, dy }) => (dy ? [...inputs, dy] : inputs));
  const program = await compile((...args) => {
    const rest = [...args];
    const outputs = prepared.flatMap(({ fn, inputs, dy }) => evaluate(fn, rest.splice(0, inputs.length), dy && rest.shift()));
    return Object.fromEntries(outputs.map((output, i) => [i, output]));
  }, all);
  const actual = Object.values(await program(...all));
  await program.dispose();

  let at = 0;
  prepared.forEach(({ fn, inputs, dy }, i) => {
    evaluate(fn, inputs, dy).forEach((expected, part) => {
      const where = `case ${i} on ${inputs.map(({ dtype, shape }) => `${dtype} [${shape.join()}]`).join(', ')}: ${part ? `gradient ${part - 1}` : 'value'}`;
      assertClose(actual[at++], expected, where, { sums: kernel !== undefined && kernel in SUMS });
    });
  });
  assert.equal(at, actual.length);
}

describe('lowerings', () => {
  it('are all covered by cases', () => {
    assert.deepEqual(Object.keys(cases).sort(), Object.keys(lowerings).sort());
  });

  for (const [kernel, kernelCases] of Object.entries(cases)) {
    it(`${kernel} agrees with tfjs`, async () => {
      for (const [fn, ...inputs] of kernelCases) {
        if (OWN.includes(kernel)) continue;
        const { kernelNames } = await tf.profile(() => tf.tidy(() => fn(...inputs)));
        assert.ok(kernelNames.includes(kernel), `a case of ${kernel} runs ${kernelNames.join()}`);
      }
      await check(kernelCases, kernel);
    });
  }

  it('BatchMatMul broadcasts both factors, where the cpu backend of tfjs mixes up the stacks', async () => {
    const [x, y] = [normals([2, 1, 2, 3]), normals([1, 3, 3, 4])];
    const program = await compile((x, y) => tf.matMul(x, y), [x, y]);
    assertClose(await program(x, y), tf.matMul(tf.tile(x, [1, 3, 1, 1]), tf.tile(y, [2, 1, 1, 1])), 'product');
  });

  it('compose to the losses and norms of tfjs', () => check(composed));
});
