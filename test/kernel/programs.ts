/** A program that prints the same as one ES module and as cells, one statement each. */
export interface Program {
  title: string;
  source: string;
  /** Files beside the program, by name. */
  modules?: Record<string, string>;
  /** The program ends with an error. */
  throws?: true;
  /** Declarations of one name, one after the other, are cells of their own. */
}

const values: Program[] = [
  {
    title: 'a let assigned later, read by an earlier function',
    source: `
let x = 1;
function read() { return x; }
x = 2;
console.log(read(), x);`,
  },
  {
    title: 'a var assigned later, read by an earlier arrow function',
    source: `
var total = 1;
const twice = () => total * 2;
total = 21;
console.log(twice(), total);`,
  },
  {
    title: 'a const object changed later',
    source: `
const settings = { rate: 1, tags: ['a'] };
const show = () => console.log(settings.rate, settings.tags.join());
settings.rate = 2;
settings.tags.push('b');
show();
delete (settings as { rate?: number }).rate;
show();`,
  },
  {
    title: 'a function that writes, read by later cells',
    source: `
let writes = 0;
const bump = () => { writes += 1; };
bump();
bump();
console.log(writes);
writes = 10;
bump();
console.log(writes);`,
  },
  {
    title: 'a let without a value',
    source: `
let late: number;
const set = (to: number) => { late = to; };
const get = () => late;
console.log(get());
set(3);
console.log(get());
late = 4;
console.log(get(), late);`,
  },
  {
    title: 'a name read by the next one of its statement',
    source: `
let a = 1, b = a + 1, f = () => a + b;
const c = f(), [d, e = d] = [c] as [number, number?], { x, y = x + e } = { x: 1 } as { x: number; y?: number };
a = 10;
console.log(a, b, c, d, e, x, y, f());`,
  },
  {
    title: 'several names in one statement',
    source: `
let a = 1, b = a + 1, c: number | undefined;
const sum = () => a + b + (c ?? 0);
console.log(sum());
a = 10;
c = 100;
console.log(sum(), a, b, c);`,
  },
  {
    title: 'a chain of assignments',
    source: `
let a = 0;
let b = 0;
let c = 0;
const all = () => [a, b, c].join();
a = b = c = 5;
console.log(all());
a = (b = 7) + (c = 1);
console.log(all(), (a = 3, b = 4, a * b), all());`,
  },
  {
    title: 'counters in closures',
    source: `
function counter() {
  let n = 0;
  return { up: () => ++n, get value() { return n; } };
}
const a = counter(), b = counter();
a.up();
a.up();
b.up();
console.log(a.value, b.value);`,
  },
  {
    title: 'methods, getters and setters of an object',
    source: `
let unit = 'm';
const ruler = {
  size: 3,
  text() { return this.size + unit; },
  get unit() { return unit; },
  set unit(to: string) { unit = to; },
};
console.log(ruler.text(), ruler.unit);
unit = 'km';
console.log(ruler.text(), ruler.unit);
ruler.unit = 'mm';
console.log(unit, ruler.text());`,
  },
  {
    title: 'a generator between whose steps a name changes',
    source: `
let limit = 2;
function* upTo() { for (let i = 0; i < limit; i++) yield i * limit; }
const steps = upTo();
console.log(steps.next().value);
limit = 4;
console.log([...steps]);`,
  },
  {
    title: 'yield* and an arrow that sees the newest generator',
    source: `
let tail = function* () { yield 'old'; };
function* chain() { yield 'head'; yield* tail(); }
console.log([...chain()]);
tail = function* () { yield 'new'; yield 'end'; };
console.log([...chain()]);`,
  },
  {
    title: 'default values of parameters',
    source: `
let step = 1;
function move(from = 0, by = step, at = () => step * 10) { return [from, by, at()].join(); }
console.log(move());
step = 5;
console.log(move(1), move(1, 2));`,
  },
  {
    title: 'recursion, and a callback that calls itself',
    source: `
let calls = 0;
function fibonacci(n: number): number { calls++; return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2); }
const depth = (tree: unknown): number => (Array.isArray(tree) ? 1 + Math.max(0, ...tree.map(depth)) : 0);
console.log(fibonacci(10), calls);
console.log(depth([[], [[1]]]));`,
  },
  {
    title: 'a function in a let, replaced',
    source: `
let act = (n: number) => n + 1;
const again = (n: number) => act(act(n));
const first = act;
console.log(again(1));
act = (n) => n * 10;
console.log(again(1), first(1), act === first);`,
  },
  {
    title: 'closures made in a loop',
    source: `
let i = 'top';
const own: (() => number)[] = [];
const shared: (() => string)[] = [];
for (let i = 0; i < 3; i++) own.push(() => i);
for (const k of [1, 2]) { shared.push(() => i + k); }
i = 'changed';
console.log(own.map((f) => f()), shared.map((f) => f()), i);`,
  },
  {
    title: 'typeof, void, in, delete, comma',
    source: `
let key = 'a';
let box: Record<string, number> = { a: 1, b: 2 };
console.log(typeof key, typeof box, typeof box[key], void key, key in box);
console.log(delete box[key], key in box, Object.keys(box));
key = 'b';
console.log((key.trim(), box[key]), typeof (() => key));
box = {};
console.log(key in box);`,
  },
  {
    title: 'names that are also properties, labels and keys',
    source: `
let x = 2;
const o = { x: x + 1, y: { x }, ['x' + x]: x, x2() { return x; } };
x: for (const y of [1, 2, 3]) { for (;;) { if (y === x) break x; continue x; } }
x = 9;
console.log(o.x, o.y.x, o['x2'], o.x2, x);`,
  },
];

