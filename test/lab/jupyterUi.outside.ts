import assert from 'node:assert/strict';
import { kernelspec } from '../../src/lab/jupyter';
import { readNotebook, type CodeCell } from '../../src/lab/notebook';
import { missing, OpenNotebook, starting } from './browser';
import { notebookOf } from './drawn';

const opened = notebookOf(
  "console.log('hello');\nconsole.error('a warning');",
  '6 * 7',
  "html`<b>bold</b> and ${'<plain>'}`",
  'svg`<svg xmlns="http://www.w3.org/2000/svg" width="80" height="40"><circle cx="40" cy="20" r="15" fill="teal"/></svg>`',
);
Object.assign(opened.metadata.kernelspec!, kernelspec);

describe("Jupyter's classic notebook (needs jupyter-notebook and chromium)", () => {
  let notebook: OpenNotebook;
  before(async function () {
    if (missing.length > 0) {
      console.log(`      skipped: no ${missing.join(', no ')} here; Debian: apt-get install --no-install-recommends ${missing.join(' ')}`);
      this.skip();
    }
    notebook = await OpenNotebook.open(opened);
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await notebook.picture(`failed: ${this.currentTest.title}`);
  });
  after(async () => {
    await notebook?.picture('at the end', true);
    await notebook?.close();
  });

  it('runs all cells: streams, a last value with its number, HTML, a figure', async () => {
    await notebook.click('#celllink');
    await notebook.click('#run_all_cells a');
    await notebook.ran(3, starting);
    assert.equal(await notebook.seen(0, '.output_stdout'), 'hello');
    assert.equal(await notebook.seen(0, '.output_stderr'), 'a warning');
    assert.equal(await notebook.seen(1), 'Out[2]:\n42');
    assert.equal(await notebook.seen(2, '.output_html b'), 'bold');
    await notebook.sees(2, 'bold and <plain>');
    await notebook.until("document.querySelectorAll('.cell')[3].querySelector('.output_svg circle')?.getBoundingClientRect().width === 30");
    await notebook.click('button[data-jupyter-action="jupyter-notebook:insert-cell-below"]');
  });

  it('completes a name, and offers several', async () => {
    await notebook.run("const text = 'abc';");
    const k = await notebook.type('text.toUp');
    await notebook.page.keyboard.press('Tab');
    await notebook.sees(k, 'text.toUpperCase', '.CodeMirror-code');
    await notebook.page.keyboard.insertText('()');
    await notebook.page.keyboard.press('Shift+Enter');
    await notebook.sees(k, 'ABC');

    await notebook.type('text.to');
    await notebook.page.keyboard.press('Tab');
    await notebook.until("document.querySelector('.completions')?.innerText.includes('toUpperCase')");
    await notebook.picture('completions');
    await notebook.page.keyboard.press('Escape');
  });

  it('says what a name is', async () => {
    await notebook.type('Math.max');
    await notebook.page.keyboard.press('Shift+Tab');
    await notebook.until("/max\\(\\.\\.\\.values: number\\[\\]\\): number[^]*larger/.test(document.querySelector('#tooltip').innerText)");
    await notebook.until("getComputedStyle(document.querySelector('#tooltip')).opacity === '1'");
    await notebook.picture('inspection');
    await notebook.page.keyboard.press('Escape');
  });

  it('stops a cell that never ends, and runs the next', async () => {
    const k = await notebook.start("console.log('begun');\nawait null;\nfor (;;) {}");
    await notebook.sees(k, 'begun');
    await notebook.click('button[data-jupyter-action="jupyter-notebook:interrupt-kernel"]');
    await notebook.sees(k, 'nterrupt', '.output_error');
    await notebook.ran(k);
    assert.equal(await notebook.seen(await notebook.run('text.length'), '.output_result'), '3');
  });

  it('asks for a line', async () => {
    const k = await notebook.start("const name = prompt('name? ');\nname");
    await notebook.sees(k, 'name?', '.raw_input_prompt');
    await notebook.picture('input');
    await notebook.page.locator('input.raw_input').waitFor();
    await notebook.page.keyboard.type('Ada');
    await notebook.page.keyboard.press('Enter');
    await notebook.ran(k);
    await notebook.sees(k, 'name? Ada');
    await notebook.sees(k, 'Ada', '.output_result');
  });

  it('shows where a cell failed, in colours', async () => {
    const thrown = await notebook.run('const far = (x: number) => {\n  throw new RangeError(`${x} is too far`);\n};\nfar(3);');
    const traceback = await notebook.seen(thrown, '.output_error');
    assert.match(traceback, /line 2\n----> 2 {3}throw new RangeError[^]*RangeError: 3 is too far/);
    const typed = await notebook.run("const one: number =\n  'one' + 1;");
    assert.match(await notebook.seen(typed, '.output_error'), /line [12]\n----> [12][^]*'string' is not assignable to type 'number'/);
    assert.equal(await notebook.seen(thrown, '.output_error .ansi-red-fg'), '^\nRangeError');
    assert.match(await notebook.seen(typed, '.output_error .ansi-red-fg'), /^\^+\nerror$/);
    assert.doesNotMatch(traceback, /evalmachine|node:/);
  });

  it('updates a display in place, from a later cell too', async () => {
    const k = await notebook.run("const shown = display('first');\nconsole.log('below');\nshown.update('second');");
    assert.equal(await notebook.seen(k), "'second'\nbelow");
    await notebook.run("shown.update('third');");
    assert.equal(await notebook.seen(k), "'third'\nbelow");
  });

  it('clears what a cell has shown, at once or with the next output', async () => {
    const atOnce = await notebook.run("console.log('old');\nclear();\nconsole.log('new');");
    assert.equal(await notebook.seen(atOnce), 'new');
    const later = await notebook.run('for (const step of [1, 2, 3]) {\n  clear(true);\n  console.log(`step ${step}`);\n}');
    assert.equal(await notebook.seen(later), 'step 3');
  });

  it("puts a timer's late output under its own cell", async () => {
    const k = await notebook.run("void setTimeout(() => console.log('late'), 500);");
    const next = await notebook.run("console.log('next');");
    await notebook.sees(k, 'late');
    assert.equal(await notebook.seen(next), 'next');
  });

  it('restarts: names are gone and numbers begin again', async () => {
    await notebook.click('button[data-jupyter-action="jupyter-notebook:confirm-restart-kernel"]');
    await notebook.click('.modal-dialog .btn-danger');
    await notebook.until("document.querySelector('.modal-dialog') === null");
    await notebook.until("document.querySelector('#notification_kernel').innerText.includes('ready')", starting);
    await notebook.idle();
    const k = await notebook.start('text');
    await notebook.ran(k, starting);
    assert.match(await notebook.seen(k, '.output_error'), /Cannot find name 'text'/);
    assert.equal(await notebook.seen(await notebook.run('1 + 1')), 'Out[2]:\n2');
  });

  it('saves a notebook that we read', async () => {
    await notebook.click('button[data-jupyter-action="jupyter-notebook:save-notebook"]');
    await notebook.until('!Jupyter.notebook.dirty');
    const cells = readNotebook(notebook.file).cells as CodeCell[];
    const [, value, , figure] = cells;
    assert.deepEqual(value.outputs, [{ output_type: 'execute_result', data: { 'text/plain': '42' }, metadata: {}, execution_count: 2 }]);
    assert.ok(figure.outputs[0].output_type === 'execute_result' && 'image/svg+xml' in figure.outputs[0].data);
    const ends = cells.flatMap(({ outputs }) => outputs.flatMap((output) => (output.output_type === 'error' ? [output.traceback.at(-1)!.trim() !== ''] : [])));
    assert.deepEqual(ends, [true, true, true, true], 'no error ends with a blank line');
  });
});
