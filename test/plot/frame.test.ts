import assert from 'node:assert/strict';
import { pack } from '../../src/formats';
import { ledger } from '../../src/measure';
import { lenet300 } from '../../src/models';
import { frame, ledgerTable } from '../../src/plot';
import { key } from '../../src/random';
import type { MimeBundle } from '../../src/system';

const shown = (value: unknown): MimeBundle => (value as Record<symbol, () => MimeBundle>)[Symbol.for('Jupyter.display')]();

describe('a frame', () => {
  it('is shown as a table in plain markup and as text', () => {
    const bundle = shown(frame([{ layer: 'ip1 <a>', weights: 235200, kept: 0.0800123 }, { layer: 'ip2', weights: 30000, kept: null }]));
    assert.equal(
      bundle['text/html'],
      '<table>\n<thead><tr><th>layer</th><th>weights</th><th>kept</th></tr></thead>\n<tbody>\n' +
        '<tr><td>ip1 &lt;a&gt;</td><td>235,200</td><td>0.08001</td></tr>\n<tr><td>ip2</td><td>30,000</td><td></td></tr>\n</tbody>\n</table>',
    );
    assert.equal(bundle['text/plain'], 'layer    weights     kept\n-------  -------  -------\nip1 <a>  235,200  0.08001\nip2       30,000');
  });

  it('of a ledger has a line for each layer, and the bytes of the file in the last one', () => {
    const packed = pack(lenet300(key(1)));
    const text = shown(ledgerTable(ledger(packed)))['text/plain'] as string;
    const lines = text.split('\n');
    assert.deepEqual(lines.slice(2).map((line) => line.split(/\s/)[0]), ['fc1', 'fc2', 'fc3', 'file', 'total']);
    assert.ok(lines.at(-1)!.trim().endsWith(packed.bytes.length.toLocaleString('en-US')));
    assert.ok(!text.includes('NaN'));
  });

  it('refuses a column that would stand in the way of its own properties', () => {
    for (const name of ['values', 'columns', 'shape', 'head', '$data']) assert.throws(() => frame([{ seed: 1, [name]: 2 }]), new RegExp(`a column must not be named ${name.replace('$', '\\$')}, .*; name it`));
    assert.match(shown(frame([{ size: 1, count: 2, error: 3 }]))['text/plain'] as string, /^size +count +error\n/);
  });

  it('is shown with its index where that says something, and so is a series', () => {
    const described = shown(frame([{ a: 1 }, { a: 2 }]).describe())['text/plain'] as string;
    assert.match(described, /^ +a\n/);
    assert.match(described, /\nmean +1\.5\n/);
    const series = (frame([{ a: 1 }, { a: 2 }]) as unknown as Record<string, unknown>).a;
    assert.equal(shown(series)['text/plain'], 'a\n-\n1\n2');
  });
});
