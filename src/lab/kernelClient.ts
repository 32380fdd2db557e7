import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Dealer, Subscriber } from 'zeromq';
import { characters, messageOf, pack, units, unpack, type Message } from '../../kernel/protocol';
import { projectRoot, type MimeBundle } from '../system';

/**
 * The command that starts the project's kernel; `{connection_file}` is filled in by who starts it, as in a kernelspec. The flag
 * lets it stop synchronous code in the middle.
 */
export const kernelCommand = [process.execPath, '--no-force-async-hooks-checks', join(projectRoot, 'kernel/kernel.cjs'), '{connection_file}'];

/** What a running cell sends, in Jupyter's words. */
export type CellMessage =
  | { type: 'execute_input'; content: { code: string; execution_count: number } }
  | { type: 'stream'; content: { name: 'stdout' | 'stderr'; text: string } }
  | {
      type: 'display_data' | 'update_display_data';
      content: { data: MimeBundle; metadata: object; transient?: { display_id?: string } };
    }
  | { type: 'execute_result'; content: { execution_count: number; data: MimeBundle; metadata: object } }
  | { type: 'clear_output'; content: { wait: boolean } }
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

export interface CompleteReply {
  status: 'ok' | 'error';
  matches: string[];
  /** What a match takes the place of: `code.slice(cursor_start, cursor_end)`. */
  cursor_start: number;
  cursor_end: number;
  metadata: Record<string, unknown>;
}

export interface InspectReply {
  status: 'ok' | 'error';
  found: boolean;
  data: MimeBundle;
  metadata: object;
}

export interface IsCompleteReply {
  status: 'complete' | 'incomplete' | 'invalid' | 'unknown';
  /** How the next line of what is incomplete begins. */
  indent?: string;
}

/** Answers a cell that asks; what is typed for a password is not to be shown. */
export type Input = (prompt: string, password: boolean) => Promise<string> | string;

export interface ExecuteOptions {
  /** Whether cells that wait are aborted when this one fails: by default they are. */
  stopOnError?: boolean;
  /** Without it, a cell that asks fails. If it rejects, the cell is interrupted. */
  input?: Input;
}

type Channel = 'shell' | 'control' | 'stdin' | 'iopub';

/** What waits for the messages that answer one request. */
interface Request {
  receive(channel: Channel, message: Message): void;
  fail(error: Error): void;
}

/** Who hears what comes between a request and its reply. */
interface Listeners {
  output?: (message: CellMessage) => void;
  question?: (message: Message) => void;
}

/** The kernel process is gone: it crashed, was killed, or ran out of memory. */
export class KernelDied extends Error {}

