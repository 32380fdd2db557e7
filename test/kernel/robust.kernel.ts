import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kernel, type CellMessage } from '../../src/lab/kernelClient';

/** What a review has found to hang, to die, or to tell lies. */
describe('the kernel goes on', () => {
  let kernel: Kernel;
  let folder: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'robust-'));
    writeFileSync(join(folder, 'slow.js'), 'exports.a = 1; const end = Date.now() + 1500; while (Date.now() < end); exports.b = 2;\n');
    writeFileSync(join(folder, 'waits.mjs'), 'await new Promise((done) => setTimeout(done, 1000));\nexport const v = 1;\n');
    writeFileSync(join(folder, 'waits.d.mts'), 'export const v: number;\n');
    kernel = await Kernel.start(folder);
    await run('1');
  });
  after(async () => {
    await kernel.stop();
    rmSync(folder, { recursive: true });
  });

  async function run(code: string, { interruptAfter, times = 1 }: { interruptAfter?: number; times?: number } = {}) {
    const messages: CellMessage[] = [];
    const done = kernel.execute(code, (message) => messages.push(message), { stopOnError: false });
    if (interruptAfter !== undefined) {
      await sleep(interruptAfter);
      for (let k = 0; k < times; k++) void kernel.interrupt();
    }
    const { status } = await done;
    const error = messages.flatMap((message) => (message.type === 'error' ? [message.content] : []))[0];
    const printed = messages.map((message) => (message.type === 'stream' ? message.content.text : '')).join('');
    const value = messages.flatMap((message) => (message.type === 'execute_result' ? [message.content.data['text/plain']] : []))[0];
    return { status, error, printed, value, messages };
  }
  /** The next cell runs, with its timers and turns. */
  const goesOn = async () => assert.equal((await run('await new Promise((done) => setTimeout(done, 20)); await new Promise((done) => setImmediate(done)); 6 * 7')).value, '42');

  for (const [title, code] of [
    ['below AsyncLocalStorage', "import { AsyncLocalStorage } from 'node:async_hooks'; await new AsyncLocalStorage().run(1, async () => { await null; while (true) {} })"],
    ['in a timer below AsyncLocalStorage', "import { AsyncLocalStorage } from 'node:async_hooks'; setTimeout(() => new AsyncLocalStorage().run(1, () => { while (true) {} })); await new Promise(() => {})"],
    ['below hooks', "import { createHook } from 'node:async_hooks'; const hook = createHook({ init() {}, before() {}, after() {} }).enable(); await (async () => { await null; while (true) {} })()"],
    ['in setImmediate', 'setImmediate(() => { while (true) {} }); await new Promise(() => {})'],
    ['in an asynchronous display', "display({ [Symbol.for('Jupyter.display')]: async () => { await null; while (true) {} } }); 1"],
    ['in a promise that is the last value', 'new Promise(() => {})'],
  ]) {
    it(`when it is interrupted ${title}`, async () => {
      assert.equal((await run(code, { interruptAfter: 500 })).error?.ename, 'Interrupted');
      await goesOn();
    });
  }

  it('when expressions of the front end do not end', async () => {
    for (const expression of ['await new Promise(() => {})', '(() => { while (true) {} })()']) {
      const reply = kernel.query('execute_request', { code: '1', silent: false, store_history: false, user_expressions: { a: expression }, stop_on_error: false });
      await sleep(500);
      await kernel.interrupt();
      assert.equal(((await reply) as { ename: string }).ename, 'Interrupted');
      await goesOn();
    }
  });

  it('when a cell is interrupted that the compiler cannot cope with: what it knew is known again', async () => {
    await run('let known: number = 5; function twice(n: number) { return 2 * n; }');
    const deep = `const deep = ${'{a:'.repeat(1500)}1${'}'.repeat(1500)};`;
    assert.equal((await run(deep, { interruptAfter: 1000 })).error?.ename, 'Interrupted');
    assert.equal((await run('twice(known)')).value, '10');
    assert.equal((await run("const text: number = twice('a');")).error?.ename, 'CompileError');
  });

  it('after several interrupts of one cell: the next one is not stopped', async () => {
    for (const code of ['await new Promise(() => {})', 'while (true) {}']) {
      assert.equal((await run(code, { interruptAfter: 300, times: 3 })).status, 'error');
      assert.equal((await run('await new Promise((done) => setTimeout(done, 900)); 5')).value, '5');
    }
  });

  it('whatever is thrown, with its own message', async () => {
    assert.deepEqual((await run("process.nextTick(() => { throw Object.assign(new Error('x'), { [Symbol.for('nodejs.util.inspect.custom')]: () => '' }) }); await new Promise(() => {})")).error?.evalue, 'x');
    assert.deepEqual((await run("const e = new Error('named'); Object.defineProperty(e, 'constructor', { value: { name: () => 1 } }); throw e")).error?.ename, 'Error');
    assert.ok((await run("throw new Error('_'.repeat(200_000))")).error.evalue.length < 20_000);
    assert.equal((await run("throw Object.assign(new Error('mine'), { code: 'ERR_SCRIPT_EXECUTION_INTERRUPTED' })")).error?.evalue, 'mine');
    await goesOn();
  });

  it('when a text is larger than a message can be', async () => {
    const { printed } = await run("process.stdout.write('\\u0001'.repeat(120_000_000)); console.log('end')");
    assert.ok(printed.length === 120_000_004 && printed.endsWith('\u0001end\n'));
    assert.equal((await run("throw new Error('\\u0001'.repeat(120_000_000))")).status, 'error');
    await goesOn();
  });

  it('when timers are mocked', async () => {
    assert.equal((await run("import { mock } from 'node:test'; mock.timers.enable(); 1")).value, '1');
    assert.equal((await run('mock.timers.reset(); 2')).value, '2');
    await goesOn();
  });

  it('after an import was stopped: the module is loaded anew', async () => {
    assert.equal((await run("const { a, b } = require('./slow.js') as { a: number; b: number }", { interruptAfter: 300 })).error?.ename, 'Interrupted');
    assert.equal((await run("const slow = require('./slow.js') as { a: number; b: number }; slow.a + slow.b")).value, '3');
    assert.equal((await run("import { v } from './waits.mjs'; console.log('ran')", { interruptAfter: 300 })).error?.ename, 'Interrupted');
    assert.equal((await run('await new Promise((done) => setTimeout(done, 1200)); 1')).printed, '');
  });

  it('with the tests of each cell its own', async () => {
    assert.equal((await run("test('slow', () => new Promise((done) => setTimeout(done, 1000)));", { interruptAfter: 300 })).error?.ename, 'Interrupted');
    const own = await run("test('mine', () => { throw new Error('no'); }); await new Promise((done) => setTimeout(done, 900));");
    assert.equal(own.error?.ename, 'TestFailure');
    assert.equal((await run("setTimeout(() => test('late', () => { throw new Error('late'); }), 50);")).status, 'ok');
    await sleep(200);
    await goesOn();
  });

  it('with the listeners to SIGINT that were there', async () => {
    await run("let told = 0; const listener = () => { told++; }; process.on('SIGINT', listener);");
    await run('while (true) {}', { interruptAfter: 300 });
    await run('while (true) await null', { interruptAfter: 300 });
    assert.equal((await run('await null; told + process.listenerCount("SIGINT") / 10')).value, '2.2');
    await run("process.off('SIGINT', listener);");
  });

  it('after the handlers of failures were removed', async () => {
    await run("process.removeAllListeners('unhandledRejection'); process.removeAllListeners('uncaughtException');");
    assert.equal((await run("void Promise.reject(new Error('lost'));")).error?.evalue, 'lost');
  });

  it('and shows the lines of the cell that is meant, not of one that is not kept', async () => {
    await run("const fail = () => {\n  throw new Error('here');\n};");
    await kernel.query('execute_request', { code: '1;\n2; // decoy', silent: true, store_history: false });
    assert.match((await run('fail()')).error.traceback.join('\n'), /throw new Error\('here'\)/);
  });

  it('after stdout was ended', async () => {
    assert.equal((await run("process.stdout.end('last'); console.log('more')")).printed, 'lastmore\n');
    await goesOn();
  });
});
