import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kernel } from '../../src/lab/kernelClient';
import { readNotebook, type CodeCell, type Notebook } from '../../src/lab/notebook';
import { declaresParameter, injectParameters } from '../../src/lab/parameters';
import { runNotebook } from '../../src/lab/runner';
import { solvedCopy } from '../../src/lab/student';
import { type Claim, readClaims } from '../../src/papers';
import { projectRoot, type Scale } from '../../src/system';

const folder = join(projectRoot, 'notebooks');
const files = readdirSync(folder).filter((name) => name.endsWith('.ipynb'));

const printed = (notebook: Notebook) =>
  notebook.cells.map((cell) => (cell.cell_type === 'code' ? cell.outputs.map((output) => ('text' in output ? output.text : '')).join('') : '')).join('');

interface Executed {
  text: string;
  claims: Claim[];
  /** How the tests of the exercises ended. */
  statuses: string[];
}

/** Exercises as the notebook gives them out, or with their solutions in place of the attempts. */
type Exercises = 'as given' | 'solved';
const ENDS: Record<Exercises, string> = { 'as given': 'not attempted', solved: 'passed' };

const statusesOf = ({ outputs }: CodeCell): string[] =>
  outputs.flatMap((output) => ('data' in output ? ((output.data['application/vnd.squeezelab.tests+json'] ?? []) as { status: string }[]) : [])).map(({ status }) => status);

const startKernel = () => Kernel.start(folder, { ...process.env, SQUEEZELAB_DATA: '', SQUEEZELAB_THREADS: '1', SQUEEZELAB_VARIANT: '1' });

async function onOwnKernel<T>(use: (kernel: Kernel) => Promise<T>): Promise<T> {
  const kernel = await startKernel();
  try {
    return await use(kernel);
  } finally {
    await kernel.stop();
  }
}

/** Runs a notebook, on one thread, in a folder of its own: no checkpoint of an earlier run helps, and none is left. */
async function execute(file: string, scale: Scale, exercises: Exercises, kernel: Kernel): Promise<Executed> {
  const run = mkdtempSync(join(tmpdir(), 'notebook-'));
  try {
    await kernel.execute(`Object.assign(process.env, ${JSON.stringify({ SQUEEZELAB_RUN: run, SQUEEZELAB_CHECKPOINTS: join(run, 'checkpoints') })})`, () => {});
    const given = readNotebook(join(folder, file));
    const notebook = exercises === 'solved' ? solvedCopy(given, file) : given;
    const declared = Object.entries({ scale, seed: 1, seeds: 1 }).filter(([name]) => declaresParameter(notebook, name));
    injectParameters(notebook, Object.fromEntries(declared));
    const { failure } = await runNotebook(notebook, kernel, { timeout: 300, onSaved: () => {} });
    assert.equal(failure?.error.traceback.join('\n'), undefined);
    const statuses = notebook.cells.flatMap((cell) => (cell.cell_type === 'code' ? statusesOf(cell) : []));
    return { text: printed(notebook), claims: readClaims(join(run, 'claims.json')), statuses };
  } finally {
    rmSync(run, { recursive: true });
  }
}

/**
 * Tests that every notebook runs at a scale: each on a kernel of its own, two at a time, or all on one, which starts and loads the library once (a name that one of them lacks, another may have left there). `more` looks at what one of them said.
 */
export function testNotebooks(scale: Scale, exercises: Exercises, kernels: 'each' | 'one', more: (file: string, executed: Executed) => void): void {
  describe(`notebooks at ${scale} scale, exercises ${exercises}`, function () {
    this.timeout(600_000);
    const executed = new Map<string, Promise<Executed>>();
    let shared: Kernel | undefined;
    before(async () => {
      if (kernels === 'one') shared = await startKernel();
      const lanes: Promise<unknown>[] = kernels === 'one' ? [Promise.resolve()] : [Promise.resolve(), Promise.resolve()];
      files.forEach((file, k) => {
        const lane = k % lanes.length;
        const done = lanes[lane].then(() => (shared ? execute(file, scale, exercises, shared) : onOwnKernel((kernel) => execute(file, scale, exercises, kernel))));
        executed.set(file, done);
        lanes[lane] = done.catch(() => undefined); // its own test tells
      });
    });
    after(() => shared?.stop());
    for (const file of files) {
      it(`${file} runs, and claims nothing`, async () => {
        const ran = await executed.get(file)!;
        assert.ok(ran.claims.length > 0 && ran.claims.every(({ verdict }) => verdict === 'not judged'));
        assert.ok(ran.statuses.length >= 3 && ran.statuses.every((status) => status === ENDS[exercises]), ran.statuses.join());
        more(file, ran);
      });
    }
  });
}
