import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { csr, sparseCodes } from '../../src/infer';
import { foldIn, integers, key, uniform } from '../../src/random';

/** Small whole numbers, so that float32 sums are exact in any order; only a part of them is not zero. */
function whole(seed: number, size: number, density: number): Float32Array {
  const kept = uniform(foldIn(key(seed), 'kept'), size);
  return Float32Array.from(integers(foldIn(key(seed), 'values'), size, 16), (value, i) => (kept[i] < density ? value - 8 || 8 : 0));
}

function product(x: Float32Array, kernel: Float32Array, inputs: number, outputs: number): Float32Array {
  return Float32Array.from({ length: (x.length / inputs) * outputs }, (_, place) => {
    const [row, output] = [Math.floor(place / outputs), place % outputs];
    let sum = 0;
    for (let i = 0; i < inputs; i++) sum += x[row * inputs + i] * kernel[i * outputs + output];
    return sum;
  });
}

/** The same numbers through a codebook of all 16. */
const codebook = Float32Array.from({ length: 16 }, (_, i) => i - 8 || 8);
const toCodes = (kernel: Float32Array): Uint8Array => Uint8Array.from(kernel, (value) => (value === 0 ? 0 : 1 + codebook.indexOf(value)));

describe('sparse matrices', () => {
  it('multiply as the dense product does, at every number of rows', async () => {
    const cases = fc.record({ inputs: fc.integer({ min: 1, max: 40 }), outputs: fc.integer({ min: 1, max: 12 }), rows: fc.integer({ min: 0, max: 40 }), density: fc.double({ min: 0, max: 1, noNaN: true }), seed: fc.nat() });
    await fc.assert(
      fc.asyncProperty(cases, async ({ inputs, outputs, rows, density, seed }) => {
        const kernel = whole(seed, inputs * outputs, density);
        const x = whole(seed + 1, rows * inputs, 1);
        const wanted = product(x, kernel, inputs, outputs);
        assert.deepEqual((await csr(kernel, [inputs, outputs])).multiply(x), wanted);
        assert.deepEqual((await sparseCodes({ name: 'fc', shape: [inputs, outputs], codebook, codes: toCodes(kernel) })).multiply(x), wanted);
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  it('hold as many inputs as 16 bits can number, and gaps longer than a byte', async () => {
    const [inputs, outputs] = [65535, 2];
    const kernel = new Float32Array(inputs * outputs);
    for (const input of [0, 255, 256, 600, 65534]) kernel[input * outputs + 1] = 8;
    const x = Float32Array.from({ length: 5 * inputs }, (_, i) => i % 1000);
    const wanted = product(x, kernel, inputs, outputs);
    const coded = await sparseCodes({ name: 'fc', shape: [inputs, outputs], codebook, codes: toCodes(kernel) });
    assert.deepEqual((await csr(kernel, [inputs, outputs])).multiply(x), wanted);
    assert.deepEqual(coded.multiply(x), wanted);
    // 65,535 inputs and one far from the last: from 600 on, each 256th entry is a filler.
    assert.equal(coded.entries, 5 + 1 + Math.floor((65534 - 601) / 256));
  });

  it('agree with tfjs on weights and inputs that are not whole', async () => {
    const [inputs, outputs, rows] = [784, 300, 21];
    const kept = uniform(key(1), inputs * outputs);
    const kernel = uniform(key(2), inputs * outputs).map((value, i) => (kept[i] < 0.09 ? value - 0.5 : 0));
    const x = uniform(key(3), rows * inputs);
    const ours = (await csr(kernel, [inputs, outputs])).multiply(x);
    const theirs = tf.tidy(() => tf.matMul(tf.tensor2d(x, [rows, inputs]), tf.tensor2d(kernel, [inputs, outputs])).dataSync());
    assert.ok(ours.every((value, i) => Math.abs(value - theirs[i]) < 1e-5));
  });

  it('take what they say: 6 bytes an entry as CSR, 2 with codes', async () => {
    const [inputs, outputs] = [100, 50];
    const kernel = whole(1, inputs * outputs, 0.3);
    const kept = kernel.filter((value) => value !== 0).length;
    assert.equal((await csr(kernel, [inputs, outputs])).bytes, 6 * kept + 4 * outputs);
    assert.equal((await sparseCodes({ name: 'fc', shape: [inputs, outputs], codebook, codes: toCodes(kernel) })).bytes, 2 * kept + 4 * outputs + 4 * 17);
  });

  it('say what does not fit', async () => {
    await assert.rejects(csr(new Float32Array(5), [2, 3]), /RangeError: sparse: a kernel of \[2, 3\] must have 6 values, got 5/);
    await assert.rejects(csr(new Float32Array(65536), [65536, 1]), /RangeError: sparse: a layer must have at most 65535 inputs, got 65536/);
    await assert.rejects(sparseCodes({ name: 'conv', shape: [1, 1, 2, 3], codebook, codes: new Uint8Array(6) }), /RangeError: sparseCodes: conv must be \[inputs, outputs\] .* got \[1,1,2,3\]/);
    await assert.rejects(sparseCodes({ name: 'fc', shape: [2, 3], codebook: new Float32Array(256), codes: new Uint16Array(6) }), /RangeError: sparseCodes: fc .* at most 255 clusters, got \[2,3\] with 256/);
    await assert.rejects(sparseCodes({ name: 'fc', shape: [2, 1], codebook, codes: Uint8Array.of(16, 17) }), /RangeError: sparseCodes: the codes of fc must be 0 to 16/);
    await assert.rejects(csr(new Float32Array(3), [1.5, 2]), /RangeError: sparse: a layer must have whole numbers of inputs and outputs from 1 on, got \[1.5, 2\]/);
    await assert.rejects(csr(new Float32Array(0), [0, 3]), /from 1 on, got \[0, 3\]/);
    const matrix = await csr(new Float32Array(6), [2, 3]);
    assert.throws(() => matrix.multiply(new Float32Array(3)), /RangeError: multiply: the length of x must be a multiple of 2, got 3/);
  });
});
