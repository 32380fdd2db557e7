import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { CellMessage } from '../../src/lab/kernelClient';
import { cellTitle, formatNotebook, readNotebook, writeNotebook, type Output } from '../../src/lab/notebook';
import { outputCollector } from '../../src/lab/outputs';
import { notebookOf } from './drawn';

const fixture = join(__dirname, 'fixtures/plotted.ipynb');

describe('notebook', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'notebook-'))));
  after(() => rmSync(folder, { recursive: true }));

  it('is written as Jupyter writes it: reading and writing a file keeps every byte', () => {
    assert.equal(formatNotebook(readNotebook(fixture)), readFileSync(fixture, 'utf8'));
  });

  it('keeps all that a cell can print, whatever its text', () => {
    const file = join(folder, 'any.ipynb');
    const text = fc.oneof(fc.string(), fc.array(fc.constantFrom('a', '\n', '\r', '\u2028', 'é'), { maxLength: 8 }).map((all) => all.join('')));
    fc.assert(
      fc.property(text, text, fc.jsonValue(), (source, printed, json) => {
        const notebook = notebookOf(source);
        const bundle = { 'text/plain': printed, 'image/svg+xml': printed, 'image/png': 'aGk=\n', 'application/json': { text: json } };
        const outputs: Output[] = [
          { output_type: 'stream', name: 'stdout', text: printed },
          { output_type: 'display_data', data: bundle, metadata: {} },
          { output_type: 'execute_result', data: bundle, metadata: {}, execution_count: 7 },
          { output_type: 'error', ename: 'Error', evalue: printed, traceback: [printed] },
        ];
        notebook.cells[0].outputs = outputs;
        writeNotebook(file, notebook);
        assert.deepEqual(readNotebook(file), JSON.parse(JSON.stringify(notebook)));
      }),
      { numRuns: 50 },
    );
  });

  it('splits texts into lines that keep their ends, and leaves base64 and JSON whole', () => {
    const notebook = notebookOf('1\n2');
    const shown = { data: { 'text/plain': 'a\n\nb', 'image/png': 'AA\nBB', 'application/json': { text: ['x'] } }, metadata: {} };
    notebook.cells[0].outputs = [
      { output_type: 'display_data', ...shown },
      { output_type: 'execute_result', execution_count: 3, ...shown },
    ];
    const [cell] = (JSON.parse(formatNotebook(notebook)) as { cells: { source: unknown; outputs: unknown[] }[] }).cells;
    assert.deepEqual(cell.source, ['1\n', '2']);
    const written = { data: { 'text/plain': ['a\n', '\n', 'b'], 'image/png': 'AA\nBB', 'application/json': { text: ['x'] } }, metadata: {} };
    assert.deepEqual(cell.outputs, [
      { output_type: 'display_data', ...written },
      { output_type: 'execute_result', execution_count: 3, ...written },
    ]);
  });

  it('says what is wrong with a file that is no TypeScript notebook', () => {
    const file = join(folder, 'bad.ipynb');
    const read = (text: string) => () => {
      writeFileSync(file, text);
      readNotebook(file);
    };
    assert.throws(() => readNotebook(join(folder, 'none.ipynb')), /none\.ipynb does not exist/);
    assert.throws(read('{"cells": ['), /bad\.ipynb cannot be read: .*JSON/);
    assert.throws(read('{"nbformat": 3, "worksheets": []}'), /must be a notebook of nbformat 4, got nbformat 3/);
    assert.throws(read('[]'), /must be a notebook of nbformat 4, got nbformat undefined/);
    assert.throws(read('{"nbformat": 4, "nbformat_minor": 5, "cells": [], "metadata": {"kernelspec": {"language": "python"}}}'), /must be a typescript notebook, got python/);
    assert.throws(read('{"nbformat": 4, "nbformat_minor": 0, "cells": [], "metadata": {"kernelspec": {"name": "python3"}, "language_info": {"name": "python"}}}'), /got python/);
    assert.throws(read('{"nbformat": 4, "cells": [{"cell_type": "raw"}, null]}'), /must have cells of code, markdown or raw, but cell 2 is another/);
  });

  it('gives cells of an older format ids', () => {
    const file = join(folder, 'old.ipynb');
    writeFileSync(file, '{"nbformat": 4, "nbformat_minor": 2, "metadata": {}, "cells": [{"cell_type": "markdown", "metadata": {}, "source": ["# A\\n", "b"]}]}');
    const notebook = readNotebook(file);
    assert.deepEqual([notebook.nbformat_minor, notebook.cells[0].id, notebook.cells[0].source], [5, 'cell-1', '# A\nb']);
  });

  it('names a cell by its first comment, else by the heading above', () => {
    const notebook = readNotebook(fixture);
    const titles = notebook.cells.filter((cell) => cell.cell_type === 'code').map((cell) => cellTitle(notebook, cell));
    assert.deepEqual(titles.slice(0, 3), ['A plotted notebook', 'The library', 'Text on both streams']);
  });
});