const assignments: Program[] = [
  {
    title: 'arithmetic assignment as an expression',
    source: `
let n = 5;
const now = () => n;
console.log((n += 2), now());
console.log((n -= 1), (n *= 4), now());
console.log((n /= 3), (n %= 5), now());
n **= 3;
console.log(now(), n **= 2, now());`,
  },
  {
    title: 'bitwise assignment',
    source: `
let bits = -1;
const get = () => bits;
bits >>>= 28;
console.log(get());
console.log((bits <<= 2), get(), (bits >>= 1), get());
console.log((bits &= 6), (bits |= 9), (bits ^= 3), get());`,
  },
  {
    title: 'logical assignment',
    source: `
let label: string | undefined;
let asked = 0;
const text = () => String(label);
const next = () => 'value ' + ++asked;
label &&= next();
console.log(text(), asked);
label ??= next();
label ??= next();
console.log(text(), asked);
console.log((label &&= next()), (label ||= next()), text(), asked);
label = '';
console.log((label ||= next()), text());`,
  },
  {
    title: 'assignment to properties and elements of earlier names',
    source: `
let i = 0;
const list = [10, 20, 30];
const box: { n?: number; deep: { n: number } } = { deep: { n: 1 } };
list[i++] += i;
list[++i] **= i;
box.n ??= list[i];
box.deep.n -= 5;
console.log(list, i, box, box.deep.n--, --box.deep.n);`,
  },
  {
    title: 'increments and decrements, before and after',
    source: `
let i = 5;
const get = () => i;
i++;
++i;
console.log(i++, get(), ++i, get(), i--, get(), --i, get());
i--;
--i;
console.log(-i++ + +i, i++ + ++i, get(), i-- - --i, get());`,
  },
  {
    title: 'increments of bigint and in loop heads',
    source: `
let big = 2n ** 64n;
console.log(big++, big, --big, big--, big);
let k = 0;
for (k = 1; k < 5; k++) big += BigInt(k);
console.log(k, big);
while (k-- > 0) if (k === 2) break;
do { k++; } while (k < 4);
console.log(k);`,
  },
  {
    title: 'the left side is read before the right side is evaluated',
    source: `
let sum = 1;
const reset = () => { sum = 100; return 1; };
sum += reset();
console.log(sum);
sum = sum * 0 + reset() + sum;
console.log(sum);`,
  },
  {
    title: 'destructuring assignment of an object',
    source: `
let x = 0;
let y = 0;
const see = () => x + ' ' + y;
({ x, y } = { x: 1, y: 2 });
console.log(see());
({ x: y, y: x } = { x: 3, y: 4 });
console.log(see());
console.log(({ x } = { x: 5, z: 6 } as { x: number }), see());`,
  },
  {
    title: 'destructuring assignment with defaults',
    source: `
let x = 0;
let f = () => 'none';
const given: { x?: number; f?: () => string; y?: { x?: number } } = {};
({ x = 1 } = given);
console.log(x);
({ y: { x = 7 } = { x: 2 } } = given);
console.log(x);
({ x: x = x + 40, f = () => 'x is ' + x } = given);
console.log(x, f(), f.name);`,
  },
  {
    title: 'destructuring assignment of arrays',
    source: `
let a = 1;
let b = 2;
let rest: number[] = [];
const see = () => [a, b, rest];
[a, b] = [b, a];
console.log(see());
[a, , b = 50, ...rest] = [10, 20, 30, 40, 41];
console.log(see());
[[a], [, b] = [0, 8]] = [[7]] as [number[], number[]?];
console.log(see(), ([a] = [3, 4]), a);`,
  },
  {
    title: 'destructuring assignment, nested, with rest and computed keys',
    source: `
let key = 'p';
let value = 0;
let others: Record<string, number> = {};
const list: number[] = [];
const box = { slot: 0 };
({ [key]: value, ...others } = { p: 1, q: 2, r: 3 } as Record<string, number>);
console.log(value, others);
({ a: [value, list[0]], b: { c: box.slot } } = { a: [4, 5], b: { c: 6 } });
console.log(value, list, box);
({ [key = 'q']: value } = others);
console.log(key, value);`,
  },
  {
    title: 'swapping in a function and in a chain',
    source: `
let a = 'a';
let b = 'b';
const swap = () => { [a, b] = [b, a]; };
swap();
console.log(a, b);
const both = ([a, b] = [b, a]);
console.log(a, b, both);
swap();
console.log(a, b);`,
  },
  {
    title: 'destructuring declarations of objects',
    source: `
const source = { a: 1, b: { c: 2, d: [3, 4] }, e: 5, f: 6 };
const { a } = source;
const { a: renamed, b: { c, d: [first, second] }, ...others } = source;
let { g = a + 10, ['e']: e } = source as { g?: number; e: number };
const sum = () => g + e;
g = 100;
console.log(a, renamed, c, first, second, others, sum());
e++;
console.log(sum());`,
  },
  {
    title: 'destructuring declarations of arrays, strings and maps',
    source: `
const [one, , three = 33, ...more] = [1, 2, undefined, 4, 5];
var [[nested], { deep }] = [[7], { deep: 8 }] as [number[], { deep: number }];
let [head, ...letters] = 'word';
const [[key, value]] = new Map([['k', 1]]);
const { length, [length - 1]: last } = [4, 5, 6];
head = head.toUpperCase();
nested += deep;
console.log(one, three, more, nested, deep, head + letters.join(''), key, value, length, last);`,
  },
  {
    title: 'destructuring in parameters',
    source: `
let fallback = 1;
type Given = { a?: number; b?: number[] };
const pick = ({ a = fallback, b: [c] = [fallback * 2] }: Given = {}, ...[d = fallback]: number[]) => [a, c, d].join();
console.log(pick());
fallback = 3;
console.log(pick(), pick({ a: 9 }, 8), pick({ b: [7] }));`,
  },
  {
    title: 'shorthand properties',
    source: `
let x = 1;
const y = 'why';
const make = () => ({ x, y, z: x, [y]: x, y2: { y } });
const early = { x, y };
x = 2;
console.log(make(), early, { x }.x);
const nested = [{ x }, { y }].map(({ x = 0, y = '' }: { x?: number; y?: string }) => ({ y, x }));
console.log(nested);`,
  },
];

const loops: Program[] = [
  {
    title: 'for of and for in with an earlier name',
    source: `
let item = '';
const last = () => item;
for (item of ['a', 'b']) console.log(item, last());
console.log(last());
for (item in { k: 1, m: 2 }) console.log(last());
console.log(item);`,
  },
  {
    title: 'for of with patterns of earlier names',
    source: `
let a = 0;
let b = 0;
const box = { slot: 0 };
const see = () => a + ' ' + b;
for ({ a, b = 7 } of [{ a: 1 }, { a: 2, b: 3 }] as { a: number; b?: number }[]) console.log(see());
for ([a, b] of [[5, 6], [7, 8]]) console.log(see());
for ({ a: box.slot } of [{ a: 1 }, { a: 4 }]) a += box.slot;
console.log(see(), box);`,
  },
  {
    title: 'for var, seen later',
    source: `
for (var i = 0, end = 3; i < end; i++) { var square = i * i; }
const see = () => [i, end];
console.log(see());
i = 10;
console.log(see(), i++ + end, see());
for (var k of [1, 2]) console.log(k);
for (var p in { q: 1 }) console.log(p);
console.log(k!, p!, square!);`,
  },
  {
    title: 'var in blocks, if, try and switch',
    source: `
{ var block: string | undefined = 'block'; { var inner: string | undefined = block + '!'; } }
if (block !== '') { var yes: string | undefined = 'yes'; } else { var no: string | undefined = 'no'; }
try { var tried: string | undefined = 'tried'; throw new Error('x'); }
catch { var caught: string | undefined = tried; }
finally { var done: string | undefined = 'done'; }
switch (2 as number) { case 1: var never: string | undefined = 'never'; break; default: var other: string | undefined = 'other'; }
const see = () => [block, inner, yes, no, tried, caught, done, never, other].join();
console.log(see());
inner = no = 'set';
console.log(see());`,
  },
  {
    title: 'var in a loop, in a label and by destructuring in a block',
    source: `
let n = 0;
while (n < 3) { var seen: number | undefined = n++; }
named: { var { x, y: [z] }: { x: number; y: number[] } = { x: 1, y: [2] }; if (n) break named; n = 100; }
console.log(seen, x, z, n);
const read = () => x + z;
x = 40;
console.log(read());`,
  },
  {
    title: 'a var declared twice',
    source: `
var v = 1;
const read = () => v;
var v = 2;
console.log(read(), v);
for (var v = 5; v < 8; v++);
console.log(read());`,
  },
  {
    title: 'a var declared again without a value keeps its value',
    source: `
var kept: number = 1;
var kept: number;
console.log(kept);`,
  },
  {
    title: 'labels with break and continue',
    source: `
let found = '';
outer: for (let i = 0; i < 4; i++) {
  for (let j = 0; j < 4; j++) {
    if (j > i) continue outer;
    if (i * j === 6) break outer;
    found += i * j;
  }
}
console.log(found);
block: { if (found) break block; found = 'never'; }
console.log(found);`,
  },
  {
    title: 'for await',
    source: `
let total = 0;
async function* slowly() { for (const n of [1, 2, 3]) { await null; yield n * (total + 1); } }
for await (const n of slowly()) total += n;
console.log(total);
for await (total of [Promise.resolve(7), 8]) console.log(total);
for await (const [k, v] of [Promise.resolve(['a', 1] as const)]) console.log(k, v, total);
outer: for await (const n of slowly()) { for (;;) { if (n > 8) break outer; break; } console.log(n); }`,
  },
  {
    title: 'switch over earlier names',
    source: `
let kind = 'b';
const cases = { b: 'b' };
const which = () => { switch (kind) { case 'a': return 1; case cases.b: return 2; default: return 0; } };
console.log(which());
kind = 'a';
switch (kind) {
  case cases.b: console.log('b'); break;
  case 'a': { const kind = 'inner'; console.log(kind); }
  default: console.log('fell');
}
cases.b = 'c';
kind = 'c';
console.log(which());`,
  },
  {
    title: 'iterators and spread',
    source: `
let size = 2;
const range = { *[Symbol.iterator]() { for (let i = 0; i < size; i++) yield i; } };
const sum = (...all: number[]) => all.reduce((a, b) => a + b, 0);
console.log([...range], sum(...range), Math.max(...range, 0));
size = 5;
console.log([...range, ...range].length, sum(...range), { ...[...range] }, new Set(range).size);
const manual = range[Symbol.iterator]();
console.log(manual.next(), manual.return(undefined), manual.next());`,
  },
];

