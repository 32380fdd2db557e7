import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { runInNewContext } from 'node:vm';
import * as tf from '@tensorflow/tfjs';
import { encode as encodeJpeg } from 'jpeg-js';
import { encode as encodePng } from 'fast-png';
import fc from 'fast-check';
import { html, md, svg } from '../../kernel/cells/tags';
import { mimeBundle } from '../../kernel/values';

const display = Symbol.for('Jupyter.display');
const text = async (value: unknown) => (await mimeBundle(value))['text/plain'] as string;
const page = async (value: unknown) => (await mimeBundle(value))['text/html'] as string;
const types = async (value: unknown) => Object.keys(await mimeBundle(value)).sort();
const lines = (...lines: string[]) => lines.join('\n');

describe('a value of its own display', () => {
  it('is what its method returns, promised or not', async () => {
    const bundle = { 'text/html': '<b>1</b>', 'text/plain': 'one', 'application/json': { one: 1 } };
    assert.deepEqual(await mimeBundle({ [display]: () => bundle }), bundle);
    assert.deepEqual(await mimeBundle({ [display]: () => Promise.resolve(bundle) }), bundle);
    assert.deepEqual(await mimeBundle(Object.assign(() => 1, { [display]: () => bundle })), bundle);
  });

  it('gets text, base64 for bytes, and a copy of JSON', async () => {
    const spec = { deep: [1] };
    const value = { a: 1, [display]: () => ({ 'image/png': Buffer.from('png'), 'application/json': spec, 'text/html': undefined }) };
    const bundle = await mimeBundle(value);
    spec.deep.push(2);
    assert.deepEqual({ ...bundle, 'text/plain': '' }, { 'image/png': 'cG5n', 'application/json': { deep: [1] }, 'text/plain': '' });
    assert.match(bundle['text/plain'] as string, /a: 1/);
  });

  const circular: Record<string, unknown> = {};
  circular.self = circular;
  const failures: [string, () => unknown, RegExp][] = [
    ['throws', () => { throw new Error('no ink'); }, /failed: no ink$/], // prettier-ignore
    ['rejects with nothing', () => ({ then: (_: unknown, reject: () => void) => reject() }), /failed: undefined$/],
    ['rejects', () => Promise.reject(new Error('no paper')), /failed: no paper$/],
    ['never settles', () => new Promise(() => undefined), /failed: it must settle within 20 ms$/],
    ['settles too late, by rejecting', () => new Promise((_, reject) => setTimeout(() => reject(new Error('late')), 40)), /within 20 ms$/],
    ['returns a number', () => 3, /an object of MIME types, got 3$/],
    ['returns nothing', () => undefined, /got undefined$/],
    ['returns what is no bundle', () => ({ html: '' }), /got \{ html: '' \}$/],
    ['holds a number', () => ({ 'text/html': 3 }), /the data of text\/html must be a string or an object, got 3$/],
    ['holds what JSON cannot', () => ({ 'application/json': circular }), /failed: Converting circular/],
    ['has a then that throws', () => ({ get then() { throw new Error('then'); } }), /failed: then$/], // prettier-ignore
  ];
  for (const [what, method, expected] of failures) {
    it(`that ${what} is text with the reason`, async () => {
      const bundle = await mimeBundle({ a: 1, [display]: method }, 20);
      assert.deepEqual(Object.keys(bundle), ['text/plain']);
      assert.match(bundle['text/plain'] as string, /a: 1/);
      assert.match(bundle['text/plain'] as string, expected);
    });
  }

  it('that is late leaves no rejection behind', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', note);
    await mimeBundle({ [display]: () => new Promise((_, reject) => setTimeout(() => reject(new Error('late')), 10)) }, 1);
    await new Promise((resolve) => setTimeout(resolve, 30));
    process.off('unhandledRejection', note);
    assert.deepEqual(unhandled, []);
  });
});