describe('outputs', () => {
  const bundle = (text: string, display_id?: string) => ({ data: { 'text/plain': text }, metadata: {}, transient: { display_id } });
  const shown = (text: string): Output => ({ output_type: 'display_data', data: { 'text/plain': text }, metadata: {} });
  const stream = (text: string, name: 'stdout' | 'stderr' = 'stdout'): CellMessage => ({ type: 'stream', content: { name, text } });
  const clear = (wait: boolean): CellMessage => ({ type: 'clear_output', content: { wait } });
  const collected = (...messages: CellMessage[]): Output[] => {
    const collect = outputCollector();
    const outputs: Output[] = [];
    for (const message of messages) collect(outputs, message);
    return outputs;
  };

  it('join pieces of a stream', () => {
    assert.deepEqual(collected(stream('a'), stream('b'), stream('c', 'stderr'), stream('d')), [
      { output_type: 'stream', name: 'stdout', text: 'ab' },
      { output_type: 'stream', name: 'stderr', text: 'c' },
      { output_type: 'stream', name: 'stdout', text: 'd' },
    ]);
  });

  it('hold a last value with the number of its cell', () => {
    const content = { execution_count: 3, data: { 'text/plain': '5', 'application/json': { five: 5 } }, metadata: { 'image/png': { width: 10 } } };
    assert.deepEqual(collected({ type: 'execute_input', content: { code: '5', execution_count: 3 } }, { type: 'execute_result', content }), [{ output_type: 'execute_result', ...content }]);
  });

  it('are updated wherever a display was shown, and an update of none adds nothing', () => {
    const collect = outputCollector();
    const [first, second]: Output[][] = [[], []];
    collect(first, { type: 'display_data', content: bundle('1%', 'd') });
    collect(first, { type: 'display_data', content: bundle('other') });
    collect(second, { type: 'display_data', content: bundle('2%', 'd') });
    assert.deepEqual(first, [shown('2%'), shown('other')]);
    collect(second, { type: 'update_display_data', content: bundle('100%', 'd') });
    collect(second, { type: 'update_display_data', content: bundle('?', 'unknown') });
    assert.deepEqual(first, [shown('100%'), shown('other')]);
    assert.deepEqual(second, [shown('100%')]);
  });

  it('are cleared at once, or when the next one comes', () => {
    const next = { output_type: 'stream', name: 'stdout', text: 'next' };
    assert.deepEqual(collected(stream('a'), clear(false)), []);
    assert.deepEqual(collected(stream('a'), clear(false), stream('next')), [next]);
    assert.deepEqual(collected(stream('a'), clear(true)), [{ output_type: 'stream', name: 'stdout', text: 'a' }]);
    assert.deepEqual(collected(stream('a'), { type: 'display_data', content: bundle('b') }, clear(true), stream('ne'), stream('xt')), [next]);
    assert.deepEqual(collected(clear(true), clear(false), stream('ne'), stream('xt')), [next]);
  });

  it('that were cleared hear no update', () => {
    const update: CellMessage = { type: 'update_display_data', content: bundle('2%', 'd') };
    assert.deepEqual(collected({ type: 'display_data', content: bundle('1%', 'd') }, clear(false), update), []);
  });
});