const timers: Program[] = [
  {
    title: 'setTimeout sees later values',
    source: `
let seen = 0;
const timed = () => new Promise<void>((resolve) => setTimeout(() => { console.log(seen); resolve(); }, 1));
seen = 1;
await timed();
seen = 2;
await timed();`,
  },
  {
    title: 'setInterval sees what later cells assign',
    source: `
let ready = false;
let found = 'nothing';
const poll = setInterval(() => { if (ready) { clearInterval(poll); console.log(found); } }, 1);
found = 'it';
ready = true;`,
  },
  {
    title: 'setTimeout that starts itself again',
    source: `
let stop = false;
let rounds = 0;
function round() { rounds++; if (stop) console.log('stopped', rounds > 0); else setTimeout(round, 0); }
round();
stop = true;`,
  },
  {
    title: 'setImmediate sees what later cells assign',
    source: `
let go = false;
let word = 'early';
const wait = (): void => { if (go) console.log('immediate', word); else setImmediate(wait); };
wait();
word = 'late';
go = true;`,
  },
  {
    title: 'queueMicrotask and process.nextTick',
    source: `
let word = 'a';
const soon = (by: (f: () => void) => void) => new Promise<void>((resolve) => by(() => { console.log(word); resolve(); }));
await soon(queueMicrotask);
word = 'b';
await soon((f) => process.nextTick(f));
queueMicrotask(() => { word += '!'; });
await null;
console.log(word);`,
  },
  {
    title: 'an async function that waits while a name changes',
    source: `
let state = 'early';
let release = () => {};
const gate = new Promise<void>((resolve) => { release = resolve; });
async function later() { const before = state; await gate; return before + ' ' + state; }
const answer = later();
state = 'late';
release();
console.log(await answer);
const arrow = async () => { await null; state += '!'; return state; };
console.log(await arrow(), state);`,
  },
  {
    title: 'then, catch and finally of an earlier promise',
    source: `
let log: string[] = [];
let fail = (_: Error) => {};
const pending = new Promise<void>((_, reject) => { fail = reject; });
const handled = pending.catch((error: Error) => { log.push(error.message); }).finally(() => log.push('end'));
log = ['new list'];
fail(new Error('no'));
await handled;
console.log(log);`,
  },
  {
    title: 'an async generator between whose steps a name changes',
    source: `
let factor = 1;
async function* numbers() { for (const n of [1, 2, 3]) yield n * factor; }
const stream = numbers();
console.log((await stream.next()).value);
factor = 10;
console.log((await stream.next()).value, await stream.next(), await stream.next());`,
  },
  {
    title: 'events',
    source: `
import { EventEmitter, once } from 'node:events';
const bus = new EventEmitter();
let mark = '?';
bus.on('word', (word: string) => { mark += word; console.log(mark); });
mark = '>';
bus.emit('word', 'a');
const next = once(bus, 'word');
bus.emit('word', 'b');
console.log(await next, mark);`,
  },
];

const awaits: Program[] = [
  {
    title: 'await with each kind of operand, as a statement',
    source: `
let log = '';
const note = async (text: string) => { await null; log += text; };
const x = 1;
await note('a');
await (note('b'));
await [note('c')][0];
await { then(done: (v: number) => void) { log += 'd'; done(1); } };
await !x;
await ~x;
await -x;
await +x;
await
  note('e');
await async function () { log += 'f'; }();
await (async () => { await note('g'); })();
await \`\${log}\`;
await /re/.test(log);
await null;
await new Promise<void>((resolve) => { log += 'h'; resolve(); });
await typeof x, await void x;
await await note('i');
console.log(log);`,
  },
  {
    title: 'the values of await',
    source: `
const p = Promise.resolve(1);
const object = await { a: p };
const list = await [1, 2];
const text = await \`\${await p} and \${await (p)}\`;
const x = -(await p) + +(await p) * ~(await p);
const not = !await p;
console.log(await p, await object.a, list, text, x, not, await [p, 5][0], await { then: (done: (v: number) => void) => done(2) });
console.log(typeof await p, void await p, (await p, 3), await p ? await 'yes' : await 'no', (await 2) ** 3 + (await p) ** 2);`,
  },
  {
    title: 'await in arguments, arrays, objects and templates',
    source: `
const soon = async <T>(value: T) => { await null; return value; };
console.log(Math.max(await soon(1), await soon(2)), [await soon('a'), ...await soon(['b', 'c'])]);
console.log({ k: await soon(1), [await soon('key')]: 2, ...await soon({ z: 3 }) }, \`<\${await soon('t')}>\`);
console.log((await soon((n: number) => n + 1))(1), (await soon({ f: () => 'method' })).f(), (await soon([7]))[0]);
console.log(await soon(false) || await soon('or'), await soon(1) && await soon('and'), await soon(null) ?? await soon('nullish'));
console.log(new (await soon(Map))([['a', 1]]).size, (await soon('tag').then((t) => (s: TemplateStringsArray) => t + s[0]))\`!\`);`,
  },
  {
    title: 'await in conditions and loop heads',
    source: `
let left = 3;
const more = async () => { await null; return left-- > 0; };
if (await more()) console.log('if', left);
while (await more()) console.log('while', left);
for (const n of await Promise.resolve([1, 2])) console.log(n);
for (let i = await Promise.resolve(0); i < (await Promise.resolve(2)); i += await 1) console.log('for', i);
do left += await 2; while (left < (await 3));
switch (await left) { case await Promise.resolve(3): console.log('three'); break; default: console.log('other', left); }
for (const key in await Promise.resolve({ k: 1 })) console.log(key);`,
  },
  {
    title: 'await in initialisers and patterns',
    source: `
const soon = <T>(value: T) => Promise.resolve(value);
const { a, b: [c] = await soon([2]) } = (await soon({ a: 1 })) as { a: number; b?: number[] };
let [d, e = await soon(4)] = await soon([3] as [number, number?]);
var f = await soon(5), g = f + (await soon(1));
({ d, [await soon('e' as const)]: e } = await soon({ d: 30, e: 40 }));
const see = () => [a, c, d, e, f, g].join();
[f, g] = await Promise.all([soon(50), soon(60)]);
console.log(see());
f += await soon(1);
console.log(see());`,
  },
  {
    title: 'a name changes while a compound assignment awaits',
    source: `
let sum = 1;
const meddle = async () => { sum = 100; await null; sum = 200; return 1; };
sum += await meddle();
console.log(sum);
sum = (await meddle()) + sum;
console.log(sum);
const list = [sum, await meddle(), sum];
console.log(list);`,
  },
  {
    title: 'await in blocks, try and functions called at once',
    source: `
let log: string[] = [];
{ const inner = await Promise.resolve('block'); log.push(inner); }
try { log.push(await Promise.reject(new Error('no'))); }
catch (error) { log.push((error as Error).message, await 'caught'); }
finally { log.push(await 'finally'); }
label: { log.push(await 'label'); if (log.length) break label; log = []; }
const run = async () => { for (const n of [1, 2]) log.push(String(await n)); return log.length; };
console.log(await run(), log);`,
  },
  {
    title: 'await in the head and keys of a class',
    source: `
const base = async () => class { hello() { return 'hello from ' + this.constructor.name; } };
const key = Promise.resolve('computed' as const);
class Child extends (await base()) { [await key]() { return 'key'; } static made = 'made'; }
console.log(new Child().hello(), Object.getOwnPropertyNames(Child.prototype), Child.made);`,
  },
  {
    title: 'await as an operand of operators',
    source: `
const n = (value: number) => Promise.resolve(value);
console.log(await n(7) + await n(1), await n(7) % await n(4), await n(1) << await n(3), await n(1) < await n(2));
console.log((await n(2)) ** (await n(3)), await n(1) === await n(1), 'a' in await Promise.resolve({ a: 1 }));
console.log(await Promise.resolve([]) instanceof Array, (await n(5)).toFixed(1), (await Promise.resolve({ a: { b: 1 } }))?.a?.b);
let x = await n(3) - await n(1);
x = x * await n(10);
console.log(x, [await n(1), await n(2)].map((k) => k + x));`,
  },
];

