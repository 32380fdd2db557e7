import { spawn, type ChildProcess } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Dealer, Subscriber } from 'zeromq';

/** The fields of Jupyter's messages that the probes look at; any may be missing, for a kernel may be wrong. */
export interface Content {
  status?: string;
  execution_state?: string;
  execution_count?: number;
  name?: string;
  text?: string;
  data?: Record<string, unknown> & { 'text/plain'?: string };
  metadata?: Record<string, unknown>;
  transient?: { display_id?: string };
  ename?: string;
  evalue?: string;
  traceback?: string[];
  [field: string]: unknown;
}

type Header = Record<'msg_id' | 'msg_type' | 'session' | 'username' | 'date' | 'version', string>;

export interface Message {
  channel: Channel | 'iopub';
  type: string;
  header: Header;
  parent: Partial<Header>;
  content: Content;
}

export type Channel = 'shell' | 'control' | 'stdin';

/** All that comes back for one request, in the order in which it came. */
export class Answer {
  readonly messages: Message[] = [];
  /** Resolves with reply and idle, when the patience is at its end, or with the kernel's death; see `status`. */
  done!: Promise<this>;
  milliseconds = NaN;
  readonly replies: Message[] = [];
  idle = false;

  constructor(
    readonly id: string,
    private readonly type: string,
  ) {}

  receive(message: Message): void {
    this.messages.push(message);
    if (message.channel === 'shell' || message.channel === 'control') this.replies.push(message);
    if (message.type === 'status' && message.content.execution_state === 'idle') this.idle = true;
  }
  get reply(): Content {
    return this.replies[0]?.content ?? {};
  }
  get iopub(): Message[] {
    return this.messages.filter(({ channel }) => channel === 'iopub');
  }
  get complete(): boolean {
    return this.idle && (this.replies.length > 0 || !this.type.endsWith('_request'));
  }
  /** The reply's status; or what is missing. */
  get status(): string {
    return this.replies.length === 0 ? 'no reply' : this.idle ? String(this.reply.status) : 'no idle';
  }
  of(type: string): Content[] {
    return this.messages.filter((message) => message.type === type).map(({ content }) => content);
  }
  text(name?: 'stdout' | 'stderr'): string {
    const parts = this.of('stream').filter((content) => !name || content.name === name);
    return parts.map((content) => content.text).join('');
  }
  get types(): string[] {
    return this.iopub.map(({ type }) => type).filter((type) => type !== 'status');
  }
}

const DELIMITER = '<IDS|MSG>';
const running = new Set<ChildProcess>();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/** A kernel process and plain sockets to it: says and hears everything, believes nothing. */
export class Wire {
  readonly session = randomUUID();
  /** All messages, also those that answer no request. */
  readonly log: Message[] = [];
  /** Answers `input_request`; undefined leaves it unanswered. */
  input: (content: Content) => string | undefined = () => undefined;
  exit: { code: number | null; signal: string | null } | undefined;
  readonly exited: Promise<void>;
  private readonly answers = new Map<string, Answer>();
  private readonly sockets: Record<Channel, Dealer>;
  private readonly iopub = new Subscriber({ linger: 0, receiveHighWaterMark: 0 });
  private readonly heart = new Dealer({ linger: 0 });
  private sending: Promise<void> = Promise.resolve();
  private readonly waiting = new Set<() => void>();

  private constructor(
    private readonly child: ChildProcess,
    private readonly key: string,
    private readonly folder: string,
  ) {
    running.add(child);
    const dealer = () => new Dealer({ linger: 0, routingId: this.session, sendHighWaterMark: 0, receiveHighWaterMark: 0 });
    this.sockets = { shell: dealer(), control: dealer(), stdin: dealer() };
    this.exited = once(child, 'exit').then(([code, signal]: (number | string | null)[]) => {
      running.delete(child);
      this.exit = { code: code as number | null, signal: signal as string | null };
      this.wake();
    });
  }

