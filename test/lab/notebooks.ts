import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kernel } from '../../src/lab/kernelClient';
import { readNotebook, type Notebook } from '../../src/lab/notebook';
import { declaresParameter, injectParameters } from '../../src/lab/parameters';
import { runNotebook } from '../../src/lab/runner';
import { type Claim, readClaims } from '../../src/papers';
import { projectRoot, type Scale } from '../../src/system';

const folder = join(projectRoot, 'notebooks');
const files = readdirSync(folder).filter((name) => name.endsWith('.ipynb'));

const printed = (notebook: Notebook) =>
  notebook.cells.map((cell) => (cell.cell_type === 'code' ? cell.outputs.map((output) => ('text' in output ? output.text : '')).join('') : '')).join('');

interface Executed {
  text: string;
  claims: Claim[];
}

/** Runs a notebook, on one thread, in a folder of its own: no checkpoint of an earlier run helps, and none is left. */
async function execute(file: string, scale: Scale): Promise<Executed> {
  const run = mkdtempSync(join(tmpdir(), 'notebook-'));
  const own = { SQUEEZELAB_DATA: '', SQUEEZELAB_THREADS: '1', SQUEEZELAB_RUN: run, SQUEEZELAB_CHECKPOINTS: join(run, 'checkpoints') };
  const kernel = await Kernel.start(folder, { ...process.env, ...own });
  try {
    const notebook = readNotebook(join(folder, file));
    const declared = Object.entries({ scale, seed: 1, seeds: 1 }).filter(([name]) => declaresParameter(notebook, name));
    injectParameters(notebook, Object.fromEntries(declared));
    const { failure } = await runNotebook(notebook, kernel, { timeout: 300, onSaved: () => {} });
    assert.equal(failure?.error.traceback.join('\n'), undefined);
    return { text: printed(notebook), claims: readClaims(join(run, 'claims.json')) };
  } finally {
    await kernel.stop();
    rmSync(run, { recursive: true });
  }
}

/** Tests that every notebook runs at a scale, `together` at a time; `more` looks at what one of them said. */
export function testNotebooks(scale: Scale, together: number, more: (file: string, executed: Executed) => void): void {
  describe(`notebooks at ${scale} scale`, function () {
    this.timeout(600_000);
    const executed = new Map<string, Promise<Executed>>();
    before(() => {
      const lanes: Promise<unknown>[] = Array.from({ length: together }, () => Promise.resolve());
      files.forEach((file, k) => {
        const done = lanes[k % together].then(() => execute(file, scale));
        executed.set(file, done);
        lanes[k % together] = done.catch(() => undefined); // its own test tells
      });
    });
    for (const file of files) {
      it(`${file} runs, and claims nothing`, async () => {
        const { text, claims } = await executed.get(file)!;
        assert.ok(claims.length > 0 && claims.every(({ verdict }) => verdict === 'not judged'));
        more(file, { text, claims });
      });
    }
  });
}