const functions: Program[] = [
  {
    title: 'this is undefined in a function called plainly',
    source: `
function who(this: unknown) { return this === undefined ? 'nobody' : typeof this; }
let other = function (this: unknown) { return this === undefined; };
const tag = function (this: unknown, parts: TemplateStringsArray) { return String(this) + parts[0]; };
console.log(who(), (String(), who)(), (who)(), who?.(), who!(), other(), tag\`x\`, [who][0].call('s'));
other = who as unknown as typeof other;
console.log(other(), ((f: (this: undefined) => unknown) => f.call(undefined))(who), { who }.who());`,
  },
  {
    title: 'arguments, rest, length, call, apply and bind',
    source: `
let prefix = '>';
function count(..._: number[]) { return prefix + arguments.length + String(arguments[1]); }
const bound = count.bind(null, 1, 2);
prefix = '#';
console.log(count(), count(1, 2, 3), bound(3), count.apply(null, [4, 5]), count.call(null, 6), count.length, bound.name);`,
  },
  {
    title: 'names of functions and classes',
    source: `
const arrow = () => {};
let assigned: () => void;
assigned = function () {};
const Anonymous = class {};
var { fromDefault = () => {} } = {} as { fromDefault?: () => void };
let logical: (() => void) | undefined;
logical ??= () => {};
const { a: [inArray = async () => {}] } = { a: [] as (() => Promise<void>)[] };
function declared() {}
class Declared { static method() {} }
console.log([arrow, assigned, Anonymous, fromDefault, logical, inArray, declared, Declared, Declared.method].map((f) => f?.name));
[assigned = () => {}] = [] as (() => void)[];
console.log(assigned.name, (() => {}).name, { key: () => {} }.key.name, arrow, Anonymous, Declared, new Declared());`,
  },
  {
    title: 'tagged templates',
    source: `
let sep = '|';
function tag(parts: TemplateStringsArray, ...values: unknown[]) { return parts.raw.join(sep) + ' ' + values.join(sep); }
const same = () => { const self = (p: TemplateStringsArray) => p; return () => self\`once\`; };
console.log(tag\`a\${1}b\${sep}c\`, String.raw\`\\n\${sep}\`);
sep = '/';
console.log(tag\`a\${tag\`in\${2}\`}b\`);
const once = same();
console.log(once().length, \`\${sep}\${\`\${sep}\`}\`);`,
  },
  {
    title: 'optional calls and chains',
    source: `
let f: ((n: number) => number) | undefined;
let box: { f?: (n: number) => number; list?: number[] } | undefined;
const call = () => [f?.(1), box?.f?.(2), box?.list?.[0]];
console.log(call());
f = (n) => n + 1;
box = { f, list: [9] };
console.log(call(), delete box?.list);
console.log(call(), box!.f!(5));`,
  },
  {
    title: 'generic functions, overloads and predicates',
    source: `
function double(x: number): number;
function double(x: string): string;
function double(x: number | string) { return typeof x === 'number' ? x * 2 : x + x; }
const pair = <A, B = A>(a: A, b: B) => [a, b] as const;
function isText(x: unknown): x is string { return typeof x === 'string'; }
function check(x: unknown): asserts x is number { if (typeof x !== 'number') throw new TypeError('no number'); }
const lengthOf = (x: unknown) => { if (isText(x)) return x.length; check(x); return x.toFixed(1).length; };
console.log(double(2), double('ab'), pair(1, 'a'), lengthOf('four'), lengthOf(12));
try { lengthOf(null); } catch (error) { console.log((error as Error).message); }`,
  },
  {
    title: 'hoisted functions inside a function and a block',
    source: `
let order = '';
function outer() { const value = inner(); return value; function inner() { return 'hoisted ' + order; } }
order = 'x';
console.log(outer());
{ console.log(inBlock()); function inBlock() { return order + ' in the block'; } }`,
  },
  {
    title: 'a function in a block is its own',
    source: `
function pick() { return 'outer'; }
const early = () => pick();
{ function pick() { return 'inner'; } console.log(pick(), early()); }
console.log(pick(), early());
if (early()) { function pick() { return 'if'; } console.log(pick()); }
console.log(pick());`,
  },
  {
    title: 'new.target, new and constructors of earlier cells',
    source: `
let made = 0;
function make(this: unknown) { return new.target === undefined ? 'called' : 'new'; }
class Thing { readonly id = ++made; constructor() { if (new.target === Thing) made += 10; } }
console.log(make(), new Thing().id, made);
const things = [Thing, class extends Thing {}].map((C) => new C());
console.log(things.map((t) => t.id), made, things[1] instanceof Thing, new Thing instanceof Thing);`,
  },
  {
    title: 'super and methods of objects',
    source: `
let greeting = 'hi';
const base = { hello() { return greeting + ' from ' + this.name; }, name: 'base' };
const child = { __proto__: base, name: 'child', hello(): string { return super.hello() + '!'; } } as unknown as typeof base;
greeting = 'ho';
console.log(child.hello(), base.hello());`,
  },
  {
    title: 'currying, memo and composition over cells',
    source: `
const memo = new Map<number, number>();
let misses = 0;
const slow = (n: number) => { misses++; return n * n; };
const fast = (n: number) => { if (!memo.has(n)) memo.set(n, slow(n)); return memo.get(n)!; };
const compose = <T>(...fs: ((x: T) => T)[]) => (x: T) => fs.reduceRight((y, f) => f(y), x);
const add = (a: number) => (b: number) => a + b;
console.log([2, 2, 3].map(fast), misses, compose(fast, add(1))(2), misses);`,
  },
  {
    title: 'a function with properties',
    source: `
const tally = Object.assign((word: string) => { tally.count++; return word + tally.count; }, { count: 0 });
console.log(tally('a'), tally('b'), tally.count);
tally.count = 10;
console.log(tally('c'));`,
  },
];

