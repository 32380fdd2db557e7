/**
 * A binary net's inner loops, as WebAssembly text: see docs/infer.md for how bits, tables and tiles lie.
 *
 * Every function takes nine numbers, addresses and byte counts for the most part, so that a program is a list of calls that `run` goes through.
 */

/** Rows and outputs that a product does at once: sums, weights and inputs of a tile stay in the first cache. */
export const TILE = { rows: 64, outputs: 64 } as const;
/** Bytes from a row of a tile's sums to the next one, and from a group's sums to those of the next group. */
const [SUMS, GROUP] = [4 * TILE.outputs, 4 * TILE.outputs * TILE.rows];

export const FUNCTIONS = ['product1', 'product2', 'gather', 'gatherBytes', 'planes', 'planeProduct', 'signs', 'pack', 'pool', 'wait'] as const;
export type FunctionName = (typeof FUNCTIONS)[number];
/** Numbers of a call in a program: the function's, then its nine. */
export const CALL = 10;

const range = (length: number): number[] => Array.from({ length }, (_, i) => i);
const get = (name: string): string => `(local.get $${name})`;
const set = (name: string, value: string): string => `(local.set $${name} ${value})`;
const int = (value: number): string => `(i32.const ${value})`;
const plus = (a: string, b: string): string => `(i32.add ${a} ${b})`;
const times = (a: string, b: string): string => `(i32.mul ${a} ${b})`;
/** Adds to a local number. */
const step = (name: string, by: string | number): string => set(name, plus(get(name), typeof by === 'number' ? int(by) : by));

let loops = 0;
/** Repeats `body` while a condition holds. */
function repeat(condition: string, body: string): string {
  const name = loops++;
  return `(block $done${name} (loop $next${name} (br_if $done${name} (i32.eqz ${condition})) ${body} (br $next${name})))`;
}
/** Repeats `body` a local number of times, which it counts down. */
const countdown = (name: string, body: string): string => repeat(get(name), `${body} ${step(name, -1)}`);
const below = (a: string, b: string): string => `(i32.lt_u ${a} ${b})`;

/** A function of nine numbers, of which the last ones may have no name. */
function call(name: FunctionName, params: string, locals: Record<string, string>, body: string): string {
  const named = params.split(' ');
  const all = [...named, ...range(9 - named.length).map((i) => `unused${i}`)].map((param) => `(param $${param} i32)`);
  const own = Object.entries(locals).flatMap(([type, names]) => names.split(' ').map((local) => `(local $${local} ${type})`));
  return `(func $${name} (type $call) ${all.join(' ')} ${own.join(' ')}\n ${body})`;
}

/**
 * Counts of the bits in which one or two rows differ from each output's weights, two outputs at a time: `words` of 64 bits each.
 *
 * 64-bit popcounts, as SIMD's take ten instructions where x64 has one for these: see docs/infer.md for what was tried.
 */
