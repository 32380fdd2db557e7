/** Float products y = x W in WebAssembly, weights by outputs, as text: a loop over single numbers, and one over vectors of four with four outputs at a time. */
import { compileText, functionsOf, memoryOf } from '../../src/infer/webAssembly';

const get = (name: string): string => `(local.get $${name})`;
const add = (name: string, by: string): string => `(local.set $${name} (i32.add ${get(name)} ${by}))`;

/** `bytes` are those of a row; `outputs` at a time are `count`. */
const product = (name: string, count: number, locals: string, clear: string, step: string, width: number, store: string): string => `
  (func (export "${name}") (param $x i32) (param $bytes i32) (param $rows i32) (param $w i32) (param $outputs i32) (param $y i32)
    (local $at i32) (local $left i32) (local $end i32) (local $weight i32) ${locals}
    (loop $row
      (local.set $left ${get('outputs')}) (local.set $weight ${get('w')}) (local.set $end (i32.add ${get('x')} ${get('bytes')}))
      (loop $output
        (local.set $at ${get('x')}) ${clear}
        (loop $input
          ${step}
          ${add('weight', `(i32.const ${width})`)}
          (br_if $input (i32.lt_u (local.tee $at (i32.add ${get('at')} (i32.const ${width}))) ${get('end')})))
        ${store}
        ${add('weight', `(i32.mul ${get('bytes')} (i32.const ${count - 1}))`)} ${add('y', `(i32.const ${4 * count})`)}
        (br_if $output (local.tee $left (i32.sub ${get('left')} (i32.const ${count})))))
      ${add('x', get('bytes'))}
      (br_if $row (local.tee $rows (i32.sub ${get('rows')} (i32.const 1))))))`;

const scalar = product('scalar', 1, '(local $sum f32)', '(local.set $sum (f32.const 0))', `(local.set $sum (f32.add ${get('sum')} (f32.mul (f32.load ${get('at')}) (f32.load ${get('weight')}))))`, 4, `(f32.store ${get('y')} ${get('sum')})`);

const four = [0, 1, 2, 3];
const lanes = (sum: string): string => four.map((lane) => `(f32x4.extract_lane ${lane} ${get(sum)})`).reduce((total, lane) => `(f32.add ${total} ${lane})`);
const row = (i: number): string => `(i32.add ${get('weight')} (i32.mul ${get('bytes')} (i32.const ${i})))`;
const simd = product(
  'simd',
  4,
  `${four.map((i) => `(local $sum${i} v128)`).join(' ')} (local $inputs v128)`,
  four.map((i) => `(local.set $sum${i} (v128.const f32x4 0 0 0 0))`).join(' '),
  `(local.set $inputs (v128.load ${get('at')})) ${four.map((i) => `(local.set $sum${i} (f32x4.add ${get(`sum${i}`)} (f32x4.mul ${get('inputs')} (v128.load ${row(i)}))))`).join(' ')}`,
  16,
  four.map((i) => `(f32.store offset=${4 * i} ${get('y')} ${lanes(`sum${i}`)})`).join(' '),
);

export type FloatKernel = 'scalar' | 'simd';
/** x `[batch, inputs]` → y `[batch, outputs]`, a view that the next product writes over. */
export type FloatProduct = (kernel: FloatKernel, x: Float32Array) => Float32Array;

/** Holds weights `[inputs, outputs]`; a multiple of four of each. */
export async function floatProduct(weights: Float32Array, [inputs, outputs]: readonly [number, number], batch: number): Promise<FloatProduct> {
  const module = await compileText('floats.wat', `(module (import "net" "memory" (memory 0)) ${scalar} ${simd})`);
  const memory = memoryOf(4 * (inputs * outputs + batch * (inputs + outputs)));
  const kernels = functionsOf(module, memory);
  const own = new Float32Array(memory.buffer);
  for (let output = 0, at = 0; output < outputs; output++) for (let input = 0; input < inputs; input++) own[at++] = weights[input * outputs + output];
  const x = inputs * outputs;
  const y = x + batch * inputs;
  return (kernel, values) => {
    own.set(values, x);
    const rows = values.length / inputs;
    kernels[kernel](4 * x, 4 * inputs, rows, 0, outputs, 4 * y);
    return own.subarray(y, y + rows * outputs);
  };
}