const shadows: Program[] = [
  {
    title: 'parameters, inner names and catch variables',
    source: `
let x = 'top';
const byParameter = (x: string) => x + '!';
function byLet() { let x = 'let'; x += '2'; return x; }
function byCatch() { try { throw 'caught'; } catch (x) { return x; } }
function byVar() { const before = x; if (!before) { var x: string | undefined = 'var'; } x = 'var'; return [before, x]; }
const byPattern = ({ x, y: [z] = [x] }: { x: string; y?: string[] }) => { x = x + z; return x; };
console.log(byParameter('p'), byLet(), byCatch(), byVar(), byPattern({ x: 'pat' }), x);
{ let x = 'block'; x = x + 1; { const x = 'deeper'; console.log(x); } console.log(x); }
x = 'changed';
console.log(byParameter(x), x);`,
  },
  {
    title: 'loop variables and labels',
    source: `
let i = 'top';
const read = () => i;
for (let i = 0; i < 2; i++) { const f = () => i; console.log(f(), read()); }
for (const i of [7]) console.log(i, read());
for (const i in { key: 1 }) console.log(i, read());
for (const { i } of [{ i: 8 }]) console.log(i, read());
i: for (;;) { break i; }
console.log(i);`,
  },
  {
    title: 'names of function and class expressions',
    source: `
const inner = 'top';
const f = function inner(n: number): string { return n > 0 ? inner(n - 1) : typeof inner; };
const C = class inner { static me = inner; kind() { return typeof inner; } };
console.log(f(2), new C().kind(), C.me === C, C.name, inner);`,
  },
  {
    title: 'functions, classes and enums inside functions',
    source: `
class Item { kind = 'outer'; }
function helper() { return 'outer'; }
enum Mode { On = 1 }
function scope() {
  class Item { kind = 'inner'; }
  enum Mode { On = 2 }
  function helper() { return 'inner'; }
  return [new Item().kind, helper(), Mode.On];
}
console.log(scope(), new Item().kind, helper(), Mode.On);`,
  },
  {
    title: 'members of an enum and of a namespace hide outer names',
    source: `
let A = 5;
let count = 50;
enum Hide { A = 1, B = A, C = A + 1 }
namespace Hiding { export let count = 1; export const see = () => [count, A]; export function up() { count++; } }
Hiding.up();
A = 6;
count++;
console.log(Hide.A, Hide.B, Hide.C, A, Hiding.see(), Hiding.count, count);`,
  },
  {
    title: 'class members do not hide outer names',
    source: `
let x = 'outer';
class Holder { x = x; static x = x + ' static'; get y() { return x; } x2(x: string) { return x + this.x; } }
const h = new Holder();
x = 'later';
console.log(h.x, Holder.x, h.y, h.x2('p '), new Holder().x);`,
  },
  {
    title: 'default values see parameters before outer names',
    source: `
let a = 'outer a';
const f = (a: string, b = a, c = () => a) => { a = 'changed'; return [a, b, c()]; };
const g = (b = a, { a: d = b } = {} as { a?: string }) => [b, d];
console.log(f('p'), g(), a);
a = 'new';
console.log(g(), g('x'), g('y', { a: 'z' }));`,
  },
  {
    title: 'a let inside a block is in its dead zone',
    source: `
let x = 'top';
const attempt = (f: () => unknown) => { try { return f(); } catch (error) { return String(error); } };
console.log(attempt(() => { const g = () => x; const before = g(); let x = 'inner'; return before + x; }));
try { const read = () => y; read(); const y = 1; } catch (error) { console.log((error as Error).name, (error as Error).message); }
console.log(x);`,
  },
  {
    title: 'names of global objects, in functions',
    source: `
const run = (process: string, Buffer = 'b', { URL }: { URL: string } = { URL: 'u' }) => {
  const Map = 'm';
  return process + Buffer + URL + Map;
};
console.log(run('p'), typeof process, typeof Buffer, typeof URL, typeof Map);
{ const console = { log: (text: string) => globalThis.console.log('inner ' + text) }; console.log('text'); }`,
  },
];

const classes: Program[] = [
  {
    title: 'fields, statics and methods that read later values',
    source: `
let start = 1;
class Counter { value = start; static made = 0; constructor() { Counter.made++; } add(by = start) { this.value += by; return this; } }
const one = new Counter();
start = 10;
const two = new Counter();
console.log(one.value, two.value, Counter.made, one.add().value, two.add(1).add(2).value);`,
  },
  {
    title: 'inheritance from a class of an earlier cell',
    source: `
class Animal {
  constructor(readonly name: string) {}
  speak() { return this.name + ' speaks'; }
  static create(name: string) { return new this(name); }
}
class Dog extends Animal { override speak() { return super.speak() + ': woof'; } get loud() { return this.speak().toUpperCase(); } }
const dog = new Dog('Rex');
const { loud } = dog;
console.log(dog.speak(), loud, dog instanceof Animal, Dog.create('Bo').speak(), Object.getPrototypeOf(Dog) === Animal);
console.log(dog, Dog);`,
  },
  {
    title: 'static blocks and static self reference',
    source: `
const log: string[] = [];
class Registry {
  static items = new Map<string, Registry>();
  static readonly first = new Registry('first');
  static { log.push('block ' + Registry.items.size, this.name); for (const k of ['a', 'b']) new Registry(k); }
  constructor(readonly key: string) { Registry.items.set(key, this); }
}
log.push('after');
console.log(log, [...Registry.items.keys()], Registry.first.key);`,
  },
  {
    title: 'private members and accessors',
    source: `
let scale = 2;
class Account {
  #sum = 0;
  static #count = 0;
  get sum() { return this.#sum * scale; }
  set sum(to: number) { this.#check(to); this.#sum = to; Account.#count++; }
  #check(to: number) { if (to < 0) throw new RangeError('below zero: ' + to); }
  static has(o: object) { return #sum in o; }
  static get count() { return Account.#count; }
}
const account = new Account();
account.sum = 5;
scale = 3;
account.sum += 1;
console.log(account.sum, Account.count, Account.has(account), Account.has({}));
try { account.sum = -1; } catch (error) { console.log(String(error)); }`,
  },
  {
    title: 'parameter properties, readonly and index signatures',
    source: `
class Point {
  [key: string]: unknown;
  constructor(public x: number, protected y = 2, private readonly z = 3) {}
  sum() { return this.x + this.y + this.z; }
}
const p = new Point(1);
p.x = 10;
p['extra'] = 'e';
console.log(p.sum(), Object.keys(p), p['extra']);`,
  },
  {
    title: 'abstract classes and interfaces',
    source: `
interface HasArea { area(): number }
abstract class Figure implements HasArea { abstract area(): number; text() { return this.constructor.name + ' ' + this.area(); } }
class Square extends Figure { constructor(private side: number) { super(); } area() { return this.side ** 2; } }
class Circle extends Figure { static pi = 3; area() { return Circle.pi; } }
const all: Figure[] = [new Square(2), new Circle()];
Circle.pi = 4;
console.log(all.map((f) => f.text()), all.map((f) => f instanceof Figure));`,
  },
  {
    title: 'class expressions and mixins',
    source: `
const Named = class { name = 'n'; };
let Last = class Inner { static tell() { return Inner.name; } };
const mix = (Base: typeof Named) => class extends Base { mixed = 'yes'; };
const Mixed = mix(Named);
console.log(new Mixed().name, new Mixed().mixed, Last.tell(), Last.name, new (class { v = 1; })().v);
const before = Last;
Last = class Inner { static tell() { return 'new ' + Inner.name; } };
console.log(Last.tell(), before.tell(), before === Last);`,
  },
  {
    title: 'computed members, symbols and iterators of classes',
    source: `
const kind = Symbol('kind');
let key = 'go';
class Bag {
  [kind] = 'bag';
  items = [3, 4];
  *[Symbol.iterator]() { yield* this.items; }
  get [Symbol.toStringTag]() { return 'Bag'; }
  static [Symbol.hasInstance](o: object) { return kind in o; }
}
class Moves { [key]() { return 'moved'; } static ['s' + key]() { return 's'; } }
key = 'other';
const bag = new Bag();
console.log([...bag], String(bag), bag[kind], { [kind]: 1 } instanceof Bag);
console.log(Object.getOwnPropertyNames(Moves), Object.getOwnPropertyNames(Moves.prototype));`,
  },
  {
    title: 'a class that is generic, with static factory and this types',
    source: `
class Stack<T> {
  protected items: T[] = [];
  static of<T>(...items: T[]) { const s = new Stack<T>(); items.forEach((i) => s.push(i)); return s; }
  push(item: T): this { this.items.push(item); return this; }
  pop() { return this.items.pop(); }
  get size() { return this.items.length; }
}
class Loud<T> extends Stack<T> { override push(item: T): this { console.log('push', item); return super.push(item); } }
console.log(Stack.of(1, 2, 3).pop(), new Loud<string>().push('a').push('b').size);`,
  },
  {
    title: 'method and class decorators',
    source: `
const names: string[] = [];
function logged<This, Args extends unknown[], R>(method: (this: This, ...args: Args) => R, context: ClassMethodDecoratorContext) {
  return function (this: This, ...args: Args): R { names.push(String(context.name)); return method.apply(this, args); };
}
function listed(_: abstract new (...args: never[]) => unknown, context: ClassDecoratorContext) { names.push('class ' + context.name); }
@listed
class Calculator { @logged add(a: number, b: number) { return a + b; } @logged static zero() { return Calculator.name; } }
console.log(new Calculator().add(1, 2), Calculator.zero(), names);`,
  },
  {
    title: 'field, getter and accessor decorators',
    source: `
let factor = 2;
const log: string[] = [];
const scaled = (_: undefined, context: ClassFieldDecoratorContext) => { log.push(context.kind); return (value: number) => value * factor; };
function cached<T, V>(get: (this: T) => V, _: ClassGetterDecoratorContext<T, V>) {
  return function (this: T) { log.push('get'); return get.call(this); };
}
type Target<T, V> = ClassAccessorDecoratorTarget<T, V>;
function watched<T, V>(target: Target<T, V>, context: ClassAccessorDecoratorContext<T, V>): ClassAccessorDecoratorResult<T, V> {
  return { get() { return target.get.call(this); }, set(value) { log.push('set ' + String(context.name)); target.set.call(this, value); } };
}
class Decorated { @scaled size = 5; @cached get double() { return this.size * 2; } @watched accessor mood = 'calm'; }
const first = new Decorated();
factor = 3;
first.mood = 'wild';
console.log(first.size, new Decorated().size, first.double, first.mood, log);`,
  },
  {
    title: 'decorator factories and initialisers',
    source: `
let seen = '';
const tagged = (tag: string) => (_: unknown, context: DecoratorContext) => {
  context.addInitializer(() => { seen += tag + String(context.name); });
};
@tagged('c')
class Tagged { @tagged('m') run() { return seen; } @tagged('s') static go() { return seen; } }
console.log(Tagged.go());
seen += '|';
console.log(new Tagged().run());`,
  },
  {
    title: "instanceof, errors of one's own and instances over cells",
    source: `
class LabError extends Error { override name = 'LabError'; constructor(readonly code: number) { super('code ' + code); } }
class Fatal extends LabError {}
let code = 1;
const fail = () => { throw new Fatal(code); };
code = 7;
try { fail(); } catch (error) {
  if (error instanceof LabError) console.log(error.name, error.code, error.message, error instanceof Fatal, String(error));
}
const wrapped = new Error('outer', { cause: new LabError(2) });
console.log((wrapped.cause as LabError).code, wrapped.message);`,
  },
];

