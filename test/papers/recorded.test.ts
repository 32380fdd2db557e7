/** What is committed as measured: results, the executed notebooks they come from, and the page that shows them. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readNotebook } from '../../src/lab/notebook';
import { formatClaims, readResult, writeReport } from '../../src/papers';

const root = join(__dirname, '..', '..');
const names = readdirSync(join(root, 'results')).filter((file) => file.endsWith('.json')).map((file) => file.replace(/\.json$/, ''));

/** Rewritten since their last record, and committed without outputs until the next one. */
const waiting = ['03-resnet-20', '04-distillation'];

describe('recorded results', () => {
  it('are what REPRODUCTION.md shows', () => {
    const copy = mkdtempSync(join(tmpdir(), 'report-'));
    try {
      cpSync(join(root, 'results'), join(copy, 'results'), { recursive: true });
      writeReport(copy);
      assert.equal(readFileSync(join(root, 'REPRODUCTION.md'), 'utf8'), readFileSync(join(copy, 'REPRODUCTION.md'), 'utf8'));
    } finally {
      rmSync(copy, { recursive: true });
    }
  });

  for (const name of names) {
    it(`of ${name} are judged, made from committed sources, and stand in the executed notebook`, () => {
      const { run, claims } = readResult(join(root, 'results', `${name}.json`));
      assert.match(run.commit ?? '', /^[0-9a-f]{40}$/);
      assert.ok(claims.every(({ scale, verdict }) => scale === 'paper' && verdict !== 'not judged'));
      const shown = readNotebook(join(root, 'notebooks', `${name}.ipynb`)).cells.flatMap((cell) => (cell.cell_type === 'code' ? cell.outputs : []));
      if (waiting.includes(name)) assert.deepEqual(shown, [], `${name} has outputs: it no longer waits`);
      else assert.ok(shown.some((output) => 'data' in output && output.data['text/plain'] === formatClaims(claims)));
    });
  }
});
