/**
 * The product's inner loops, as WebAssembly text with 128-bit SIMD.
 *
 * One function for each form of the matrix and each number of input rows that it takes at once: `csr1`, `csr4`, `csr16`, `codes1`, ...
 * For one row, four entries make a vector: four inputs are gathered lane by lane. For four and sixteen rows, the inputs lie as
 * `[inputs, rows]`, and an entry is one weight times one or four vectors.
 */

/** How the entries of a matrix lie in memory: an array of places and one of values. */
interface Form {
  name: 'csr' | 'codes';
  /** Bytes of an entry's place, the number of its input or its gap, and of its value, a weight or a code. */
  sizes: readonly [place: number, value: number];
  /** Inputs by which `$at`, the address of an input, starts before the first one. */
  before: number;
  /** Address of the entry's input, `skip` entries after `$places`; an input has 2^shift bytes. */
  at: (shift: number, skip: number) => string;
  /** Address of the entry's weight, `skip` entries after `$values`. */
  weight: (skip: number) => string;
  /** Four weights as a vector. */
  weights: string;
}

const csr: Form = {
  name: 'csr',
  sizes: [2, 4],
  before: 0,
  at: (shift, skip) => `(i32.add (local.get $x) (i32.shl (i32.load16_u offset=${2 * skip} (local.get $places)) (i32.const ${shift})))`,
  weight: (skip) => `offset=${4 * skip} (local.get $values)`,
  weights: '(v128.load (local.get $values))',
};

const codes: Form = {
  name: 'codes',
  sizes: [1, 1],
  before: 1,
  at: (shift, skip) => `(i32.add (local.get $at) (i32.shl (i32.add (i32.load8_u offset=${skip} (local.get $places)) (i32.const 1)) (i32.const ${shift})))`,
  weight: (skip) => `(i32.add (local.get $codebook) (i32.shl (i32.load8_u offset=${skip} (local.get $values)) (i32.const 2)))`,
  get weights() {
    return [0, 1, 2, 3].reduce((vector, lane) => `(v128.load32_lane ${lane} ${this.weight(lane)} ${vector})`, '(v128.const f32x4 0 0 0 0)');
  },
};

const forms = [csr, codes] as const;
/** Input rows that a function takes at once. */
export const WIDTHS = [16, 4, 1] as const;
export type Width = (typeof WIDTHS)[number];

const next = ({ sizes: [place, value] }: Form, entries: number): string => `
          (local.set $places (i32.add (local.get $places) (i32.const ${place * entries})))
          (local.set $values (i32.add (local.get $values) (i32.const ${value * entries})))`;

/** Runs `body` while entries of the output are left, `entries` at a time. */
const loop = (form: Form, entries: number, body: string): string => `
      (block $done${entries} (loop $next${entries}
          (br_if $done${entries} (i32.gt_u (i32.add (local.get $places) (i32.const ${form.sizes[0] * entries})) (local.get $end)))
          ${body}${next(form, entries)}
          (br $next${entries})))`;

/** An output at a time for one row of inputs: vectors of four entries, then the rest one by one. */
function single(form: Form): string {
  const gathered = [0, 1, 2, 3].map((lane) => `
          (local.set $at ${form.at(2, lane)})
          (local.set $inputs (v128.load32_lane ${lane} (local.get $at) (local.get $inputs)))`);
  return `
      (local.set $sum (v128.const f32x4 0 0 0 0))
      ${loop(form, 4, `${gathered.join('')}
          (local.set $sum (f32x4.add (local.get $sum) (f32x4.mul ${form.weights} (local.get $inputs))))`)}
      (local.set $total (f32.add
          (f32.add (f32x4.extract_lane 0 (local.get $sum)) (f32x4.extract_lane 1 (local.get $sum)))
          (f32.add (f32x4.extract_lane 2 (local.get $sum)) (f32x4.extract_lane 3 (local.get $sum)))))
      ${loop(form, 1, `
          (local.set $at ${form.at(2, 0)})
          (local.set $total (f32.add (local.get $total) (f32.mul (f32.load ${form.weight(0)}) (f32.load (local.get $at)))))`)}
      (f32.store (local.get $y) (local.get $total))`;
}

/** An output at a time for 4 or 16 rows of inputs. */
function several(form: Form, width: 4 | 16): string {
  const vectors = Array.from({ length: width / 4 }, (_, i) => i);
  return `
      ${vectors.map((i) => `(local.set $sum${i} (v128.const f32x4 0 0 0 0))`).join('\n      ')}
      ${loop(form, 1, `
          (local.set $at ${form.at(Math.log2(4 * width), 0)})
          (local.set $weight (v128.load32_splat ${form.weight(0)}))
          ${vectors.map((i) => `(local.set $sum${i} (f32x4.add (local.get $sum${i}) (f32x4.mul (local.get $weight) (v128.load offset=${16 * i} (local.get $at)))))`).join('\n          ')}`)}
      (local.set $at (local.get $y))
      ${vectors.flatMap((i) => [0, 1, 2, 3].map((lane) => `(v128.store32_lane ${lane} (local.get $at) (local.get $sum${i}))
      (local.set $at (i32.add (local.get $at) (local.get $stride)))`)).join('\n      ')}`;
}

/** `ends` has the address in `places` where each output's entries end; an output of the rows that follow lies `stride` bytes further. */
const product = (form: Form, width: Width): string => `
  (func (export "${form.name}${width}")
    (param $ends i32) (param $last i32) (param $places i32) (param $values i32) (param $codebook i32) (param $x i32) (param $y i32) (param $stride i32)
    (local $end i32) (local $at i32) (local $total f32) (local $weight v128) (local $inputs v128) (local $sum v128)
    (local $sum0 v128) (local $sum1 v128) (local $sum2 v128) (local $sum3 v128)
    (block $done (loop $output
      (br_if $done (i32.ge_u (local.get $ends) (local.get $last)))
      (local.set $end (i32.load (local.get $ends)))
      (local.set $at (i32.sub (local.get $x) (i32.const ${4 * width * form.before})))
      ${width === 1 ? single(form) : several(form, width)}
      (local.set $y (i32.add (local.get $y) (i32.const 4)))
      (local.set $ends (i32.add (local.get $ends) (i32.const 4)))
      (br $output))))`;

/** Puts rows of inputs, `[rows, inputs]`, beside each other: `[inputs, rows]`. `stride` are the bytes of a row. */
const transpose = (width: Width): string => `
  (func (export "transpose${width}") (param $x i32) (param $stride i32) (param $to i32)
    (local $end i32) (local $at i32) (local $vector v128)
    (local.set $end (i32.add (local.get $x) (local.get $stride)))
    (block $done (loop $input
      (br_if $done (i32.ge_u (local.get $x) (local.get $end)))
      (local.set $at (local.get $x))
      ${Array.from({ length: width }, (_, row) => `(local.set $vector (v128.load32_lane ${row % 4} (local.get $at) (local.get $vector)))
      (local.set $at (i32.add (local.get $at) (local.get $stride)))${row % 4 === 3 ? `
      (v128.store offset=${4 * (row - 3)} (local.get $to) (local.get $vector))` : ''}`).join('\n      ')}
      (local.set $to (i32.add (local.get $to) (i32.const ${4 * width})))
      (local.set $x (i32.add (local.get $x) (i32.const 4)))
      (br $input))))`;

/** The text of the module. */
export const source = `(module
  (import "net" "memory" (memory 0))
  ${forms.flatMap((form) => WIDTHS.map((width) => product(form, width))).join('\n')}
  ${transpose(16)}
  ${transpose(4)})`;