function product(rows: 1 | 2): string {
  const xs = range(rows).map((row) => `x${row}`);
  const ws = ['w0', 'w1'];
  const pairs = xs.flatMap((x, row) => ws.map((w, output) => ({ x, w, sum: `sum${row}${output}`, row, output })));
  const count = (offset: number): string => `
    ${xs.map((x) => set(`${x}bits`, `(i64.load offset=${offset} ${get(x)})`)).join(' ')}
    ${ws.map((w) => set(`${w}bits`, `(i64.load offset=${offset} ${get(w)})`)).join(' ')}
    ${pairs.map(({ x, w, sum }) => set(sum, `(i64.add ${get(sum)} (i64.popcnt (i64.xor ${get(`${x}bits`)} ${get(`${w}bits`)})))`)).join(' ')}`;
  const advance = (bytes: number): string => [...xs, ...ws].map((name) => step(name, bytes)).join(' ');
  const i64 = [...pairs.map(({ sum }) => sum), ...[...xs, ...ws].map((name) => `${name}bits`)].join(' ');
  return call(`product${rows}`, 'x bytes rows w outputs y', { i32: `row left to end ${xs.join(' ')} ${ws.join(' ')}`, i64 }, repeat(get('outputs'), `
    ${set('row', get('x'))} ${set('to', get('y'))} ${set('left', get('rows'))}
    ${repeat(get('left'), `
      ${xs.map((x, i) => set(x, plus(get('row'), times(get('bytes'), int(i))))).join(' ')}
      ${ws.map((w, i) => set(w, plus(get('w'), times(get('bytes'), int(i))))).join(' ')}
      ${pairs.map(({ sum }) => set(sum, '(i64.const 0)')).join(' ')}
      ${set('end', plus(get('x0'), `(i32.and ${get('bytes')} ${int(-32)})`))}
      ${repeat(below(get('x0'), get('end')), `${[0, 8, 16, 24].map(count).join(' ')} ${advance(32)}`)}
      ${set('end', plus(get('row'), get('bytes')))}
      ${repeat(below(get('x0'), get('end')), `${count(0)} ${advance(8)}`)}
      ${pairs.map(({ sum, row, output }) => `(i32.store offset=${SUMS * row + 4 * output} ${get('to')} (i32.wrap_i64 ${get(sum)}))`).join(' ')}
      ${step('row', times(get('bytes'), int(rows)))} ${step('to', SUMS * rows)} ${step('left', -rows)}`)}
    ${step('w', times(get('bytes'), int(2)))} ${step('y', 8)} ${step('outputs', -2)}`));
}

/** Copies the bits of each window, `height` runs of `run` bytes that lie `stride` bytes apart, one after the other. */
const gather = call('gather', 'from table rows height run stride to bytes', { i32: 'x y line left end' }, countdown('rows', `
    ${set('line', plus(get('from'), `(i32.load ${get('table')})`))} ${set('y', get('to'))} ${set('left', get('height'))}
    ${countdown('left', `
      ${set('x', get('line'))} ${set('end', plus(get('line'), `(i32.and ${get('run')} ${int(-16)})`))}
      ${repeat(below(get('x'), get('end')), `(v128.store ${get('y')} (v128.load ${get('x')})) ${step('x', 16)} ${step('y', 16)}`)}
      ${set('end', plus(get('line'), get('run')))}
      ${repeat(below(get('x'), get('end')), `(i32.store ${get('y')} (i32.load ${get('x')})) ${step('x', 4)} ${step('y', 4)}`)}
      ${step('line', get('stride'))}`)}
    ${step('table', 4)} ${step('to', get('bytes'))}`));

/** Copies the bytes of each window, at `count` offsets from where it begins. */
const gatherBytes = call('gatherBytes', 'from table rows offsets count to', { i32: 'window at left' }, countdown('rows', `
    ${set('window', plus(get('from'), `(i32.load ${get('table')})`))} ${set('at', get('offsets'))} ${set('left', get('count'))}
    ${countdown('left', `(i32.store8 ${get('to')} (i32.load8_u ${plus(get('window'), `(i32.load ${get('at')})`)})) ${step('to', 1)} ${step('at', 4)}`)}
    ${step('table', 4)}`));

/** The eight bit planes of each 64 bytes: words of 64 bits, the lowest bits first. */
const planes = call('planes', 'from words to', { v128: 'bytes0 bytes1 bytes2 bytes3' }, countdown('words', `
    ${range(4).map((i) => set(`bytes${i}`, `(v128.load offset=${16 * i} ${get('from')})`)).join(' ')}
    ${range(8).flatMap((plane) => range(4).map((i) => `(i32.store16 offset=${8 * plane + 2 * i} ${get('to')} (i8x16.bitmask (i8x16.shl ${get(`bytes${i}`)} ${int(7 - plane)})))`)).join(' ')}
    ${step('from', 64)} ${step('to', 64)}`));