describe('tensors and models as values', () => {
  it('show their values and make no tensor', async () => {
    const values: [tf.Tensor, string][] = [
      [tf.scalar(Math.PI), lines('Tensor float32 []', '3.1416')],
      [tf.tensor([[1, -2.5], [NaN, 1e-9]]), lines('Tensor float32 [2, 2]', '[[   1, -2.5],', ' [ NaN, 1e-9]]')], // prettier-ignore
      [tf.range(0, 100), lines('Tensor float32 [100]', '[0, 1, 2, ..., 97, 98, 99]')],
      [tf.tensor([16777216, -7], [2], 'int32'), lines('Tensor int32 [2]', '[16777216, -7]')],
      [tf.tensor([true, false]), lines('Tensor bool [2]', '[true, false]')],
      [tf.tensor(['a', '<b>']), lines('Tensor string [2]', "['a', '<b>']")],
      [tf.complex([1, 2], [3, -4]), lines('Tensor complex64 [2]', '[1+3i, 2-4i]')],
      [tf.zeros([0, 3]), lines('Tensor float32 [0, 3]', '[]')],
      [tf.variable(tf.tensor([-0, Infinity]), true, 'steps'), lines('Variable steps float32 [2]', '[-0, Infinity]')],
    ];
    const before = tf.memory().numTensors;
    for (const [value, expected] of values) assert.deepEqual(await mimeBundle(value), { 'text/plain': expected });
    assert.equal(tf.memory().numTensors, before);
    tf.dispose(values.map(([value]) => value));
    assert.equal(await text(values[1][0]), 'Tensor float32 [2, 2] disposed');
  });

  it('keep the values of small tensors of any rank, in order', async () => {
    const shapes = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 }).filter((shape) => shape.every((length) => length <= 2) || shape.length < 4);
    await fc.assert(
      fc.asyncProperty(shapes, async (shape) => {
        const size = shape.reduce((size, length) => size * length, 1);
        const tensor = tf.tidy(() => tf.keep(tf.reshape(tf.range(0, size, 1, 'int32'), shape)));
        const [title, ...preview] = (await text(tensor)).split('\n');
        assert.equal(title, `Tensor int32 [${shape.join(', ')}]`);
        assert.deepEqual(JSON.parse(preview.join('')), tensor.arraySync());
        tensor.dispose();
      }),
    );
  });

  it('are short for large tensors', async () => {
    const images = tf.zeros([50, 28, 28, 3]);
    assert.ok((await text(images)).length < 2000);
    assert.match(await text(images), /\.\.\./);
    images.dispose();
  });

  it('are named, not opened, inside of arrays, objects and tables', async () => {
    const loss = tf.scalar(1);
    assert.equal(await text([loss, 1]), '[ Tensor float32 [], 1 ]');
    assert.equal(await text({ step: { loss } }), '{ step: { loss: Tensor float32 [] } }');
    assert.match(await text([{ loss }]), /Tensor float32 \[\]$/);
    loss.dispose();
  });

  it('show a model by its layers', async () => {
    const model = tf.sequential({
      name: 'small',
      layers: [tf.layers.dense({ units: 300, inputShape: [784], name: 'in' }), tf.layers.dropout({ rate: 0.5, name: 'drop' }), tf.layers.dense({ units: 10, name: 'out' })],
    });
    const before = tf.memory().numTensors;
    assert.equal(
      await text(model),
      lines(
        'Sequential small',
        'layer  class    output shape  parameters',
        '─────  ───────  ────────────  ──────────',
        'in     Dense    [null, 300]      235,500',
        'drop   Dropout  [null, 300]            0',
        'out    Dense    [null, 10]         3,010',
        '─────  ───────  ────────────  ──────────',
        'total                            238,510',
      ),
    );
    assert.match(await page(model), /<td[^>]*>drop<.*>Dropout<.*>\[null, 300\]<.*<tfoot>.*>238,510</);
    assert.equal(await text(model.inputs[0]), 'SymbolicTensor in_input float32 [null, 784]');
    assert.equal(tf.memory().numTensors, before);
    assert.equal(model.countParams(), 238510);
    model.dispose();
  });

  it('show what a layer that is not built cannot tell as ?', async () => {
    assert.match(await text({ layers: [tf.layers.dense({ units: 3, name: 'd' })], summary: () => undefined, name: 'm' }), /^Object m\n.*\n.*\nd +Dense +\? +\?\n[─ ]+\ntotal +0 and \?$/);
  });
});