  static async start(command: readonly string[], cwd: string): Promise<Wire> {
    const ports = await freePorts(5);
    const [shell_port, iopub_port, stdin_port, control_port, hb_port] = ports;
    const key = randomUUID();
    const folder = mkdtempSync(join(tmpdir(), 'squeezelab-wire-'));
    const file = join(folder, 'connection.json');
    const connection = { transport: 'tcp', ip: '127.0.0.1', shell_port, iopub_port, stdin_port, control_port, hb_port };
    writeFileSync(file, JSON.stringify({ ...connection, key, signature_scheme: 'hmac-sha256' }), { mode: 0o600 });
    const [program, ...args] = command.map((word) => (word === '{connection_file}' ? file : word));
    const wire = new Wire(spawn(program, args, { cwd, detached: true, stdio: 'ignore' }), key, folder);
    wire.iopub.subscribe();
    const sockets = [wire.sockets.shell, wire.iopub, wire.sockets.stdin, wire.sockets.control, wire.heart];
    sockets.forEach((socket, k) => socket.connect(`tcp://127.0.0.1:${ports[k]}`));
    for (const channel of ['shell', 'control', 'stdin', 'iopub'] as const) void wire.listen(channel);
    for (const end = Date.now() + 20_000; Date.now() < end && !wire.exit; ) {
      const answer = wire.send('shell', 'kernel_info_request', {}, 20_000);
      while (answer.replies.length === 0 && !wire.exit && Date.now() < end) await sleep(10);
      await sleep(100);
      if (answer.idle) return wire; // the first ones are lost until the subscription is up
    }
    await wire.kill();
    throw new Error(`the kernel does not start: ${JSON.stringify(wire.exit ?? 'no answer')}`);
  }

  private wake(): void {
    for (const resolve of this.waiting) resolve();
    this.waiting.clear();
  }

  private async listen(channel: Message['channel']): Promise<void> {
    for await (const frames of channel === 'iopub' ? this.iopub : this.sockets[channel]) {
      const start = frames.findIndex((frame) => frame.toString() === DELIMITER) + 1;
      const parts = frames.slice(start + 1, start + 5);
      if (start === 0 || frames[start].toString() !== this.sign(parts)) continue;
      const [header, parent, , content] = parts.map((part) => JSON.parse(part.toString()) as unknown) as [
        Header,
        Partial<Header>,
        unknown,
        Content,
      ];
      const message = { channel, type: header.msg_type, header, parent, content };
      this.log.push(message);
      this.answers.get(parent.msg_id ?? '')?.receive(message);
      if (channel === 'stdin' && message.type === 'input_request') {
        const value = this.input(content);
        if (value !== undefined) this.raw('stdin', this.frames('input_reply', { value, status: 'ok' }, randomUUID(), header));
      }
      this.wake();
    }
  }

  private sign(parts: readonly (string | Buffer)[]): string {
    const hash = createHmac('sha256', this.key);
    for (const part of parts) hash.update(part);
    return hash.digest('hex');
  }

  /** A signed message of four texts. */
  signed(parts: readonly string[]): string[] {
    return [DELIMITER, this.sign(parts), ...parts];
  }

  frames(type: string, content: object, msg_id: string = randomUUID(), parent: object = {}): string[] {
    const header = { msg_id, msg_type: type, session: this.session, username: 'probe', date: new Date().toISOString(), version: '5.3' };
    return this.signed([header, parent, {}, content].map((part) => JSON.stringify(part)));
  }

  /** Sends frames as they are. */
  raw(channel: Channel, frames: readonly (string | Buffer)[]): void {
    this.sending = this.sending.then(() => this.sockets[channel].send([...frames])).catch(() => {});
  }

  send(channel: Channel, type: string, content: object = {}, patience = 5000): Answer {
    const answer = new Answer(randomUUID(), type);
    this.answers.set(answer.id, answer);
    const start = Date.now();
    this.raw(channel, this.frames(type, content, answer.id));
    answer.done = this.until(() => answer.complete, patience).then(() => {
      answer.milliseconds = Date.now() - start;
      return answer;
    });
    return answer;
  }

  ask(channel: Channel, type: string, content: object = {}, patience?: number): Promise<Answer> {
    return this.send(channel, type, content, patience).done;
  }

  execute(code: string, options: object = {}, patience?: number): Answer {
    const all = { code, silent: false, store_history: true, user_expressions: {}, allow_stdin: false, stop_on_error: true, ...options };
    return this.send('shell', 'execute_request', all, patience);
  }

  cell(code: string, options: object = {}, patience?: number): Promise<Answer> {
    return this.execute(code, options, patience).done;
  }

  /** Waits until `ready` after a message or the kernel's end; false when it took longer than the patience. */
  async until(ready: () => boolean, patience: number): Promise<boolean> {
    const end = Date.now() + patience;
    while (!ready()) {
      if (this.exit || Date.now() >= end) return false;
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.waiting.add(resolve);
        timer = setTimeout(resolve, end - Date.now());
      });
      clearTimeout(timer);
    }
    return true;
  }

  /** What the heart sends back within the time. */
  async heartbeat(text: string, patience: number): Promise<string> {
    await this.heart.send(['', text]);
    return Promise.race([
      this.heart.receive().then((frames) => frames[frames.length - 1].toString()),
      sleep(patience, 'nothing', { ref: false }),
    ]);
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
    for (const socket of [...Object.values(this.sockets), this.iopub, this.heart]) socket.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}
