import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Kernel } from '../../src/lab/kernelClient';
import { readNotebook, type Notebook } from '../../src/lab/notebook';
import { declaresParameter, injectParameters } from '../../src/lab/parameters';
import { runNotebook } from '../../src/lab/runner';
import { readClaims } from '../../src/papers';
import { projectRoot } from '../../src/system';

const folder = join(projectRoot, 'notebooks');

const printed = (notebook: Notebook) =>
  notebook.cells.map((cell) => (cell.cell_type === 'code' ? cell.outputs.map((output) => ('text' in output ? output.text : '')).join('') : '')).join('');

/** Runs a notebook at quick scale in a folder of its own, so that no checkpoint of an earlier run helps. */
async function runQuick(file: string): Promise<{ notebook: Notebook; claims: ReturnType<typeof readClaims> }> {
  const run = mkdtempSync(join(tmpdir(), 'notebook-'));
  const kernel = await Kernel.start(folder, { ...process.env, SQUEEZELAB_DATA: '', SQUEEZELAB_RUN: join(run, basename(file, '.ipynb')) });
  try {
    const notebook = readNotebook(join(folder, file));
    const declared = Object.entries({ scale: 'quick', seed: 1, seeds: 1 }).filter(([name]) => declaresParameter(notebook, name));
    injectParameters(notebook, Object.fromEntries(declared));
    const { failure } = await runNotebook(notebook, kernel, { timeout: 300, onSaved: () => {} });
    assert.equal(failure?.error.traceback.join('\n'), undefined);
    return { notebook, claims: readClaims(join(run, `${basename(file, '.ipynb')}.claims.json`)) };
  } finally {
    await kernel.stop();
    rmSync(run, { recursive: true });
  }
}

describe('notebooks at quick scale', function () {
  this.timeout(400_000);

  for (const file of readdirSync(folder).filter((name) => name.endsWith('.ipynb'))) {
    it(`${file} runs, and claims nothing`, async () => {
      const { notebook, claims } = await runQuick(file);
      assert.ok(claims.length > 0 && claims.every(({ verdict }) => verdict === 'not judged'));
      if (file !== '01-deep-compression.ipynb') return;
      assert.match(printed(notebook), /outputs bit-identical/);
      const ratio = claims.find(({ quantity }) => quantity.includes('bytes of the file') && quantity.includes('fp32'));
      assert.ok(ratio && ratio.measured > 40, `the file must be more than 40 times smaller, got ${ratio?.measured}`);
    });
  }
});