describe('typed arrays and pictures as values', () => {
  it('show few numbers whole, many by their ends and a summary', async () => {
    assert.equal(await text(Float32Array.of(0.1, 2)), 'Float32Array(2) [0.1, 2]');
    assert.equal(await text(Buffer.from('ab')), 'Buffer(2) [97, 98]');
    assert.equal(await text(Float64Array.of(NaN, ...Array.from({ length: 21 }, (_, k) => k))), lines('Float64Array(22) [NaN, 0, 1, ..., 18, 19, 20]', 'min 0, max 20, mean 10, 1 NaN'));
    assert.equal(await text(BigInt64Array.from({ length: 13 }, (_, k) => BigInt(k))), lines('BigInt64Array(13) [0n, 1n, 2n, ..., 10n, 11n, 12n]', 'min 0n, max 12n, mean 6'));
    assert.equal(await text(new Float32Array(20).fill(NaN)), lines('Float32Array(20) [NaN, NaN, NaN, ..., NaN, NaN, NaN]', '20 NaN'));
  });

  const webp = (chunk: string, ...bytes: number[]) => Buffer.concat([Buffer.from(`RIFF\x10\0\0\0WEBP${chunk}\x0a\0\0\0`, 'latin1'), Buffer.from(bytes)]);
  const pictures: [string, string, Uint8Array][] = [
    ['image/png', 'PNG 5x3', encodePng({ width: 5, height: 3, data: new Uint8Array(60) })],
    ['image/jpeg', 'JPEG 5x3', encodeJpeg({ width: 5, height: 3, data: new Uint8Array(60) }).data],
    ['image/jpeg', 'JPEG 5x3', Buffer.from('ffd8ffc400040000ffffc0001108000300050300', 'hex')], // tables before the frame header
    ['image/gif', 'GIF 5x3', Buffer.from('GIF89a\x05\0\x03\0', 'latin1')],
    ['image/webp', 'WebP 5x3', webp('VP8 ', 0, 0, 0, 0x9d, 1, 0x2a, 5, 0, 3, 0)],
    ['image/webp', 'WebP 5x3', webp('VP8L', 0x2f, 4 | (2 << 14), (2 << 14) >> 8, 0, 0)],
    ['image/webp', 'WebP 5x3', webp('VP8X', 0, 0, 0, 0, 4, 0, 0, 2, 0, 0)],
  ];
  for (const [type, title, bytes] of pictures) {
    it(`show a picture of ${type}`, async () => {
      const bundle = await mimeBundle(new Uint8Array(bytes));
      assert.deepEqual(bundle, { [type]: Buffer.from(bytes).toString('base64'), 'text/plain': `${title}, ${bytes.length} bytes` });
    });

    it(`never fail on ${type} cut short or damaged`, async () => {
      for (let length = 0; length < Math.min(bytes.length, 40); length++) assert.ok(await text(bytes.slice(0, length)));
      const damaged = Buffer.concat([bytes.subarray(0, 4), randomBytes(200)]);
      assert.ok(await text(damaged));
    });
  }

  it('show an element as HTML and a canvas as its picture', async () => {
    assert.deepEqual(await mimeBundle({ outerHTML: '<p>1</p>' }), { 'text/html': '<p>1</p>', 'text/plain': '<p>1</p>' });
    const canvas = { outerHTML: '<canvas>', width: 5, height: 3, toDataURL: () => 'data:image/png;base64,AAAA' };
    assert.deepEqual(await mimeBundle(canvas), { 'image/png': 'AAAA', 'text/plain': 'canvas 5x3' });
    assert.deepEqual(await types({ ...canvas, toDataURL: () => null }), ['text/html', 'text/plain']);
  });

  it("show Vega's specifications under their version", async () => {
    const schema = (name: string) => ({ $schema: `https://vega.github.io/schema/${name}.json`, width: 3 });
    assert.deepEqual(await types(schema('vega-lite/v5.8')), ['application/vnd.vegalite.v5+json', 'text/plain']);
    assert.deepEqual(await types(schema('vega-lite/v4')), ['application/vnd.vegalite.v4+json', 'text/plain']);
    assert.deepEqual(await types(schema('vega/v5')), ['application/vnd.vega.v5+json', 'text/plain']);
    assert.deepEqual(await types({ $schema: 'https://json-schema.org/draft' }), ['text/plain']);
  });
});