/** A = Σ 2^n popcount(x^n & w) over the planes x^n of a group: the bytes whose weight is +1, added up. `xBytes` and `wBytes` are a row's. */
const planeProduct = call('planeProduct', 'x xBytes rows words w wBytes outputs y yBytes', { i32: 'row to left at weight end', i64: 'bits sum' }, countdown('outputs', `
    ${set('row', get('x'))} ${set('to', get('y'))} ${set('left', get('rows'))}
    ${countdown('left', `
      ${set('at', get('row'))} ${set('weight', get('w'))} ${set('end', plus(get('w'), times(get('words'), int(8))))} ${set('sum', '(i64.const 0)')}
      ${repeat(below(get('weight'), get('end')), `
        ${set('bits', `(i64.load ${get('weight')})`)}
        ${set('sum', `(i64.add ${get('sum')} ${range(8).reduceRight((high, plane) => {
          const count = `(i64.popcnt (i64.and ${get('bits')} (i64.load offset=${8 * plane} ${get('at')})))`;
          return high ? `(i64.add ${count} (i64.shl ${high} (i64.const 1)))` : count;
        }, '')})`)}
        ${step('weight', 8)} ${step('at', 64)}`)}
      (i32.store ${get('to')} (i32.wrap_i64 ${get('sum')}))
      ${step('row', get('xBytes'))} ${step('to', get('yBytes'))}`)}
    ${step('w', get('wBytes'))} ${step('y', 4)}`));

/** −1 where constant + Σ 2 a A ≥ Σ a P over the groups of scales a, else 0, four outputs at a time: `scales` has 2a and a of each, `totals` P. */
const signs = call('signs', 'sums rows table shift scales groups totals outputs to', { i32: 'constants sum y left group scale total', f64: 'least', v128: 'low high four' }, countdown('rows', `
    ${set('least', '(f64.const 0)')} ${set('scale', get('scales'))} ${set('total', get('totals'))} ${set('group', get('groups'))}
    ${countdown('group', `
      ${set('least', `(f64.add ${get('least')} (f64.mul (f64.load offset=8 ${get('scale')}) (f64.convert_i32_s (i32.load ${get('total')}))))`)}
      ${step('scale', 16)} ${step('total', 4 * TILE.rows)}`)}
    ${set('constants', plus(`(i32.load ${get('table')})`, get('shift')))} ${set('y', get('to'))} ${set('left', get('outputs'))}
    ${repeat(get('left'), `
      ${set('low', `(v128.load ${get('constants')})`)} ${set('high', `(v128.load offset=16 ${get('constants')})`)}
      ${set('sum', plus(get('sums'), `(i32.sub ${get('y')} ${get('to')})`))} ${set('scale', get('scales'))} ${set('group', get('groups'))}
      ${countdown('group', `
        ${set('four', `(v128.load ${get('sum')})`)}
        ${[['low', get('four')], ['high', `(i8x16.shuffle 8 9 10 11 12 13 14 15 0 1 2 3 4 5 6 7 ${get('four')} ${get('four')})`]].map(([half, two]) => set(half, `(f64x2.add ${get(half)} (f64x2.mul (v128.load64_splat ${get('scale')}) (f64x2.convert_low_i32x4_s ${two})))`)).join(' ')}
        ${step('scale', 16)} ${step('sum', GROUP)}`)}
      (v128.store ${get('y')} (i8x16.shuffle 0 1 2 3 8 9 10 11 16 17 18 19 24 25 26 27 ${['low', 'high'].map((half) => `(f64x2.ge ${get(half)} (f64x2.splat ${get('least')}))`).join(' ')}))
      ${step('constants', 32)} ${step('y', 16)} ${step('left', -4)}`)}
    ${step('table', 8)} ${step('totals', 4)} ${step('sums', SUMS)} ${step('to', SUMS)}`));

