import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { Kernel, type CellMessage } from '../../src/lab/kernelClient';
import { programs, type Program } from './programs';

/** What a program printed, with a line for the error that ended it. */
interface Printed {
  text: string;
  threw: boolean;
}

/** What runs the programs as modules, one after the other, and waits after each for what its timers print. */
const runner = `
import { format } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
const print = process.stdout.write.bind(process.stdout);
const results = [];
let text = '';
console.log = (...values) => { text += format(...values) + '\\n'; };
for (let i = 0; i < ${programs.length}; i++) {
  text = '';
  let threw = false;
  try {
    await import('./program-' + i + '.mjs');
  } catch (error) {
    text += error.name + ': ' + error.message + '\\n';
    threw = true;
  }
  await sleep(20);
  results.push({ text, threw });
}
print(JSON.stringify(results));
`;

/** Tells the compiler that a program without imports is a module as well, so that `await` is no name. */
const MODULE = '\nexport {};';

/** Each program as one ES module under plain Node. */
async function runModules(folder: string): Promise<Printed[]> {
  const options = { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, strict: true } };
  programs.forEach(({ source }, i) => {
    writeFileSync(join(folder, `program-${i}.mjs`), ts.transpileModule(source + MODULE, options).outputText);
  });
  writeFileSync(join(folder, 'runner.mjs'), runner);
  const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', join(folder, 'runner.mjs')]);
  return JSON.parse(stdout) as Printed[];
}

/** The name that a statement declares, if several statements can share it: overloads, merged declarations, a type and its value. */
function declaredName(statement: ts.Statement): string | undefined {
  if (ts.isVariableStatement(statement)) {
    const { flags, declarations } = statement.declarationList;
    const shares = (flags & ts.NodeFlags.Const) !== 0 && declarations.length === 1;
    return shares ? declarations[0].name.getText() : undefined;
  }
  const declares =
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isEnumDeclaration(statement) ||
    ts.isModuleDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement);
  return declares ? statement.name?.text : undefined;
}

const isDirective = (statement: ts.Statement | undefined) =>
  statement !== undefined && ts.isExpressionStatement(statement) && ts.isStringLiteral(statement.expression);

/** A program as cells, one statement each. The value of an expression is not shown. */
function cut({ source }: Program): string[] {
  const { statements } = ts.createSourceFile('program.ts', source + MODULE, ts.ScriptTarget.ES2022, true);
  const cells: string[] = [];
  statements.slice(0, -1).forEach((statement, i) => {
    const before: ts.Statement | undefined = statements[i - 1];
    const name = declaredName(statement);
    const shared = before && name !== undefined && name === declaredName(before);
    const text = statement.getFullText() + (ts.isExpressionStatement(statement) && !isDirective(statement) ? '\nvoid 0;' : '');
    if (shared || isDirective(before)) cells[cells.length - 1] += text;
    else cells.push(text);
  });
  return cells;
}

/** Runs cells, errors told as lines, and waits for what their timers print. */
async function runCells(kernel: Kernel, cells: readonly string[]): Promise<string> {
  let text = '';
  const output = (message: CellMessage) => {
    if (message.type === 'stream') text += message.content.text;
    if (message.type === 'error') text += `${message.content.ename}: ${message.content.evalue}\n`;
  };
  for (const cell of cells) await kernel.execute(cell, output);
  await kernel.execute('await new globalThis.Promise<void>((done) => globalThis.setTimeout(done, 20));\nvoid 0;', output);
  return text;
}