const typescript: Program[] = [
  {
    title: 'numeric enums and their reverse',
    source: `
enum Color { Red, Green = 5, Blue }
const show = (c: Color) => Color[c] + ' ' + c;
console.log(show(Color.Red), show(Color.Blue), Color.Green, Object.keys(Color).length);
let now = Color.Red as Color;
const isRed = () => now === Color.Red;
now = Color.Blue;
console.log(isRed(), Color['Green']);`,
  },
  {
    title: 'string enums, const enums and computed members',
    source: `
const base = 4;
const size = () => 'abc'.length;
enum Text { A = 'a', B = 'b', AB = A + B }
const enum Way { Up = 1, Down = Up << 1 }
enum Flag { None = 0, One = 1 << 0, Two = 1 << 1, Both = One | Two, Base = base, Size = size() }
const turn = (way: Way): Way => (way === Way.Up ? Way.Down : Way.Up);
console.log(Text.AB, Object.values(Text), turn(Way.Up), turn(Way.Down), Way['Down']);
console.log(Flag.Both, Flag.Base, Flag.Size, (Flag.Both & Flag.Two) !== 0, Flag[3]);`,
  },
  {
    title: 'a switch over an enum, and enums as types of records',
    source: `
enum Suit { Clubs = 'c', Hearts = 'h' }
type Card = { suit: Suit; rank: number };
const points: Record<Suit, number> = { [Suit.Clubs]: 1, [Suit.Hearts]: 10 };
const worth = ({ suit, rank }: Card) => { switch (suit) { case Suit.Clubs: return rank; case Suit.Hearts: return rank * points[suit]; } };
const hand: Card[] = [{ suit: Suit.Hearts, rank: 2 }, { suit: Suit.Clubs, rank: 3 }];
points[Suit.Hearts] = 100;
console.log(hand.map(worth));`,
  },
  {
    title: 'namespaces: nested, with names that change',
    source: `
let outer = 1;
namespace Meter {
  export let count = 0;
  const hidden = 100;
  export function up() { return (count += outer); }
  export namespace Deep { export const twice = () => count * 2 + hidden; export enum Kind { A = 3 } }
}
Meter.up();
console.log(Meter.count, Meter.Deep.twice());
outer = 10;
Meter.count = 50;
console.log(Meter.up(), Meter.count++, Meter.Deep.twice(), Meter.Deep.Kind.A);`,
  },
  {
    title: 'namespaces with types, destructured exports and an alias',
    source: `
namespace Geometry.Plane {
  export interface Vector { x: number; y: number }
  export const { zero, unit } = { zero: { x: 0, y: 0 }, unit: { x: 1, y: 1 } };
  export class Line { constructor(readonly to: Vector) {} }
}
import Plane = Geometry.Plane;
const v: Geometry.Plane.Vector = Plane.unit;
const line: Plane.Line = new Plane.Line(v);
console.log(line.to, Geometry.Plane.zero, line instanceof Geometry.Plane.Line);`,
  },
  {
    title: 'a namespace merged with a class, a function and an enum',
    source: `
class Album { label = new Album.Label('l'); }
namespace Album { export class Label { constructor(readonly text: string) {} } export let sold = 0; }
function greet(name: string) { return greet.prefix + name; }
namespace greet { export let prefix = 'hi '; }
enum Planet { Earth = 3 }
namespace Planet { export const parse = (n: number) => Planet[n]; }
Album.sold += 2;
greet.prefix = 'ho ';
console.log(new Album().label.text, Album.sold, greet('you'), Planet.parse(3));`,
  },
  {
    title: 'a type and a value of one name',
    source: `
const Level = { low: 1, high: 9 } as const;
type Level = (typeof Level)[keyof typeof Level];
const next = (level: Level): Level => (level === Level.low ? Level.high : Level.low);
console.log(next(Level.low), next(9));`,
  },
  {
    title: 'interfaces, aliases, mapped and conditional types',
    source: `
interface Person { name: string; age?: number }
interface Worker extends Person { job: string }
type Keys<T> = { [K in keyof T]-?: K }[keyof T];
type Element<T> = T extends readonly (infer E)[] ? E : never;
const worker: Worker = { name: 'Ann', job: 'lab' };
const get = <K extends Keys<Worker>>(key: K) => worker[key];
const list = [1, 2, 3] as const;
const one: Element<typeof list> = 2;
worker.age = 30;
console.log(get('age'), get('job'), list.indexOf(one));`,
  },
  {
    title: 'satisfies, as, as const, ! and definite assignment',
    source: `
const palette = { red: [1, 0, 0], green: '#0f0' } satisfies Record<string, string | number[]>;
const frozen = ['a', 'b'] as const satisfies readonly string[];
let sure!: number;
const assign = () => { sure = 5; };
assign();
const maybe = new Map([['k', 1]]).get('k')!;
console.log(palette.red.length, palette.green.toUpperCase(), frozen[1], sure + maybe, (palette as { green: string }).green);
(sure as number) = 6;
sure!++;
console.log(sure, <number>sure);`,
  },
  {
    title: 'unions narrowed in one statement',
    source: `
type Shape = { kind: 'circle'; r: number } | { kind: 'square'; side: number };
let shape = { kind: 'circle', r: 2 } as Shape;
const area = () => (shape.kind === 'circle' ? 3 * shape.r ** 2 : shape.side ** 2);
console.log(area());
shape = { kind: 'square', side: 3 };
if (shape.kind === 'square') { shape.side++; console.log(shape.side, area()); }`,
  },
  {
    title: 'generics with constraints and default types over cells',
    source: `
type Reducer<S, A = string> = (state: S, action: A) => S;
interface Store<S, A> { get(): S; send(action: A): void }
let sent = 0;
const createStore = <S, A>(reduce: Reducer<S, A>, state: S): Store<S, A> => ({
  get: () => state,
  send(action) { sent++; state = reduce(state, action); },
});
const numbers: Reducer<number, { by: number }> = (state, { by }) => state + by;
const store = createStore(numbers, 1);
store.send({ by: 5 });
store.send({ by: -2 });
console.log(store.get(), sent);`,
  },
  {
    title: 'comments and a directive',
    source: `
'use strict';
// the first name
let there = 1; // a name
/** A doc comment. */
there++; /* after */ const also = 2; // end
console.log(there, also);
// the last words`,
  },
  {
    title: 'an ambient declaration gives a global its type',
    source: `
declare const neverThere: number;
declare function ambient(n: number): string;
declare global { var alsoAmbient: number }
Object.assign(globalThis, { ambient: (n: number) => 'global ' + n, alsoAmbient: 5 });
console.log(typeof neverThere, ambient(1), alsoAmbient);
export {};`,
  },
  {
    title: 'exported names',
    source: `
export let shared = 1;
export function raise() { shared++; }
export class Shared { value = shared; }
export const { left, right } = { left: 1, right: 2 };
raise();
shared += 10;
console.log(shared, new Shared().value, left, right);
export { shared as renamed };
export type Side = 'left' | 'right';
const side: Side = 'left';
console.log(side);`,
  },
];

