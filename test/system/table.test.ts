import assert from 'node:assert/strict';
import fc from 'fast-check';
import { htmlTable, readable, textTable } from '../../src/system';

describe('tables', () => {
  it('show numbers as they are read', () => {
    const shown: [number, string][] = [[266610, '266,610'], [0, '0'], [-3, '-3'], [1.64236, '1.642'], [0.000123456, '0.0001235'], [12345.67, '12,346'], [-0.5, '-0.5'], [NaN, 'NaN']];
    for (const [number, text] of shown) assert.equal(readable(number), text);
  });

  it('keep each row on its line and each column at its place', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.integer()), { minLength: 1 }), (rows) => {
        const lines = textTable(['name', 'count'], rows).split('\n');
        assert.equal(lines.length, rows.length + 2);
        assert.ok(rows.every(([, count], i) => lines[i + 2].endsWith(readable(count))));
        assert.equal(new Set(lines.map((line) => line.length)).size, 1);
      }),
    );
  });

  it('let no markup through', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const [, cell] = /<td>(.*)<\/td>/s.exec(htmlTable(['a'], [[text]])) ?? [];
        assert.ok(!/[<>"]/.test(cell));
        const back = cell.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
        assert.equal(back, text.replace(/\s+/g, ' '));
      }),
    );
  });
});