describe('collections as values', () => {
  it('show objects that share keys as a table', async () => {
    const runs = [{ epoch: 0, loss: 0.123456789, note: '<b>' }, { epoch: 10, loss: 12.5, ok: [true] }]; // prettier-ignore
    assert.equal(
      await text(runs),
      lines(
        'epoch      loss  note  ok', //
        '─────  ────────  ────  ────────',
        '    0  0.123457  <b>',
        '   10      12.5        [ true ]',
      ),
    );
    assert.match(await page(runs), /<td style="text-align:left">&lt;b&gt;<\/td>/);
    assert.equal(await page([{ a: 1 }, { b: 1 }]), undefined);
    assert.equal(await page([{ a: 1 }, 2]), undefined);
    assert.equal(await page([]), undefined);
    assert.match(await page(runInNewContext('[{ a: 1 }]')), /<table>/);
  });

  it('say how many rows and columns are left out', async () => {
    const rows = Array.from({ length: 1000 }, (_, row) => Object.fromEntries(Array.from({ length: 30 }, (_, column) => [`c${column}`, row])));
    assert.match(await text(rows), /^ *c0 .* c19 +… 10 more columns\n(.*\n){21}… 980 more rows$/);
    const table = await page(rows);
    assert.match(table, /… 950 more rows/);
    assert.equal(table.match(/<tr>/g)?.length, 52);
  });

  it('do not call getters', async () => {
    let calls = 0;
    const row = { a: 1, get b() { return ++calls; } }; // prettier-ignore
    assert.match(await text([row]), /\[Getter\]/);
    await text({ row });
    assert.equal(calls, 0);
  });

  it('show rows of numbers in columns', async () => {
    assert.equal(await text([[1, 2.5], [-30, 4]]), lines('Array [2, 2]', '[[  1, 2.5],', ' [-30,   4]]')); // prettier-ignore
    assert.equal(await text([[1], [2, 3]]), '[ [ 1 ], [ 2, 3 ] ]');
    assert.equal(await text([[1, , 3]]), '[ [ 1, <1 empty item>, 3 ] ]'); // eslint-disable-line no-sparse-arrays
  });

  it('show maps as tables beside the text, sets as text', async () => {
    const map = new Map<unknown, unknown>([['<a>', 1], [{ b: 2 }, 'c']]); // prettier-ignore
    assert.equal(await text(map), "Map(2) { '<a>' => 1, { b: 2 } => 'c' }");
    assert.match(await page(map), /&lt;a&gt;<.*\{ b: 2 \}<.*>c</);
    assert.deepEqual(await mimeBundle(new Set([1, 'a'])), { 'text/plain': "Set(2) { 1, 'a' }" });
  });
});

