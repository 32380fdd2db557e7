import { spawn, type ChildProcess } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Dealer, Subscriber } from 'zeromq';
import { projectRoot, type MimeBundle } from '../system';

/** The command that starts the project's kernel; `{connection_file}` is filled in by who starts it, as in a kernelspec. */
export const kernelCommand = [process.execPath, join(projectRoot, 'kernel/kernel.cjs'), '{connection_file}'];

/** What a running cell sends, in Jupyter's words. */
export type CellMessage =
  | { type: 'execute_input'; content: { code: string; execution_count: number } }
  | { type: 'stream'; content: { name: 'stdout' | 'stderr'; text: string } }
  | {
      type: 'display_data' | 'update_display_data';
      content: { data: MimeBundle; metadata: object; transient?: { display_id?: string } };
    }
  | { type: 'error'; content: ErrorContent };

export interface ErrorContent {
  ename: string;
  evalue: string;
  traceback: string[];
}

export interface ExecuteReply {
  status: 'ok' | 'error' | 'aborted';
  execution_count?: number;
}

interface Message {
  channel: 'shell' | 'control' | 'iopub';
  type: string;
  content: unknown;
}

/** What waits for the messages that answer one request. */
interface Request {
  receive(message: Message): void;
  fail(error: Error): void;
}

const DELIMITER = '<IDS|MSG>';

/** The kernel process is gone: it crashed, was killed, or ran out of memory. */
export class KernelDied extends Error {}

/** A running kernel, over Jupyter's protocol 5.3. */
export class Kernel {
  private readonly session = randomUUID();
  private readonly requests = new Map<string, Request>();
  private readonly shell = new Dealer({ linger: 0 });
  private readonly control = new Dealer({ linger: 0 });
  private readonly iopub = new Subscriber({ linger: 0, receiveHighWaterMark: 0 });
  private death: KernelDied | undefined;
  private log = '';
  /** Resolves when the process has ended. */
  readonly exited: Promise<void>;

  private constructor(
    private readonly process: ChildProcess,
    private readonly key: string,
    private readonly folder: string,
  ) {
    const collect = (text: Buffer) => (this.log = (this.log + text.toString()).slice(-4000));
    process.stdout?.on('data', collect);
    process.stderr?.on('data', collect);
    this.exited = once(process, 'exit').then(async ([code, signal]) => {
      await sleep(20); // its last words
      this.death = new KernelDied(`kernel: it ended (${signal ? String(signal) : `exit code ${code}`})\n${this.log}`.trim());
      for (const request of this.requests.values()) request.fail(this.death);
    });
  }

