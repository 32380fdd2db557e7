import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { Kernel, type CellMessage } from '../../src/lab/kernelClient';

describe('what cells have', () => {
  let kernel: Kernel;
  let folder: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'cells-'));
    writeFileSync(join(folder, 'wrong.ts'), 'export const n: number = "text";\n');
    kernel = await Kernel.start(folder);
  });
  after(async () => {
    await kernel.stop();
    rmSync(folder, { recursive: true });
  });

  const run = async (...cells: string[]) => {
    let messages: CellMessage[] = [];
    let status = '';
    for (const code of cells) {
      messages = [];
      const own = messages;
      ({ status } = await kernel.execute(code, (message) => own.push(message)));
    }
    const shown = messages.flatMap((message) => {
      if (message.type === 'stream') return [message.content.text];
      if (message.type === 'error') return [`${message.content.ename}: ${message.content.evalue}`];
      return 'data' in message.content ? [message.content.data['text/plain'] as string] : [];
    });
    const traceback = messages.flatMap((message) => (message.type === 'error' ? message.content.traceback : []));
    return { status, shown, traceback: stripVTControlCharacters(traceback.join('\n')), messages };
  };
  const withoutTimes = (text: string) => text.replace(/ +[\d.]+ ms */g, ' ').replace(/ +$/gm, '');

  describe('test()', () => {
    it('runs after the cell, in order, also asynchronously, and reports a table', async () => {
      const { status, shown } = await run(`
        import assert from 'node:assert/strict';
        test('waits', async () => { await new Promise((done) => setTimeout(done, 10)); assert.equal(answer, 42); });
        test('adds', () => assert.equal(1 + 1, 2));
        let answer = 41;
        console.log('the cell');
        answer += 1;`);
      assert.equal(status, 'ok');
      assert.deepEqual(shown.map(withoutTimes), ['the cell\n', '✓ waits\n✓ adds\n2 tests passed']);
    });

    it('fails the cell when one fails, after all have run, and says where', async () => {
      const { status, shown, traceback } = await run(`
        test('is wrong', () => {
          throw new RangeError('too far');
        });
        test('is right', () => {});
        'the value'`);
      assert.equal(status, 'error');
      assert.deepEqual(shown.map(withoutTimes), ['✗ is wrong too far\n✓ is right\n1 of 2 tests failed', 'TestFailure: 1 of 2 tests failed']);
      assert.match(traceback, /^✗ is wrong\nCell In\[\d+\], line 3\n/);
    });

    it('tells what was not attempted from what failed, fails nothing for it, and reports to programs too', async () => {
      const left = "throw Object.assign(new Error('no answer'), { name: 'NotAttempted' });";
      const { status, shown, messages } = await run(`test('left', () => { ${left} }); test('right', () => {}); test('right too', () => {});`);
      assert.equal(status, 'ok');
      assert.deepEqual(shown.map(withoutTimes), ['– left                 not attempted\n✓ right\n✓ right too\n2 of 3 tests passed, 1 not attempted']);
      const reports = messages.flatMap((message) => (message.type === 'display_data' ? [message.content.data['application/vnd.squeezelab.tests+json']] : []));
      assert.deepEqual(reports, [[{ name: 'left', status: 'not attempted' }, { name: 'right', status: 'passed' }, { name: 'right too', status: 'passed' }]]);
    });

    it('shows of a wrong answer the message alone', async () => {
      const { status, traceback, messages } = await run("test('rate', () => { throw Object.assign(new Error('too large, got 3'), { name: 'WrongAnswer' }); });");
      assert.deepEqual([status, traceback], ['error', '✗ rate\ntoo large, got 3']);
      const reports = messages.flatMap((message) => (message.type === 'display_data' ? [message.content.data['application/vnd.squeezelab.tests+json']] : []));
      assert.deepEqual(reports, [[{ name: 'rate', status: 'failed', message: 'too large, got 3' }]]);
    });

    it('comes from tslab as well, where a cell has another test', async () => {
      const { shown } = await run('const test = 3;', "import { test } from 'tslab';", "test('own', () => {});");
      assert.deepEqual(shown.map(withoutTimes), ['✓ own\n1 test passed']);
    });

    it('forgets the tests of a cell that fails itself', async () => {
      const { shown } = await run("test('never', () => console.log('ran')); throw new Error('before');", "test('own', () => {});");
      assert.deepEqual(shown.map(withoutTimes), ['✓ own\n1 test passed']);
    });

    it('refuses what is no test', async () => {
      const { status, shown } = await run("(test as (name: string) => void)('no function')");
      assert.deepEqual([status, shown], ['error', ["TypeError: test: takes a name and a function, as in test('adds', () => …)"]]);
    });
  });

  it('display shows at once, updates in place, and shows nothing as a last value', async () => {
    const { shown, messages } = await run("console.log('a'); const bar = display('0%'); console.log('b'); bar.update('50%'); display(1)");
    assert.deepEqual(shown, ['a\n', "'0%'", 'b\n', "'50%'", '1']);
    const ids = messages.flatMap((message) => (message.type === 'display_data' || message.type === 'update_display_data' ? [message.content.transient?.display_id] : []));
    assert.ok(ids[0] && ids[0] === ids[1] && ids[2] !== ids[0]);
  });

  it('import { display } from tslab shows as tslab did', async () => {
    const { messages } = await run("import { display as show } from 'tslab'; show.html('<b>1</b>'); show.png(new Uint8Array([1, 2]));");
    assert.deepEqual(messages.flatMap((message) => (message.type === 'display_data' ? [message.content.data] : [])), [{ 'text/html': '<b>1</b>' }, { 'image/png': 'AQI=' }]);
  });

  it('a cell that is interrupted keeps what it declared', async () => {
    const cell = kernel.execute('const net = { trained: 1 }; net.trained = 2; await new Promise(() => {}); net.trained = 3;', (message) => {
      if (message.type === 'execute_input') setTimeout(() => void kernel.interrupt(), 300);
    });
    assert.equal((await cell).status, 'error');
    assert.deepEqual((await run('net.trained')).shown, ['2']);
  });

  it('says what is wrong in a module beside the notebook', async () => {
    const { status, traceback } = await run("import { n } from './wrong'; n");
    assert.equal(status, 'error');
    assert.equal(traceback, "wrong.ts, line 1\n----> 1 export const n: number = \"text\";\n                     ^\nerror: Type 'string' is not assignable to type 'number'.");
  });

  it('tells how a message of the compiler can be met', async () => {
    const { traceback } = await run("import { key, lenet300 } from 'squeezelab';", 'lenet300(3)');
    assert.match(traceback, /\^\nerror: Argument of type 'number' is not assignable to parameter of type 'Key'\.\n {2}A key is made of a seed: key\(3\), or lab\.key\(3\)\.$/);
  });

  it('keeps a class that is declared again apart from the one before, and says which is which', async () => {
    const { traceback } = await run('class Layer { inputs = 1 }\nconst old = new Layer();', 'class Layer { outputs = 1 }', 'const layer: Layer = old;');
    assert.match(traceback, /in type 'Layer \(of In\[\d+\]\)' but required in type 'Layer \(of In\[\d+\]\)'/);
  });
});