/** A bit for each sum that is at most its limit, sixteen at a time. The table has the limits' address of each row and where its bits go. */
const pack = call('pack', 'sums rows table shift outputs to', { i32: 'limits sum y left' }, countdown('rows', `
    ${set('limits', plus(`(i32.load ${get('table')})`, times(get('shift'), int(4))))}
    ${set('y', plus(plus(get('to'), `(i32.load offset=4 ${get('table')})`), `(i32.shr_u ${get('shift')} ${int(3)})`))}
    ${set('sum', get('sums'))} ${set('left', get('outputs'))}
    ${repeat(get('left'), `
      (i32.store16 ${get('y')} (i8x16.bitmask (i8x16.narrow_i16x8_s ${[0, 32].map((half) => `(i16x8.narrow_i32x4_s ${[half, half + 16].map((offset) => `(i32x4.le_s (v128.load offset=${offset} ${get('sum')}) (v128.load offset=${offset} ${get('limits')}))`).join(' ')})`).join(' ')})))
      ${step('sum', 64)} ${step('limits', 64)} ${step('y', 2)} ${step('left', -16)}`)}
    ${step('table', 8)} ${step('sums', SUMS)}`));

/** The largest of the bits of each window, or the smallest where a channel is flipped. The table has where a pixel goes, then where the window's pixels are. */
const pool = call('pool', 'from table pixels size words flips to', { i32: 'word at left y bits flip' }, countdown('pixels', `
    ${set('word', int(0))} ${set('y', plus(get('to'), `(i32.load ${get('table')})`))}
    ${repeat(below(get('word'), times(get('words'), int(4))), `
      ${set('flip', `(i32.load ${plus(get('flips'), get('word'))})`)} ${set('bits', int(0))} ${set('at', plus(get('table'), int(4)))} ${set('left', get('size'))}
      ${countdown('left', `${set('bits', `(i32.or ${get('bits')} (i32.xor ${get('flip')} (i32.load ${plus(plus(get('from'), get('word')), `(i32.load ${get('at')})`)})))`)} ${step('at', 4)}`)}
      (i32.store ${plus(get('y'), get('word'))} (i32.xor ${get('flip')} ${get('bits')}))
      ${step('word', 4)}`)}
    ${step('table', times(plus(get('size'), int(1)), int(4)))}`));

/** Turns of a loop, about 10 µs, in which a thread looks for the others before it sleeps. */
const PATIENCE = 3000;

/** Returns when all threads have come here: at `at` is how many have, behind it how often all did. */
const wait = call('wait', 'at threads', { i32: 'turn left' }, `
    ${set('turn', `(i32.atomic.load offset=4 ${get('at')})`)} ${set('left', int(PATIENCE))}
    (if (i32.eq ${plus(`(i32.atomic.rmw.add ${get('at')} ${int(1)})`, int(1))} ${get('threads')})
      (then (i32.atomic.store ${get('at')} ${int(0)}) (i32.atomic.store offset=4 ${get('at')} ${plus(get('turn'), int(1))}) (drop (memory.atomic.notify offset=4 ${get('at')} ${int(-1)})))
      (else ${repeat(`(i32.eq (i32.atomic.load offset=4 ${get('at')}) ${get('turn')})`, `
        (if ${get('left')} (then ${step('left', -1)}) (else (drop (memory.atomic.wait32 offset=4 ${get('at')} ${get('turn')} (i64.const -1)))))`)}))`);

/** The text of the module. */
export const source = `(module
  (type $call (func ${'(param i32) '.repeat(9)}))
  (import "net" "memory" (memory 0 65536 shared))
  (table ${FUNCTIONS.length} funcref)
  (elem (i32.const 0) ${FUNCTIONS.map((name) => `$${name}`).join(' ')})
  ${[product(1), product(2), gather, gatherBytes, planes, planeProduct, signs, pack, pool, wait].join('\n  ')}
  (func (export "run") (param $at i32) (param $calls i32)
    ${countdown('calls', `
      (call_indirect (type $call) ${range(9).map((i) => `(i32.load offset=${4 * (i + 1)} ${get('at')})`).join(' ')} (i32.load ${get('at')}))
      ${step('at', 4 * CALL)}`)}))`;