/** Cells that no module can hold, with a line `%%` between them: names declared again, and what they print. */
const redeclarations: { title: string; cells: string; prints: string }[] = [
  {
    title: 'a function again',
    cells: `
function f() { return 1; }
%%
const g = () => f() * 10;
%%
function f() { return 2; }
%%
console.log(g(), f());`,
    prints: `
20 2
`,
  },
  {
    title: 'a const again',
    cells: `
const k = 1;
const read = () => k;
%%
const k = 2;
%%
console.log(read(), k);
%%
const k = 3, other = k;
%%
console.log(read(), other);`,
    prints: `
2 2
3 3
`,
  },
  {
    title: 'a const again, of another type',
    cells: `
const k2 = 1;
const show = () => console.log(k2);
%%
const k2 = 'text';
%%
show();
console.log(k2.length);`,
    prints: `
text
4
`,
  },
  {
    title: 'a let again, and its closures',
    cells: `
let n = 1;
const up = () => ++n;
%%
up();
up();
console.log(n);
%%
let n = 10;
%%
up();
console.log(n);
%%
const n = 5;
%%
console.log(n);`,
    prints: `
3
11
5
`,
  },
  {
    title: 'a let again without a value',
    cells: `
let empty: number | undefined = 1;
%%
let empty: number | undefined;
%%
console.log(empty);`,
    prints: `
undefined
`,
  },
  {
    title: 'a class again',
    cells: `
class A { v() { return 1; } }
%%
const old = new A();
const make = () => new A();
%%
class A { v() { return 2; } }
%%
console.log(make().v(), old.v(), (old as object) instanceof A, make() instanceof A);`,
    prints: `
2 1 false true
`,
  },
  {
    title: 'the base of a class again',
    cells: `
class Base { who() { return 'old'; } }
%%
class Child extends Base {}
%%
class Base { who() { return 'new'; } }
%%
console.log(new Child().who(), new Base().who());`,
    prints: `
old new
`,
  },
  {
    title: 'an import again',
    cells: `
import { sep as part } from 'node:path';
const get = () => part;
%%
console.log(get());
%%
import { delimiter as part } from 'node:path';
%%
console.log(get(), part);
%%
const part = 5;
%%
console.log(part, get());`,
    prints: `
/
: :
5 5
`,
  },
  {
    title: 'an enum again',
    cells: `
enum Grade { Low = 1 }
const low = () => Grade.Low;
%%
enum Grade { Low = 5, High = 6 }
%%
console.log(low(), Grade.High, Grade[5], Grade[1]);`,
    prints: `
5 6 Low undefined
`,
  },
  {
    title: 'types again',
    cells: `
type T = string;
interface I { a: number }
%%
const t: T = 'a';
const i: I = { a: 1 };
%%
type T = number;
interface I { b: number }
%%
const t2: T = 5;
const i2: I = { b: 2 };
console.log(t, i, t2, i2);`,
    prints: `
a { a: 1 } 5 { b: 2 }
`,
  },
  {
    title: 'let, function, class, import, enum, const: a name of each kind',
    cells: `
let kind: unknown = 1;
const seen = () => typeof kind;
%%
console.log(seen());
%%
function kind() { return 2; }
%%
console.log(seen(), kind());
%%
class kind { v = 3; }
%%
console.log(seen(), new kind().v);
%%
import kind from 'node:path';
%%
console.log(seen(), kind.sep);
%%
enum kind { A = 4 }
%%
console.log(seen(), kind.A);
%%
import * as kind from 'node:path';
%%
console.log(seen(), kind.sep);
%%
const kind = 'five';
%%
console.log(seen(), kind);
%%
let { kind } = { kind: 6n };
kind += 1n;
%%
console.log(seen(), kind);`,
    prints: `
number
function 2
function 3
object /
object 4
object /
string five
bigint 7n
`,
  },
  {
    title: 'a namespace again: it is replaced, not continued',
    cells: `
namespace Part { export const a = 1; }
const whole = () => Object.keys(Part);
%%
namespace Part { export const b = 2; }
%%
console.log(whole(), Part.b);`,
    prints: `
[ 'b' ] 2
`,
  },
  {
    title: 'one cell, run again and again',
    cells: `
import { basename } from 'node:path';
let runs = 0;
const step = 1;
class Once { n = step; }
enum Times { One = 1 }
function go() { return (runs += new Once().n); }
go();
console.log(runs, go(), Times.One, basename('/x/y'));
%%
import { basename } from 'node:path';
let runs = 0;
const step = 1;
class Once { n = step; }
enum Times { One = 1 }
function go() { return (runs += new Once().n); }
go();
console.log(runs, go(), Times.One, basename('/x/y'));
%%
import { basename } from 'node:path';
let runs = 0;
const step = 1;
class Once { n = step; }
enum Times { One = 1 }
function go() { return (runs += new Once().n); }
go();
console.log(runs, go(), Times.One, basename('/x/y'));`,
    prints: `
1 2 1 y
1 2 1 y
1 2 1 y
`,
  },
  {
    title: 'a timer of an earlier cell sees a name declared again',
    cells: `
let open = false;
let word = 'old';
const wait = setInterval(() => { if (open) { clearInterval(wait); console.log(word); } }, 1);
%%
let word = 'new';
%%
open = true;
void 0;`,
    prints: `
new
`,
  },
  {
    title: 'a function declared before it is written, in one cell',
    cells: `
console.log(hoisted());
function hoisted() { return 'hoisted'; }
%%
console.log(hoisted());
function hoisted() { return 'again'; }`,
    prints: `
hoisted
again
`,
  },
  {
    title: 'a cell that throws half-way keeps what it declared before',
    cells: `
const before = 1;
let changed = 'no';
function helper() { return before + 1; }
changed = 'yes';
if (changed !== 'no') throw new Error('half-way');
const after = 2;
class After {}
%%
console.log(before, changed, helper());
%%
const after = 'now';
class After { ok = true; }
%%
console.log(before, after, new After().ok);
%%
let changed = 'again';
const before = changed;
%%
console.log(before, changed);`,
    prints: `
Error: half-way
1 yes 2
1 now true
again again
`,
  },
  {
    title: 'a cell that throws after an await',
    cells: `
let begun = 0;
begun = await Promise.resolve(1);
await Promise.reject(new RangeError('late'));
let never = 1;
%%
console.log(begun);
%%
let never = 2;
begun++;
console.log(begun, never);`,
    prints: `
RangeError: late
1
2 2
`,
  },
  {
    title: 'a cell that does not compile changes nothing',
    cells: `
const kept = 1;
const keeper = () => kept;
%%
console.log('not run');
const kept: string = 2;
%%
console.log(kept, keeper(), kept.toFixed(1));`,
    prints: `
CompileError: Type 'number' is not assignable to type 'string'.
1 1 1.0
`,
  },
  {
    title: 'a const is not assigned by a later cell',
    cells: `
const firm = 1;
%%
firm = 2;
%%
console.log(firm);`,
    prints: `
CompileError: Cannot assign to 'firm' because it is a constant.
1
`,
  },
  {
    title: 'names that the kernel or a notebook could use itself',
    cells: `
const exports = 1, module = 2, name = 3, length = 4, test = 5, display = 6, html = 7;
const $ = 8, _ = 9, it = 10, self = 11, root = 12, scope = 13, cell = 14;
%%
const read = () => [exports, module, name, length, test, display, html, $, _, it, self, root, scope, cell].join();
%%
import { sep } from 'node:path';
const require = (of: string) => 'mine ' + of;
%%
import { basename } from 'node:path';
console.log(read(), require('x'), sep, basename('/a/b'));
%%
let { exports, name } = { exports: 'e', name: 'n' };
%%
function display() { return exports; }
export const shown = display() + name;
console.log(shown, read().slice(0, 8));
%%
const { join } = await import('node:path');
console.log(join('a', 'b'));`,
    prints: `
1,2,3,4,5,6,7,8,9,10,11,12,13,14 mine x / b
en e,2,n,4,
a/b
`,
  },
  {
    title: 'names of global objects do not disturb libraries',
    cells: `
const performance = 5, fetch = 'f', structuredClone = 'c', TextDecoder = 'd', URL = 'u';
%%
import { performance as clock } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
console.log(typeof clock.now(), performance, fileURLToPath('file:///a'), fetch + structuredClone + TextDecoder + URL);
%%
import { usesGlobals } from './usesGlobals.mjs';
console.log(usesGlobals());
%%
console.log(typeof globalThis.performance.now(), typeof globalThis.fetch);
%%
function performance() { return 6; }
%%
console.log(performance(), typeof globalThis.performance, usesGlobals());`,
    prints: `
number 5 /a fcdu
number function object U
number function
6 object number function object U
`,
  },
  {
    title: 'names of the objects that every program uses',
    cells: `
const process = 'p', Buffer = 'b', setTimeout = 't', Array = 'a', Error = 'e', Map = 'm', JSON = 'j';
%%
import { usesGlobals } from './usesGlobals.mjs';
const all = () => process + Buffer + setTimeout + Array + Error + Map + JSON;
console.log(all(), usesGlobals(), [1, 2], { a: [new globalThis.Map([[1, 2]])] });
%%
const sure = await globalThis.Promise.resolve(all());
const [first, ...rest] = [sure, 1, 2];
console.log(first, rest);
%%
throw new globalThis.Error('still told');
%%
const Object = 'o', Promise = 'r', Symbol = 's';
%%
const later = await 5;
const spread = { ...{ a: 1 }, Object };
class Last { static s = Symbol; }
console.log(later, spread, Promise, Last.s);`,
    prints: `
pbtaemj number function object U [ 1, 2 ] { a: [ Map(1) { 1 => 2 } ] }
pbtaemj [ 1, 2 ]
Error: still told
5 { a: 1, Object: 'o' } r s
`,
  },
  {
    title: "a console of one's own",
    cells: `
const console = { log: (text: string) => globalThis.console.log('mine: ' + text) };
%%
console.log('a');
%%
function other() { console.log('b'); }
other();`,
    prints: `
mine: a
mine: b
`,
  },
];