/** A running kernel, over Jupyter's protocol 5.4. */
export class Kernel {
  private readonly session = randomUUID();
  private readonly requests = new Map<string, Request>();
  private readonly sockets = {
    // The kernel asks on `stdin` whoever has the identity that a cell came from on `shell`.
    shell: new Dealer({ linger: 0, routingId: this.session }),
    stdin: new Dealer({ linger: 0, routingId: this.session }),
    control: new Dealer({ linger: 0 }),
    iopub: new Subscriber({ linger: 0, receiveHighWaterMark: 0 }),
  };
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
    const child = spawn(program, args, { cwd, env: { ...env, JPY_PARENT_PID: String(process.pid) }, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    await once(child, 'spawn');
    const kernel = new Kernel(child, key, folder);
    try {
      kernel.connect({ shell: shell_port, stdin: stdin_port, control: control_port, iopub: iopub_port });
      await kernel.ready();
    } catch (error) {
      await kernel.kill();
      throw error;
    }
    return kernel;
  }

  private connect(ports: Record<Channel, number>): void {
    this.sockets.iopub.subscribe();
    for (const channel of Object.keys(ports) as Channel[]) {
      this.sockets[channel].connect(`tcp://127.0.0.1:${ports[channel]}`);
      void this.listen(channel);
    }
  }

  /** The first outputs are lost until the subscription is up: asks until an answer comes on `iopub` too. */
  private async ready(): Promise<void> {
    for (const end = Date.now() + 30_000; Date.now() < end; ) {
      const answer = this.request('shell', 'kernel_info_request', {});
      const reply = answer.reply.then(() => sleep(50));
      if (await Promise.race([answer.done.then(() => true), reply.then(() => false)])) return;
    }
    throw new Error('kernel: no answer for 30 s after its start; is the machine out of memory?');
  }

  private async listen(channel: Channel): Promise<void> {
    for await (const frames of this.sockets[channel]) {
      const message = unpack(this.key, frames);
      if (message) this.requests.get(message.parent.msg_id ?? '')?.receive(channel, message);
    }
  }

  /**
   * Sends a request. `reply` resolves with the answer's content, `done` when the kernel is idle again as well: either may
   * come first, and outputs may come between. `output` goes on receiving what the cell prints after its end (timers).
   */
  private request(channel: 'shell' | 'control', type: string, content: object, { output, question }: Listeners = {}) {
    const request = messageOf(this.session, type, content);
    const { msg_id } = request.header;
    const idle = deferred<void>();
    const reply = deferred<unknown>();
    const fail = (error: Error) => {
      idle.reject(error);
      reply.reject(error);
    };
    const receive = (from: Channel, message: Message) => {
      const { header, content } = message;
      if (from === 'stdin') question?.(message);
      else if (from !== 'iopub') reply.resolve(content);
      else if (header.msg_type !== 'status') output?.({ type: header.msg_type, content } as CellMessage);
      else if ((content as { execution_state: string }).execution_state === 'idle') idle.resolve();
    };
    this.requests.set(msg_id, { receive, fail });
    const done = Promise.all([reply.promise, idle.promise]).then(([answer]) => {
      if (!output) this.requests.delete(msg_id);
      return answer;
    });
    done.catch(() => {}); // whoever awaits it hears of it
    if (this.death) fail(this.death);
    else this.sockets[channel].send(pack(this.key, request)).catch(fail);
    return { reply: reply.promise, done };
  }

  /** Runs a cell; `output` receives what it sends, also what comes after its end. */
  async execute(code: string, output: (message: CellMessage) => void, { stopOnError = true, input }: ExecuteOptions = {}): Promise<ExecuteReply> {
    let running = true;
    const ask = async ({ header, content }: Message) => {
      const { prompt, password } = content as { prompt: string; password: boolean };
      try {
        const value = await input!(prompt, password);
        if (running) await this.sockets.stdin.send(pack(this.key, messageOf(this.session, 'input_reply', { value }, header)));
      } catch {
        if (running) await this.interrupt();
      }
    };
    const content = { code, silent: false, store_history: true, user_expressions: {}, allow_stdin: input !== undefined, stop_on_error: stopOnError };
    const { done } = this.request('shell', 'execute_request', content, { output, question: (question) => void ask(question).catch(() => {}) });
    try {
      return (await done) as ExecuteReply;
    } finally {
      running = false;
    }
  }

  /** Sends a request that runs no cell, such as `history_request`, and returns the content of its reply. */
  query(type: string, content: object = {}, channel: 'shell' | 'control' = 'shell'): Promise<unknown> {
    return this.request(channel, type, content).reply;
  }

  /** How the code can go on at the cursor. All positions count UTF-16 units, as JavaScript does. */
  async complete(code: string, cursor = code.length): Promise<CompleteReply> {
    const reply = (await this.query('complete_request', { code, cursor_pos: characters(code, cursor) })) as CompleteReply;
    return { ...reply, cursor_start: units(code, reply.cursor_start), cursor_end: units(code, reply.cursor_end) };
  }

  /** What stands at the cursor: with `detail` 1, all that is known of it. */
  async inspect(code: string, cursor = code.length, detail: 0 | 1 = 0): Promise<InspectReply> {
    return (await this.query('inspect_request', { code, cursor_pos: characters(code, cursor), detail_level: detail })) as InspectReply;
  }

  /** Whether the code can run, or its end is still to be written. */
  async isComplete(code: string): Promise<IsCompleteReply> {
    return (await this.query('is_complete_request', { code })) as IsCompleteReply;
  }

  /** Stops the running cell, as Ctrl-C does; resolves when the kernel has heard it. Native code that computes goes on to its end. */
  async interrupt(): Promise<void> {
    await this.query('interrupt_request', {}, 'control');
  }

  /** Ends the process at once. */
  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.close();
  }

  /** Asks the kernel to shut down and kills it if it has not after two seconds; `restart` tells it that another one follows. */
  async stop({ restart = false } = {}): Promise<void> {
    this.query('shutdown_request', { restart }, 'control').catch(() => {});
    const timer = setTimeout(() => this.process.kill('SIGKILL'), 2000);
    await this.exited;
    clearTimeout(timer);
    await this.close();
  }

  private async close(): Promise<void> {
    await this.exited;
    for (const socket of Object.values(this.sockets)) socket.close();
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
