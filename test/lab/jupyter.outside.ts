import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { installKernel, userJupyterFolder } from '../../src/lab/jupyter';
import { formatNotebook, readNotebook, type CodeCell } from '../../src/lab/notebook';

/** Debian's own first: a python that comes earlier in PATH may lack Jupyter. */
const nbconvert = ['/usr/bin/jupyter-nbconvert', 'jupyter-nbconvert'].find((command) => spawnSync(command, ['--version']).status === 0);

describe('kernelspec', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'jupyter-'))));
  after(() => rmSync(folder, { recursive: true }));

  it('starts the launcher by absolute paths', () => {
    const { argv, language, interrupt_mode } = JSON.parse(readFileSync(installKernel(folder), 'utf8')) as { argv: string[]; language: string; interrupt_mode: string };
    assert.deepEqual([argv[0], argv.at(-1), language, interrupt_mode], [process.execPath, '{connection_file}', 'typescript', 'message']);
    assert.ok(isAbsolute(argv.at(-2)!) && existsSync(argv.at(-2)!));
  });

  it("goes into the user's Jupyter folder as jupyter_core finds it", () => {
    assert.equal(userJupyterFolder({ JUPYTER_DATA_DIR: '/j' }, 'linux'), '/j');
    assert.equal(userJupyterFolder({ XDG_DATA_HOME: '/x' }, 'linux'), '/x/jupyter');
    assert.match(userJupyterFolder({}, 'linux'), /\/\.local\/share\/jupyter$/);
    assert.match(userJupyterFolder({}, 'darwin'), /\/Library\/Jupyter$/);
  });

  it("runs in Jupyter's own client (needs jupyter nbconvert)", function () {
    if (!nbconvert) {
      console.log('      skipped: no jupyter-nbconvert here; Debian: apt-get install --no-install-recommends jupyter-nbconvert jupyter-client');
      this.skip();
    }
    installKernel(folder);
    const own = (name: string) => join(folder, name);
    const env = { ...process.env, JUPYTER_PATH: folder, JUPYTER_DATA_DIR: own('data'), JUPYTER_RUNTIME_DIR: own('run'), JUPYTER_CONFIG_DIR: own('config'), IPYTHONDIR: own('ipython') };
    execFileSync(nbconvert, ['--to', 'notebook', '--execute', '--output-dir', folder, join(__dirname, 'fixtures/plotted.ipynb')], { env, stdio: 'pipe' });
    const executed = readNotebook(join(folder, 'plotted.ipynb'));
    const cells = Object.fromEntries(executed.cells.map((cell) => [cell.id, cell as CodeCell]));
    assert.deepEqual(cells.streams.outputs[0], { output_type: 'stream', name: 'stdout', text: 'scale quick, seed 1\n' });
    assert.equal(cells.rewritten.execution_count, 6);
    assert.deepEqual(cells.progress.outputs, [{ output_type: 'display_data', data: { 'text/plain': 'step 50' }, metadata: {} }]);
    const [figure] = cells.figure.outputs;
    assert.ok(figure.output_type === 'execute_result' && 'image/svg+xml' in figure.data && 'application/vnd.plotly.v1+json' in figure.data);
    assert.deepEqual(cells.rewritten.outputs, [{ output_type: 'execute_result', execution_count: 6, data: { 'text/plain': '5' }, metadata: {} }]);
    for (const cell of executed.cells) delete cell.metadata.execution;
    assert.ok(formatNotebook(executed).length > 2000);
  });
});
