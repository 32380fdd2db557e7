import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { decode } from 'fast-png';
import { kernelspec } from '../../src/lab/jupyter';
import { Kernel } from '../../src/lab/kernelClient';
import { writeNotebook } from '../../src/lab/notebook';
import { runNotebook } from '../../src/lab/runner';
import { notebookOf } from '../lab/drawn';

const runs = (command: string) => spawnSync(command, ['--version']).status === 0;
/** Debian's own first: a python that comes earlier in PATH may lack Jupyter. */
const nbconvert = ['/usr/bin/jupyter-nbconvert', 'jupyter-nbconvert'].find(runs);
const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find(runs);
const missing = [nbconvert ? [] : ['jupyter-nbconvert'], executablePath ? [] : ['chromium']].flat();

const SHOWN = [
  `import * as lab from 'squeezelab';
lab.show(lab.lineChart({ title: 'A chart', x: 'x', y: 'y', lines: [{ name: 'a line', x: [1, 2, 3], mean: [1, 4, 9] }] }));`,
  `lab.imageGrid({ title: 'Red images', images: Uint8Array.from({ length: 20 * 48 }, (_, i) => (i % 3 === 0 ? 200 : 20)), shape: [4, 4, 3] })`,
];

describe('the page that nbconvert makes of a notebook (needs jupyter-nbconvert and chromium)', function () {
  let folder: string;
  before(function () {
    if (missing.length > 0) {
      console.log(`      skipped: no ${missing.join(', no ')} here; Debian: apt-get install --no-install-recommends ${missing.join(' ')}`);
      this.skip();
    }
    folder = mkdtempSync(join(tmpdir(), 'page-'));
  });
  after(() => folder && rmSync(folder, { recursive: true, force: true }));

  it('shows each figure in its size and its colours', async function () {
    this.timeout(120_000);
    const notebook = notebookOf(...SHOWN);
    Object.assign(notebook.metadata.kernelspec!, kernelspec);
    const kernel = await Kernel.start(join(__dirname, '../../notebooks'));
    try {
      const { failure } = await runNotebook(notebook, kernel, { timeout: 60, onSaved: () => {} });
      assert.equal(failure, undefined);
    } finally {
      await kernel.stop();
    }
    const sizes = notebook.cells.map(({ outputs: [output] }) => ('metadata' in output ? (output.metadata as Record<string, object>)['image/png'] : undefined));
    assert.deepEqual(sizes, [{ width: 700, height: 420 }, { width: 700, height: 188 }]);
    const file = join(folder, 'shown.ipynb');
    writeNotebook(file, notebook);
    const own = (name: string) => join(folder, name);
    const env = { ...process.env, HOME: folder, JUPYTER_DATA_DIR: own('data'), JUPYTER_RUNTIME_DIR: own('run'), JUPYTER_CONFIG_DIR: own('config'), IPYTHONDIR: own('ipython') };
    execFileSync(nbconvert!, ['--to', 'html', file], { env, stdio: 'pipe' });

    const browser = await chromium.launch({ executablePath, env, args: ['--no-sandbox'] });
    try {
      const page = await browser.newPage({ viewport: { width: 1000, height: 1000 } });
      await page.route(/^https?:/, (route) => route.abort()); // scripts for formulas, which need the network
      await page.goto(pathToFileURL(join(folder, 'shown.html')).href, { waitUntil: 'domcontentloaded' });
      const pictures = page.locator('.jp-OutputArea img');
      assert.equal(await pictures.count(), 2);
      for (const [k, size] of sizes.entries()) {
        const box = await pictures.nth(k).boundingBox();
        assert.deepEqual({ width: box?.width, height: box?.height }, size);
        const picture = await pictures.nth(k).screenshot();
        const { data, channels } = decode(picture);
        let coloured = 0;
        for (let i = 0; i < data.length; i += channels) if (Math.abs(data[i] - data[i + 2]) > 50) coloured++;
        assert.ok(coloured > [500, 20_000][k], `figure ${k + 1}: ${coloured} coloured pixels`);
      }
      if (process.env.SQUEEZELAB_SCREENSHOTS) await page.screenshot({ path: join(process.env.SQUEEZELAB_SCREENSHOTS, 'nbconvert.png'), fullPage: true });
    } finally {
      await browser.close();
    }
  });
});
