import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Kernel, KernelDied, type CellMessage, type ExecuteOptions } from '../../src/lab/kernelClient';

describe('kernel client', () => {
  let kernel: Kernel;
  before(async () => (kernel = await Kernel.start(join(__dirname, 'fixtures'))));
  after(() => kernel.stop());

  const run = async (code: string, options?: ExecuteOptions, onMessage?: (message: CellMessage) => void) => {
    const messages: CellMessage[] = [];
    const { status } = await kernel.execute(code, (message) => {
      messages.push(message);
      onMessage?.(message);
    }, options);
    const value = messages.flatMap((message) => (message.type === 'execute_result' ? [message.content.data['text/plain']] : []))[0];
    const error = messages.flatMap((message) => (message.type === 'error' ? [message.content.ename] : []))[0];
    return { status, value, error, types: messages.map(({ type }) => type) };
  };

  it('hears a last value after the input', async () => {
    assert.deepEqual(await run('2 + 3'), { status: 'ok', value: '5', error: undefined, types: ['execute_input', 'execute_result'] });
  });

  it('answers a cell that asks, one question after the other', async () => {
    const asked: [string, boolean][] = [];
    const input = (...question: [string, boolean]) => Promise.resolve(`answer ${asked.push(question)}`);
    assert.equal((await run("[prompt('first? '), prompt('second? ')].join()", { input })).value, "'answer 1,answer 2'");
    assert.deepEqual(asked, [['first? ', false], ['second? ', false]]);
  });

  it('interrupts a cell whose question cannot be answered', async () => {
    const { status } = await run("prompt('name? '); for (;;) {}", { input: () => Promise.reject(new Error('no terminal')) });
    assert.equal(status, 'error');
    assert.equal((await run('1')).value, '1');
  });

  it('interrupts a cell, and hears that the kernel has heard it', async () => {
    let heard: Promise<void> | undefined;
    const { status } = await run("console.log('go'); await null; for (;;) {}", {}, ({ type }) => {
      if (type === 'stream') heard ??= kernel.interrupt();
    });
    assert.equal(status, 'error');
    await heard;
    await kernel.interrupt(); // nothing runs
    assert.equal((await run('1')).value, '1');
  });

  it('completes and inspects, at positions as JavaScript counts them', async () => {
    await run('const measured = { bytes: 1 };');
    const code = "'😀'; measured.by";
    const { matches, cursor_start, cursor_end } = await kernel.complete(code);
    assert.deepEqual([matches, code.slice(cursor_start, cursor_end)], [['bytes'], 'by']);
    const { found, data } = await kernel.inspect("'😀'; measured", 12);
    assert.ok(found);
    assert.match(JSON.stringify(data['text/plain']), /measured/);
    assert.equal((await kernel.inspect('nothingOfThatName', 3)).found, false);
  });

  it('asks whether code is complete, and anything else that the kernel answers', async () => {
    assert.deepEqual(await Promise.all(['1 + 1', 'function f() {', 'const = 1'].map(async (code) => (await kernel.isComplete(code)).status)), ['complete', 'incomplete', 'invalid']);
    const { status, protocol_version } = (await kernel.query('kernel_info_request')) as { status: string; protocol_version: string };
    assert.deepEqual([status, protocol_version], ['ok', '5.4']);
  });

  it('stops for a restart, and answers nothing afterwards', async () => {
    const own = await Kernel.start(join(__dirname, 'fixtures'));
    await own.stop({ restart: true });
    await assert.rejects(own.query('kernel_info_request'), KernelDied);
    await assert.rejects(own.interrupt(), KernelDied);
  });
});
