import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { Kernel, KernelDied } from '../../src/lab/kernelClient';
import { readNotebook, writeNotebook, type CodeCell, type Output } from '../../src/lab/notebook';
import { runNotebook, type RunOptions } from '../../src/lab/runner';
import { notebookOf } from './drawn';
import { projectRoot } from '../../src/system';

const fixtures = join(__dirname, 'fixtures');
const options: RunOptions = { timeout: 60, onSaved: () => {} };

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const printed = (outputs: Output[]) => outputs.map((output) => (output.output_type === 'stream' ? output.text : '')).join('');
const results = (outputs: Output[]) => outputs.flatMap((output) => (output.output_type === 'execute_result' ? [output.data['text/plain']] : []));
const errors = (outputs: Output[]) => outputs.flatMap((output) => (output.output_type === 'error' ? [output] : []));

/** What a reader sees of a failure's traceback. */
const traceback = ({ error }: { error: { traceback: string[] } }) => stripVTControlCharacters(error.traceback.join('\n'));

describe('runner', () => {
  let kernel: Kernel;
  before(async () => (kernel = await Kernel.start(fixtures)));
  after(() => kernel.stop());

  const run = async (sources: string[], more: Partial<RunOptions> = {}, on = kernel) => {
    const notebook = notebookOf(...sources);
    const { failure } = await runNotebook(notebook, on, { ...options, ...more });
    return { failure, outputs: notebook.cells.map((cell) => cell.outputs), counts: notebook.cells.map((cell) => cell.execution_count) };
  };

  it('executes a plotted notebook and saves it after each cell', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'runner-'));
    const file = join(folder, 'out.ipynb');
    const notebook = readNotebook(join(fixtures, 'plotted.ipynb'));
    const saved: (number | null)[] = [];
    const result = await runNotebook(notebook, kernel, {
      ...options,
      onSaved() {
        writeNotebook(file, notebook);
        const executed = readNotebook(file).cells.filter((cell): cell is CodeCell => cell.cell_type === 'code');
        saved.push(executed.filter((cell) => cell.execution_count !== null).length);
      },
    });
    assert.equal(result.failure, undefined);
    assert.deepEqual(saved, [1, 2, 3, 4, 5, 6]);
    const cells = Object.fromEntries(readNotebook(file).cells.map((cell) => [cell.id, cell as CodeCell]));
    assert.deepEqual(Object.keys(cells), readNotebook(join(fixtures, 'plotted.ipynb')).cells.map((cell) => cell.id));
    assert.deepEqual(cells.streams.outputs, [
      { output_type: 'stream', name: 'stdout', text: 'scale quick, seed 1\n' },
      { output_type: 'stream', name: 'stderr', text: 'a warning\n' },
    ]);
    assert.equal(cells.figure.outputs.length, 1);
    const [figure] = cells.figure.outputs;
    assert.ok(figure.output_type === 'execute_result');
    assert.deepEqual(Object.keys(figure.data), ['application/vnd.plotly.v1+json', 'image/svg+xml', 'text/plain']);
    assert.match(figure.data['image/svg+xml'] as string, /^<svg [^]*<\/svg>\n$/);
    assert.deepEqual(cells.progress.outputs, [{ output_type: 'display_data', data: { 'text/plain': 'step 50' }, metadata: {} }]);
    assert.deepEqual(cells.rewritten.outputs, [{ output_type: 'execute_result', data: { 'text/plain': '5' }, metadata: {}, execution_count: cells.rewritten.execution_count }]);
    rmSync(folder, { recursive: true });
  });

  it('stops at the first cell that fails, with its message and line', async () => {
    const { failure, outputs, counts } = await run(["console.log('before')", "const k = 1;\n\nthrow new RangeError('too far');", "console.log('after')"]);
    assert.equal(failure?.k, 2);
    assert.deepEqual([failure.error.ename, failure.error.evalue], ['RangeError', 'too far']);
    assert.match(traceback(failure), /^Cell In\[\d+\], line 3\n----> 3 throw new RangeError\('too far'\);/);
    assert.deepEqual(errors(outputs[1]).map((output) => output.evalue), ['too far']);
    assert.deepEqual(outputs[2], []);
    assert.deepEqual(counts.map((count) => count !== null), [true, true, false]);
  });

  it('forgets the outputs of an earlier run', async () => {
    const notebook = notebookOf("throw new Error('now')", '1');
    notebook.cells[1].outputs = [{ output_type: 'stream', name: 'stdout', text: 'old' }];
    await runNotebook(notebook, kernel, options);
    assert.deepEqual(notebook.cells[1].outputs, []);
  });

  it('fails a cell that leaves a rejection unhandled', async () => {
    const { failure } = await run(["const lost = Promise.reject(new Error('lost'));", '1']);
    assert.deepEqual([failure?.k, failure?.error.evalue], [1, 'lost']);
  });

  it('fails the cell whose timer throws after its end', async () => {
    const { failure, outputs } = await run(["setTimeout(() => { throw new Error('late'); }, 200);", 'await new Promise((resolve) => setTimeout(resolve, 1000));', '1']);
    assert.equal(failure?.error.evalue, 'late');
    assert.ok(failure.k < 3 && outputs[2].length === 0);
    assert.match(traceback(failure), /setTimeout\(\(\) => \{ throw/);
  });

  it('waits a little for timers of the last cell', async () => {
    assert.equal((await run(["setTimeout(() => { throw new Error('at last'); }, 100);"])).failure?.error.evalue, 'at last');
  });

  it('goes on after failures where they are allowed, and after those that a cell announces by its tag', async () => {
    const notebook = notebookOf("throw new Error('announced')", "throw new Error('first')", 'await new Promise(() => {});', '1');
    notebook.cells[0].metadata.tags = ['raises-exception'];
    const { failures } = await runNotebook(notebook, kernel, { ...options, timeout: 1, allowErrors: true });
    assert.deepEqual(failures.map(({ k, error }) => [k, error.ename, error.evalue]), [
      [2, 'Error', 'first'],
      [3, 'Timeout', 'the cell took longer than 1 s'],
    ]);
    assert.equal(errors(notebook.cells[0].outputs)[0].evalue, 'announced');
    assert.deepEqual(results(notebook.cells[3].outputs), ['1']);
    assert.equal((await runNotebook(notebook, kernel, { ...options, timeout: 1 })).failures[0].k, 2);
  });

  it('interrupts a cell that takes too long, synchronous or waiting', async () => {
    for (const code of ['for (;;) {}', 'await null; for (;;) {}', 'await new Promise(() => {});']) {
      const { failure, outputs } = await run([code, '1'], { timeout: 0.3 });
      assert.deepEqual([failure?.k, failure?.error.ename, failure?.error.evalue], [1, 'Timeout', 'the cell took longer than 0.3 s']);
      assert.deepEqual(errors(outputs[0]).map((output) => output.ename), ['Timeout']);
    }
    assert.equal((await run(["console.log('still there')"], { timeout: 1e9 })).failure, undefined);
  });

  it('ends the run when it is told to, and code of a library that listens to SIGINT hears it', async () => {
    const stop = new AbortController();
    const loop = "await null; process.once('SIGINT', () => { stopped = true; }); console.log('go'); await new Promise(() => {});";
    const { failure, outputs } = await run(['let stopped = false;', loop, '1'], { signal: stop.signal, onMessage: (message) => message.type === 'stream' && stop.abort() });
    assert.deepEqual([failure?.k, failure?.error.ename], [2, 'Interrupted']);
    assert.equal(errors(outputs[1]).length, 1);
    assert.equal(results((await run(['stopped'])).outputs[0])[0], 'true');
  });

  it('answers a cell that asks, and takes the question back when the cell has to end', async () => {
    const { failure, outputs } = await run(["prompt('name? ')"], { input: (prompt) => `${prompt}Ada` });
    assert.equal(failure, undefined);
    assert.deepEqual(results(outputs[0]), ["'name? Ada'"]);
    const takenBack: AbortSignal[] = [];
    const input = async (_prompt: string, _password: boolean, signal: AbortSignal) => {
      await once(signal, 'abort');
      takenBack.push(signal);
      throw new Error('taken back');
    };
    assert.equal((await run(["prompt('name? ')", '1'], { timeout: 0.5, input })).failure?.error.ename, 'Timeout');
    assert.equal(takenBack.length, 1);
    assert.equal((await run(['1'])).failure, undefined);
  });

  it('kills a kernel that does not hear the interrupt', async () => {
    const own = await Kernel.start(fixtures);
    const deaf = "import { execFileSync } from 'node:child_process'; console.log('begun'); execFileSync(process.execPath, ['-e', 'setTimeout(() => {}, 5000)']);";
    const stop = new AbortController();
    const { failure, outputs } = await run([deaf, '1'], { signal: stop.signal, grace: 0.3, onMessage: (message) => message.type === 'stream' && stop.abort() }, own);
    assert.equal(failure?.error.ename, 'Interrupted');
    assert.equal(printed(outputs[0]), 'begun\n');
    assert.ok(!alive(own.pid!));
    await own.stop();
  });

  it('says how a kernel died', async () => {
    const own = await Kernel.start(fixtures);
    const { failure } = await run(['process.exit(3)', '1'], {}, own);
    assert.deepEqual([failure?.k, failure?.error.ename], [1, 'KernelDied']);
    assert.match(failure?.error.evalue ?? '', /exit code 3/);
    await assert.rejects(own.execute('1', () => {}), KernelDied);
    await own.stop();
  });

  it('leaves no kernel behind when it is killed itself, even in a busy cell', async () => {
    const script = `
      const { Kernel } = require(${JSON.stringify(join(projectRoot, 'src/lab/kernelClient'))});
      Kernel.start(${JSON.stringify(fixtures)}).then((kernel) => {
        console.log(kernel.pid);
        return kernel.execute("console.log('busy'); for (;;) {}", (message) => console.log(message.type));
      });`;
    const child = spawn(process.execPath, ['--require', 'tsx/cjs', '--eval', script], { cwd: projectRoot, stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (data: Buffer) => (text += data.toString()));
    while (!text.includes('stream')) await sleep(50);
    const pid = parseInt(text, 10);
    assert.ok(alive(pid));
    child.kill('SIGKILL');
    await once(child, 'exit');
    for (let tries = 0; alive(pid) && tries < 100; tries++) await sleep(100);
    assert.ok(!alive(pid));
  });
});
