import fc from 'fast-check';
import type { DenseTensor, PackedModel, SharedTensor, SignsTensor } from '../../src/codec';

const sizeOf = (shape: number[]) => shape.reduce((size, length) => size * length, 1);

const anyShape = fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 3 });

const anyDense: fc.Arbitrary<DenseTensor> = anyShape.chain((shape) =>
  fc.record({
    kind: fc.constant('dense' as const),
    name: fc.string(),
    shape: fc.constant(shape),
    values: fc.float32Array({ minLength: sizeOf(shape), maxLength: sizeOf(shape) }),
  }),
);

const anyShared: fc.Arbitrary<SharedTensor> = fc.tuple(anyShape, fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 200, max: 400 }))).chain(([shape, clusters]) => {
  const size = sizeOf(shape);
  const code = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: clusters }));
  return fc.record({
    kind: fc.constant('shared' as const),
    name: fc.string(),
    shape: fc.constant(shape),
    codebook: fc.float32Array({ minLength: clusters, maxLength: clusters }),
    codes: fc.array(code, { minLength: size, maxLength: size }).map((codes) => (clusters < 256 ? Uint8Array.from(codes) : Uint16Array.from(codes))),
    indexBits: fc.option(fc.integer({ min: 0, max: 8 }), { nil: undefined }),
  });
});

const anySigns: fc.Arbitrary<SignsTensor> = anyShape.chain((shape) => {
  const size = sizeOf(shape);
  const counts = [0, ...(size > 0 ? [1] : []), ...(size > 0 && shape.length > 1 ? [shape[shape.length - 1]] : [])];
  return fc.constantFrom(...counts).chain((scales) =>
    fc.record({
      kind: fc.constant('signs' as const),
      name: fc.string(),
      shape: fc.constant(shape),
      signs: fc.array(fc.boolean(), { minLength: size, maxLength: size }).map((bits) => {
        const signs = new Uint8Array(Math.ceil(size / 8));
        bits.forEach((up, i) => (signs[i >>> 3] |= up ? 128 >>> (i & 7) : 0));
        return signs;
      }),
      scales: fc.array(fc.float({ min: Math.fround(1e-30), noNaN: true, noDefaultInfinity: true }), { minLength: scales, maxLength: scales }).map((values) => Float32Array.from(values)),
    }),
  );
});

/** Models of up to five small tensors of every kind. */
export const anyModel: fc.Arbitrary<PackedModel> = fc.record({
  architecture: fc.json(),
  tensors: fc.array(fc.oneof(anyDense, anyShared, anySigns), { maxLength: 5 }),
});