const helpers: Record<string, string> = {
  'usesGlobals.mjs': [
    'export function usesGlobals() {',
    "  return [typeof performance.now(), typeof fetch, typeof Buffer.from('a'), new URL('http://u').host.toUpperCase()].join(' ');",
    '}',
  ].join('\n'),
  'usesGlobals.d.mts': 'export function usesGlobals(): string;\n',
};

describe('bindings of the kernel', function () {
  this.timeout(600_000);
  let folder: string;
  let kernel: Kernel | undefined;
  let modules: Printed[];

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'squeezelab-bindings-'));
    for (const files of [helpers, ...programs.map((program) => program.modules ?? {})]) {
      for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    }
    modules = await runModules(folder);
  });
  after(async () => {
    await kernel?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  describe('cells print what one module prints', () => {
    before(async () => {
      kernel = await Kernel.start(folder);
    });
    after(async () => {
      await kernel?.stop();
      kernel = undefined;
    });
    programs.forEach((program, i) => {
      it(program.title, async () => {
        const { text, threw } = modules[i];
        assert.equal(threw, program.throws === true, text);
        assert.ok(kernel);
        assert.equal(await runCells(kernel, cut(program)), text);
      });
    });
  });

  describe('names declared again', () => {
    before(async () => {
      kernel = await Kernel.start(folder);
    });
    for (const { title, cells, prints } of redeclarations) {
      it(title, async () => {
        assert.ok(kernel);
        assert.equal(await runCells(kernel, cells.split('\n%%\n')), prints.slice(1));
      });
    }
  });
});