const counterTypes = `export let count: number;
export function up(): number;
export const box: { n: number };
export interface Step { by: number }
`;
const shapeTypes = `export default class Shape { sides: number; constructor(sides: number); }
export function area(side: number): number;
export const unit: string;
`;

const imports: Program[] = [
  {
    title: 'named imports of a local module are live',
    source: `
import { count, up, box, up as raise, type Step } from './counter.mjs';
const read = () => count;
const step: Step = { by: up() };
console.log(count, read(), step);
raise();
box.n += count;
console.log(count, read(), box, { count }, \`\${count}\`);`,
    modules: {
      'counter.mjs': 'export let count = 0;\nexport function up() { return ++count; }\nexport const box = { n: 1 };\n',
      'counter.d.mts': counterTypes,
    },
  },
  {
    title: 'a namespace import is live',
    source: `
import * as counter from './spaced.mjs';
const { up } = counter;
up();
console.log(counter.count, counter.up(), counter['count'], Object.keys(counter).sort());
const step: counter.Step = { by: counter.count };
console.log(step.by);`,
    modules: {
      'spaced.mjs': 'export let count = 0;\nexport function up() { return ++count; }\nexport const box = { n: 1 };\n',
      'spaced.d.mts': counterTypes,
    },
  },
  {
    title: 'default imports, alone and with others',
    source: `
import Shape, { area as areaOf, unit } from './shape.mjs';
import Again, * as all from './shape.mjs';
import { default as Third } from './shape.mjs';
class Square extends Shape { constructor() { super(4); } text() { return this.sides + ' ' + areaOf(3) + unit; } }
const shape: Shape = new Square();
console.log(new Square().text(), shape instanceof Again, all.default === Shape, Third === Again, Shape.name);`,
    modules: {
      'shape.mjs': [
        'export default class Shape { constructor(sides) { this.sides = sides; } }',
        'export const area = (side) => side ** 2;',
        "export const unit = 'm2';",
      ].join('\n'),
      'shape.d.mts': shapeTypes,
    },
  },
  {
    title: 'an import for its effect, and one that is only re-exported',
    source: `
import './effect.mjs';
import { effects } from './through.mjs';
console.log(effects, (globalThis as { effectRan?: number }).effectRan);`,
    modules: {
      'effect.mjs': 'globalThis.effectRan = (globalThis.effectRan ?? 0) + 1;\nexport const effects = ["ran"];\n',
      'effect.d.mts': 'export const effects: string[];\n',
      'through.mjs': "export * from './effect.mjs';\n",
      'through.d.mts': "export * from './effect.mjs';\n",
    },
  },
  {
    title: "imports of Node's own modules",
    source: `
import path from 'node:path';
import * as os from 'node:os';
import { join as glue, basename } from 'node:path';
import fs, { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
const file = glue('a', 'b.txt');
console.log(basename(file), path.extname(file), typeof os.EOL, existsSync('/'), fs.existsSync === existsSync, await sleep(1, 'slept'));`,
  },
  {
    title: 'type-only imports',
    source: `
import type { Stats } from 'node:fs';
import { type Dirent, statSync } from 'node:fs';
import type * as url from 'node:url';
const isFolder = (of: Pick<Stats, 'isDirectory'> | Dirent) => of.isDirectory();
const made: url.URL = new URL('http://localhost/path');
const stats: Stats = statSync('/');
console.log(isFolder(stats), made.pathname);`,
  },
  {
    title: 'JSON with attributes',
    source: `
import table from './table.json' with { type: 'json' };
const sum = () => table.rows.reduce((a, b) => a + b, 0);
table.rows.push(4);
console.log(table.name, sum());`,
    modules: { 'table.json': '{ "name": "t", "rows": [1, 2, 3] }' },
  },
  {
    title: 'dynamic import',
    source: `
const name = 'node:path';
const { basename } = await import('node:path');
const same = (await import(name)) as typeof import('node:path');
const lazy = () => import('./lazy.mjs');
const first = await lazy();
console.log(basename('/a/b'), same.sep, first.up(), first.count);
const [a, b] = await Promise.all([lazy(), import('./lazy.mjs')]);
a.up();
console.log(b.count, first.count, a.up === b.up);`,
    modules: {
      'lazy.mjs': 'export let count = 0;\nexport function up() { return ++count; }\nexport const box = { n: 1 };\n',
      'lazy.d.mts': counterTypes,
    },
  },
  {
    title: 'dynamic import of a module that is not there',
    source: `
let tried = 0;
const load = async (name: string) => { tried++; return (await import(name)) as object; };
const answer = await load('./not-there.mjs').then(() => 'loaded', (error: Error) => error.constructor.name);
console.log(answer, tried);`,
  },
  {
    title: 'imported names are called without this, made with new and used as tags',
    source: `
import { who, Maker, tag, maybe } from './callee.mjs';
console.log(who(), (String(), who)(), who?.(), maybe?.(), tag\`t\`, new Maker().who(), new Maker instanceof Maker, typeof who);
const { list } = { list: [who, who] };
console.log(list.map((f) => f()), [Maker].map((M) => new M().who()), { who }.who());`,
    modules: {
      'callee.mjs': [
        "export function who() { 'use strict'; return this === undefined ? 'nobody' : 'somebody'; }",
        "export function tag(parts) { 'use strict'; return parts[0] + (this === undefined); }",
        'export class Maker { who() { return who.call(this); } }',
        'export let maybe;',
      ].join('\n'),
      'callee.d.mts': [
        'export function who(): string;',
        'export function tag(parts: TemplateStringsArray): string;',
        'export class Maker { who(): string; }',
        'export let maybe: (() => string) | undefined;',
      ].join('\n'),
    },
  },
  {
    title: 'an imported name is hidden by parameters and inner names',
    source: `
import { join, sep } from 'node:path';
const f = (join: string) => join + sep;
function g() { const sep = '-'; return ['a', 'b'].join(sep); }
const o = { join, sep: 'own', inner: () => join('x', 'y') };
console.log(f('p'), g(), o.sep, o.inner(), o.join === join);
{ const join = 5; console.log(join); }`,
  },
];