describe('errors as values', () => {
  it("show the stack without Node's own frames, and the causes", async () => {
    class Torn extends Error {}
    const error = new Torn('outer', { cause: Object.assign(new TypeError('inner'), { code: 'E1' }) });
    error.stack = lines('Error: outer', '    at mine (/cells/1.ts:1:2)', '    at Module._compile (node:internal/modules/cjs/loader:1:1)', '    at node:internal/main:1:1');
    (error.cause as Error).stack = lines('TypeError: inner', '    at /cells/2.ts:3:4', '    at async node:fs:1:1');
    assert.equal(
      await text(error),
      lines('Torn: outer', '    at mine (/cells/1.ts:1:2)', '  [cause]: TypeError: inner', '      at /cells/2.ts:3:4', "  { code: 'E1' }"),
    );
  });

  it('show the errors of an AggregateError, and circles once', async () => {
    const circle: Error = new RangeError('round');
    circle.cause = circle;
    const shown = await text(new AggregateError([circle, 'plain'], 'all'));
    assert.match(shown, /^AggregateError: all\n[^]*\[errors 0\]: RangeError: round\n[^]*\[cause\]: \[shown above\]\n {2}\[errors 1\]: 'plain'$/);
    const bushy = (depth: number): Error => new AggregateError(depth > 0 ? Array.from({ length: 10 }, () => bushy(depth - 1)) : [], 'bush');
    assert.ok((await text(bushy(4))).length <= 100_100);
  });

  it('of another realm, or hostile', async () => {
    assert.match(await text(runInNewContext('new Error("far")')), /^Error: far\n/);
    const hostile = new Error('x');
    for (const key of ['stack', 'cause', 'name', 'message']) Object.defineProperty(hostile, key, { get: () => { throw new Error(key); } }); // prettier-ignore
    assert.ok(await text(hostile));
  });
});