  /** Starts a kernel whose cells run in the folder `cwd`. */
  static async start(cwd: string, env: NodeJS.ProcessEnv = process.env, command: readonly string[] = kernelCommand): Promise<Kernel> {
    const [shell_port, iopub_port, stdin_port, control_port, hb_port] = await freePorts(5);
    const key = randomUUID();
    const folder = mkdtempSync(join(tmpdir(), 'squeezelab-kernel-'));
    const file = join(folder, 'connection.json');
    const address = { transport: 'tcp', ip: '127.0.0.1', shell_port, iopub_port, stdin_port, control_port, hb_port };
    writeFileSync(file, JSON.stringify({ ...address, key, signature_scheme: 'hmac-sha256' }), { mode: 0o600 });
    const [program, ...args] = command.map((word) => (word === '{connection_file}' ? file : word));
    // Its own process group: Ctrl-C on the terminal reaches the runner alone, which decides what the kernel is told.
    const child = spawn(program, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    await once(child, 'spawn');
    const kernel = new Kernel(child, key, folder);
    try {
      kernel.connect({ shell: shell_port, control: control_port, iopub: iopub_port });
      await kernel.ready();
    } catch (error) {
      await kernel.kill();
      throw error;
    }
    return kernel;
  }

  private connect(ports: Record<'shell' | 'control' | 'iopub', number>): void {
    this.iopub.subscribe();
    for (const channel of ['shell', 'control', 'iopub'] as const) {
      this[channel].connect(`tcp://127.0.0.1:${ports[channel]}`);
      void this.listen(channel);
    }
  }

  /** The first outputs are lost until the subscription is up: asks until an answer comes on `iopub` too. */
  private async ready(): Promise<void> {
    for (const end = Date.now() + 30_000; Date.now() < end; ) {
      const answer = this.request('shell', 'kernel_info_request', {});
      const reply = answer.reply.then(() => sleep(50));
      if (await Promise.race([answer.done.then(() => true), reply.then(() => false)])) return;
      answer.done.catch(() => {});
    }
    throw new Error('kernel: no answer for 30 s after its start; is the machine out of memory?');
  }

  private async listen(channel: Message['channel']): Promise<void> {
    const socket = this[channel];
    for await (const frames of socket) this.receive(channel, frames);
  }

  private sign(parts: readonly (string | Buffer)[]): string {
    const hash = createHmac('sha256', this.key);
    for (const part of parts) hash.update(part);
    return hash.digest('hex');
  }

  private receive(channel: Message['channel'], frames: Buffer[]): void {
    const start = frames.findIndex((frame) => frame.toString() === DELIMITER) + 1;
    const parts = frames.slice(start + 1, start + 5);
    if (start === 0 || frames[start].toString() !== this.sign(parts)) return; // forged or damaged
    const [header, parent, , content] = parts.map((part) => JSON.parse(part.toString()) as Record<string, string>);
    this.requests.get(parent.msg_id)?.receive({ channel, type: header.msg_type, content });
  }

  /**
   * Sends a request. `reply` resolves with the answer's content, `done` when the kernel is idle again as well: either may
   * come first, and outputs may come between. `output` goes on receiving what the cell prints after its end (timers).
   */
  private request(channel: 'shell' | 'control', type: string, content: object, output?: (message: CellMessage) => void) {
    const msg_id = randomUUID();
    const header = { msg_id, msg_type: type, session: this.session, username: 'squeezelab', date: new Date().toISOString(), version: '5.3' };
    const parts = [header, {}, {}, content].map((part) => JSON.stringify(part));
    const idle = deferred<void>();
    const reply = deferred<unknown>();
    const fail = (error: Error) => {
      idle.reject(error);
      reply.reject(error);
    };
    this.requests.set(msg_id, {
      fail,
      receive(message) {
        if (message.channel !== 'iopub') reply.resolve(message.content);
        else if (message.type === 'status') {
          if ((message.content as { execution_state: string }).execution_state === 'idle') idle.resolve();
        } else output?.(message as CellMessage);
      },
    });
    const done = Promise.all([reply.promise, idle.promise]).then(([answer]) => answer);
    if (this.death) fail(this.death);
    else this[channel].send([DELIMITER, this.sign(parts), ...parts]).catch(fail);
    return { reply: reply.promise, done };
  }

  /** Runs a cell; `output` receives what it sends, also what comes after its end. */
  async execute(code: string, output: (message: CellMessage) => void, options: { stopOnError?: boolean } = {}): Promise<ExecuteReply> {
    const content = { code, silent: false, store_history: true, user_expressions: {}, allow_stdin: false, stop_on_error: options.stopOnError ?? true };
    return (await this.request('shell', 'execute_request', content, output).done) as ExecuteReply;
  }

  /** Asks the running cell to end, as Ctrl-C does. Synchronous code after a cell's first `await` does not hear it. */
  interrupt(): void {
    this.process.kill('SIGINT');
  }

  /** Ends the process at once. */
  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.close();
  }

  /** Asks the kernel to shut down and kills it if it has not after two seconds. */
  async stop(): Promise<void> {
    this.request('control', 'shutdown_request', { restart: false }).done.catch(() => {});
    const timer = setTimeout(() => this.process.kill('SIGKILL'), 2000);
    await this.exited;
    clearTimeout(timer);
    await this.close();
  }

  private async close(): Promise<void> {
    await this.exited;
    for (const channel of ['shell', 'control', 'iopub'] as const) this[channel].close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  get pid(): number | undefined {
    return this.process.pid;
  }
}

function deferred<T>() {
  let resolve!: (value: T) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  promise.catch(() => {}); // whoever awaits it hears of it
  return { promise, resolve, reject };
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}
