import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { cellTitle, formatNotebook, readNotebook, writeNotebook, type Output } from '../../src/lab/notebook';
import { outputCollector } from '../../src/lab/outputs';
import { declaresParameter, injectParameters } from '../../src/lab/parameters';
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
    notebook.cells[0].outputs = [
      { output_type: 'display_data', data: { 'text/plain': 'a\n\nb', 'image/png': 'AA\nBB', 'application/json': { text: ['x'] } }, metadata: {} },
    ];
    const [cell] = (JSON.parse(formatNotebook(notebook)) as { cells: { source: unknown; outputs: { data: unknown }[] }[] }).cells;
    assert.deepEqual(cell.source, ['1\n', '2']);
    assert.deepEqual(cell.outputs[0].data, { 'text/plain': ['a\n', '\n', 'b'], 'image/png': 'AA\nBB', 'application/json': { text: ['x'] } });
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
  it('join pieces of a stream, and update a display where it was shown', () => {
    const collect = outputCollector();
    const [first, second]: Output[][] = [[], []];
    const bundle = (text: string) => ({ data: { 'text/plain': text }, metadata: {}, transient: { display_id: 'd' } });
    collect(first, { type: 'stream', content: { name: 'stdout', text: 'a' } });
    collect(first, { type: 'stream', content: { name: 'stdout', text: 'b' } });
    collect(first, { type: 'stream', content: { name: 'stderr', text: 'c' } });
    collect(first, { type: 'display_data', content: bundle('1%') });
    collect(second, { type: 'update_display_data', content: bundle('100%') });
    assert.deepEqual(first, [
      { output_type: 'stream', name: 'stdout', text: 'ab' },
      { output_type: 'stream', name: 'stderr', text: 'c' },
      { output_type: 'display_data', data: { 'text/plain': '100%' }, metadata: {} },
    ]);
    assert.deepEqual(second, []);
  });
});

describe('parameters', () => {
  const withParameters = () => {
    const notebook = notebookOf("let scale: 'quick' | 'paper' = 'quick';\nlet seed = 1;", 'scale');
    notebook.cells[0].metadata.tags = ['parameters'];
    return notebook;
  };

  it('are assigned in a cell right after the tagged one, which a second run replaces', () => {
    const notebook = withParameters();
    injectParameters(notebook, { scale: 'paper', seed: 3 });
    injectParameters(notebook, { scale: 'paper', seed: 4 });
    assert.deepEqual(
      notebook.cells.map((cell) => cell.id),
      ['c1', 'injected-parameters', 'c2'],
    );
    assert.equal(notebook.cells[1].source, '// Parameters\nscale = "paper";\nseed = 4;');
    assert.deepEqual(notebook.cells[1].metadata.tags, ['injected-parameters']);
    injectParameters(notebook, {});
    assert.equal(notebook.cells.length, 2);
  });

  it('must be declared by let in the tagged cell', () => {
    const notebook = withParameters();
    assert.ok(declaresParameter(notebook, 'scale'));
    assert.ok(!declaresParameter(notebook, 'see'));
    assert.throws(() => injectParameters(notebook, { seeds: 5 }), /must have a cell tagged "parameters" that declares "let seeds"/);
    assert.throws(() => injectParameters(notebookOf('let seeds = 1;'), { seeds: 5 }), /declares "let seeds"/);
  });

  it('keep nothing of an earlier run in other cells', () => {
    const notebook = withParameters();
    const before = JSON.stringify(notebook.cells);
    injectParameters(notebook, { seed: 2 });
    injectParameters(notebook, {});
    assert.equal(JSON.stringify(notebook.cells), before);
  });
});