describe('any value', () => {
  const literals: [unknown, string][] = [
    [undefined, 'undefined'],
    [null, 'null'],
    [-0, '-0'],
    [12n, '12n'],
    ['abc', "'abc'"],
    [Symbol('s'), 'Symbol(s)'],
    [function f() {}, '[Function: f]'],
    [class A {}, '[class A]'],
    [new Date(NaN), 'Invalid Date'],
    [/x/g, '/x/g'],
    [new WeakMap(), 'WeakMap { <items unknown> }'],
    [Object.create(null), '[Object: null prototype] {}'],
    [new Proxy({ a: 1 }, { get: () => assert.fail(), has: () => assert.fail(), ownKeys: () => assert.fail(), getPrototypeOf: () => assert.fail() }), '{ a: 1 }'],
    [new Proxy({ outerHTML: '' }, { get: (_, key) => (typeof key === 'symbol' ? undefined : key) }), "{ outerHTML: '' }"],
    [{ get [Symbol.toStringTag]() { throw new Error(); } }, '[object that cannot be shown]'], // prettier-ignore
    [{ a: 1, [inspect.custom]: () => { throw new Error(); } }, '{ a: 1, [Symbol(nodejs.util.inspect.custom)]: [Function: [nodejs.util.inspect.custom]] }'], // prettier-ignore
    [{ [inspect.custom]: () => '\x1b[31mred\x1b[0m' }, 'red'],
    [Promise.resolve(1), 'Promise { 1 }'],
    [{ pending: new Promise(() => undefined) }, '{ pending: Promise { <pending> } }'],
  ];
  for (const [value, expected] of literals) {
    it(`${expected.split('\n')[0]} is shown`, async () => assert.deepEqual(await mimeBundle(value), { 'text/plain': expected }));
  }

  it('that is revoked, or throws at every touch, is shown', async () => {
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    assert.equal(await text(revoked.proxy), '<Revoked Proxy>');
    const fail = () => assert.fail();
    const handler = new Proxy({}, { get: () => fail });
    for (const target of [{}, [], () => 1, new Map()]) assert.ok(await text(new Proxy(new Proxy(target, handler), handler)));
    assert.ok(await text([new Proxy({}, handler), { inner: revoked.proxy }]));
  });

  it('is bounded in length, and says so', async () => {
    assert.match(await text('x'.repeat(1e6)), /^'x{10000}'\.\.\. 990000 more characters$/);
    const many = Object.fromEntries(Array.from({ length: 100_000 }, (_, k) => [`k${k}`, k]));
    assert.match(await text(many), /… 99,900 more properties$/);
    assert.equal(await text({ many }), '{ many: [Object] }');
    assert.match(await text(Array.from({ length: 100 }, (_, k) => `${k}`.repeat(20_000))), /… [\d,]+ more characters$/);
    const deep = (depth: number): unknown => (depth > 0 ? Array.from({ length: 100 }, () => deep(depth - 1)) : 'x');
    let doubled: unknown = 1;
    for (let k = 0; k < 60; k++) doubled = [doubled, { doubled }];
    const values = [many, [many], new Map(Object.entries(many)), new Set(Object.keys(many)), new Array(1e8), deep(3), doubled, new Array(1000).fill({ ['&'.repeat(99)]: '&'.repeat(99), b: '"'.repeat(99) })];
    for (const value of values) {
      for (const data of Object.values(await mimeBundle(value))) assert.ok(typeof data === 'string' && data.length <= 100_100);
    }
  });

  it('never rejects, is text at least, can be sent as JSON, and holds no tag of a value', async () => {
    const script = fc.constantFrom('<script>alert(1)</script>', '"><script>', "'<script>", '&lt;<script>');
    const anything = fc.anything({
      withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withObjectString: true, withSet: true, withSparseArray: true, withTypedArray: true, withUnicodeString: true,
      key: fc.oneof(fc.string(), script), values: [fc.oneof(script, fc.string(), fc.double(), fc.integer(), fc.boolean(), fc.constantFrom(null, undefined, NaN, -0))],
    }); // prettier-ignore
    const rows = fc.array(fc.dictionary(fc.oneof(script, fc.constantFrom('a', 'b')), anything, { minKeys: 1 }), { minLength: 1 });
    const maps = fc.array(fc.tuple(anything, anything)).map((pairs) => new Map(pairs));
    let tables = 0;
    await fc.assert(
      fc.asyncProperty(fc.oneof(anything, rows, maps), async (value) => {
        const bundle = await mimeBundle(value);
        assert.equal(typeof bundle['text/plain'], 'string');
        assert.deepEqual(JSON.parse(JSON.stringify(bundle)), bundle);
        const table = bundle['text/html'];
        if (table === undefined) return;
        tables++;
        assert.doesNotMatch((table as string).replace(/<\/?(table|thead|tbody|tr|th|td)( style="text-align:(left|right)")?>/g, ''), /[<>"']/);
      }),
      { numRuns: 500 },
    );
    assert.ok(tables > 50);
  });
});

describe('tags', () => {
  it('escape values, but for their own', () => {
    const item = html`<li>${'<script>'}</li>`;
    assert.equal(String(item), '<li>&lt;script&gt;</li>');
    assert.equal(String(html`<ul title="${'"'}">${[item, item, '&']}${null}${0}</ul>`), '<ul title="&quot;"><li>&lt;script&gt;</li><li>&lt;script&gt;</li>&amp;0</ul>');
    assert.equal(String(html`<p>${svg`<svg/>`}${md`<b>`}</p>`), '<p><svg/>&lt;b&gt;</p>');
    assert.equal(String(md`${'<b>'} ${1}`), '<b> 1');
    assert.equal(String(html`${{ type: 'text/html', source: '<i>', toString: () => '<i>' }}`), '&lt;i&gt;');
  });

  it('are shown as what they are', async () => {
    assert.deepEqual(await mimeBundle(html`<style>b {}</style><b>a</b> ${'<'}`), { 'text/html': '<style>b {}</style><b>a</b> &lt;', 'text/plain': 'a <' });
    assert.deepEqual(await mimeBundle(md`# a`), { 'text/markdown': '# a', 'text/plain': '# a' });
    assert.deepEqual(await mimeBundle(svg`<svg><text>hi</text></svg>`), { 'image/svg+xml': '<svg><text>hi</text></svg>', 'text/plain': 'hi' });
  });

  it('insert any text so that it is only text', () => {
    const back = (source: string) => source.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" })[name] ?? '');
    fc.assert(
      fc.property(fc.string(), (value) => {
        const source = String(html`${value}`);
        assert.doesNotMatch(source, /[<>"']/);
        assert.equal(back(source), value);
      }),
    );
  });
});