const errors: Program[] = [
  {
    title: 'try, catch and finally with earlier names',
    source: `
let log = '';
const risky = (n: number) => {
  try { if (n > 1) throw new RangeError('n is ' + n); return 'fine'; }
  catch (error) { log += (error as Error).message; return 'caught'; }
  finally { log += ';'; }
};
console.log(risky(1), risky(2), log);
try { try { throw new TypeError('inner'); } finally { log = 'cleaned'; } } catch (error) { console.log(String(error), log); }
try { log = 'in try'; } finally { log += ', in finally'; }
console.log(log);`,
  },
  {
    title: 'it ends with an error',
    source: `
let x = 1;
const fail = (why: string) => { throw new RangeError(why + ' ' + x); };
x = 2;
console.log('before');
fail('too far');`,
    throws: true,
  },
  {
    title: 'it ends with an error of its own kind',
    source: `
class OwnError extends Error { constructor(message: string) { super(message); this.name = 'OwnError'; } }
const why = 'mine';
throw new OwnError(why);`,
    throws: true,
  },
  {
    title: 'it ends with a rejected promise',
    source: `
let step = 0;
const fail = async () => { step++; await null; throw new TypeError('step ' + step); };
await fail().catch((error: Error) => console.log(error.message));
step = 10;
await fail();`,
    throws: true,
  },
  {
    title: 'it calls what is no function',
    source: `
const notCallable = 5 as unknown as () => void;
let missing = undefined as unknown as { f(): void };
const attempt = (f: () => void) => { try { f(); } catch (error) { console.log(String(error)); } };
attempt(() => missing.f());
attempt(notCallable);
attempt(() => { const own = notCallable; own(); });
console.log('done');`,
  },
  {
    title: 'it ends by a call of what is no function',
    source: `
let nothing = null as unknown as () => void;
nothing();`,
    throws: true,
  },
  {
    title: 'it reads a property of undefined',
    source: `
let missing = undefined as unknown as { deep: { value: number } };
const read = () => missing.deep.value;
console.log('reads');
read();`,
    throws: true,
  },
  {
    title: 'using in a block and in functions',
    source: `
let log: string[] = [];
const open = (name: string): Disposable => { log.push('open ' + name); return { [Symbol.dispose]() { log.push('close ' + name); } }; };
{ using a = open('a'); using b = open('b'); log.push('in the block', typeof a, typeof b); }
console.log(log);
log = [];
const work = (fail: boolean) => { using resource = open('c'); if (fail) throw new Error('failed'); return typeof resource; };
console.log(work(false), log);
try { work(true); } catch (error) { console.log(String(error), log); }
for (using each of [open('d')]) log.push('loop ' + typeof each);
console.log(log);`,
  },
  {
    title: 'await using in a block and in functions',
    source: `
const log: string[] = [];
class Door implements AsyncDisposable {
  constructor(readonly name: string) {}
  async [Symbol.asyncDispose]() { await null; log.push('shut ' + this.name); }
}
{ await using front = new Door('front'); log.push('in by ' + front.name); }
console.log(log);
const visit = async () => { await using back = new Door('back'); log.push('out by ' + back.name); return log.length; };
console.log(await visit(), log);`,
  },
];

const library: Program[] = [
  {
    title: 'regular expressions',
    source: `
let pattern = /(?<y>\\d{4})-(?<m>\\d\\d)/g;
const years = (text: string) => [...text.matchAll(pattern)].map((match) => match.groups!.y);
console.log(years('2024-01 and 2025-02'), 'a/b'.split(/\\//), /[/]\`\${"']/.test('x'));
pattern = /(?<y>x+)/g;
console.log(years('xx 2024-01 x'), 'aXb'.replace(/x/i, (m) => m + pattern.flags));
let g = 2, i = 4;
console.log(8 / g / i, pattern.lastIndex);`,
  },
  {
    title: 'bigint, symbols and numbers',
    source: `
let big = 10n;
const key = Symbol('key');
const tagged = { [key]: 1, [Symbol.toPrimitive]: (hint: string) => (hint === 'number' ? 42 : hint) };
big **= 20n;
console.log(big, typeof big, BigInt.asUintN(8, 257n), big > 5, key.description, tagged[key]);
console.log(+tagged, \`\${tagged}\`, 0x1f, 1_000, 0b11, .5 + 1e3, Symbol.for('a') === Symbol.for('a'));`,
  },
  {
    title: 'proxies and reflection',
    source: `
let reads = 0;
const target: Record<string, number> = { a: 1 };
const proxy = new Proxy(target, { get: (t, k, r) => { reads++; return Reflect.get(t, k, r) as unknown; }, has: (_, k) => k === 'magic' });
const { a, b = 5 } = proxy;
proxy.c = a + b;
console.log(reads, target, 'magic' in proxy, 'a' in proxy);
reads = 0;
console.log(proxy.c, reads);`,
  },
  {
    title: 'getters on objects, and definitions by descriptors',
    source: `
let now = 1;
const clock = { get time() { return now; }, set time(to: number) { now = to * 2; } };
const fixed = Object.defineProperty({ at: 0 }, 'at', { get: () => now + 0.5 });
clock.time++;
console.log(now, clock.time, fixed.at);
({ time: clock.time } = { time: 10 });
const { time } = clock;
console.log(now, time, { ...clock });`,
  },
  {
    title: 'maps, sets, sorting and grouping',
    source: `
let order = 1;
const compare = (a: number, b: number) => order * (a - b);
const words = new Map<string, number[]>();
for (const word of ['a', 'bb', 'a']) { const list = words.get(word) ?? []; list.push(word.length * order); words.set(word, list); order++; }
console.log(words, [3, 1, 2].sort(compare), order);
order = -1;
console.log([3, 1, 2].sort(compare), new Set([...words.keys()]));`,
  },
  {
    title: 'typed arrays, dates, JSON and text',
    source: `
let data = new Float32Array([1.5, 2.5]);
const view = () => Array.from(data, (v) => v * 2);
data[0] += 1;
console.log(view(), data.length);
data = data.map((v) => v - 1);
console.log(view(), JSON.stringify({ data: [...data] }), JSON.parse('{"a":[1]}'), new Date(0).toISOString());
console.log('%s is %d and %j', 'it', 5, { a: 1 }, 'more');`,
  },
  {
    title: 'statements without semicolons',
    source: `
let a = 1
let b = a
++b
const f = () => a + b
;[a, b] = [b, a + 5]
;(() => { a *= 10 })()
console.log(f(), a, b)
if (a > b) console.log('more')
else console.log('less')`,
  },
  {
    title: 'names in many alphabets, and words that are also keywords',
    source: `
let größe = 1, π = 3, $ = 'dollar', _ = 'line', ʘ𝒳 = 'wide';
const async = 1, of = 2, get = 3, set = 4, type = 5, from = 6, as = 7;
const abstract = 8, declare = 9, namespace = 10, module = 11, is = 12, keyof = 13, accessor = 14;
const sum = () => async + of + get + set + type + from + as + abstract + declare + namespace + module + is + keyof + accessor;
größe += π;
[$, _] = [_, $];
console.log(größe, $, _, ʘ𝒳, sum(), { async, of, get, set, type });
const asyncOf = { async async() { return async; }, get get() { return get; }, set set(of: number) { π = of; } };
asyncOf.set = 4;
console.log(await asyncOf.async(), asyncOf.get, π);
for (const of of [get, type]) console.log(of);`,
  },
];

export const programs: Program[] = [
  ...values,
  ...assignments,
  ...loops,
  ...timers,
  ...awaits,
  ...functions,
  ...shadows,
  ...classes,
  ...typescript,
  ...imports,
  ...errors,
  ...library,
];
