/** Jupyter's messages on their sockets: framed, signed, in order. */
import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Publisher, Router } from 'zeromq';

export const protocolVersion = '5.4';

export interface Header {
  msg_id: string;
  msg_type: string;
  session: string;
  [more: string]: unknown;
}

/** A message as a request that is answered: who asked, and what. */
export interface Request {
  identities: Buffer[];
  header: Header;
  content: Record<string, unknown>;
}

interface Connection {
  transport: string;
  ip: string;
  key: string;
  signature_scheme?: string;
  shell_port: number;
  control_port: number;
  stdin_port: number;
  iopub_port: number;
  hb_port: number;
}

const DELIMITER = '<IDS|MSG>';
const session = randomUUID();

export type Channel = 'shell' | 'control' | 'stdin';

export class Wire {
  private readonly connection: Connection;
  private readonly routers = { shell: new Router({ linger: 0 }), control: new Router({ linger: 0 }), stdin: new Router({ linger: 0 }), heartbeat: new Router({ linger: 0 }) };
  private readonly iopub = new Publisher({ linger: 1000, sendHighWaterMark: 0 }); // a slow reader loses nothing
  /** One message at a time on a socket. */
  private readonly sending = new Map<object, Promise<void>>();

  constructor(connectionFile: string) {
    this.connection = JSON.parse(readFileSync(connectionFile, 'utf8')) as Connection;
    const scheme = this.connection.signature_scheme ?? 'hmac-sha256';
    if (scheme !== 'hmac-sha256') throw new Error(`connection file: signature_scheme must be hmac-sha256, got ${scheme}`);
  }

  /** Binds the sockets; `receive` gets every request whose signature is right. */
  async open(receive: (channel: Channel, request: Request) => void): Promise<void> {
    const { transport, ip, shell_port, control_port, stdin_port, iopub_port, hb_port } = this.connection;
    const address = (port: number) => (transport === 'ipc' ? `ipc://${ip}-${port}` : `${transport}://${ip}:${port}`);
    const { shell, control, stdin, heartbeat } = this.routers;
    await Promise.all([
      shell.bind(address(shell_port)),
      control.bind(address(control_port)),
      stdin.bind(address(stdin_port)),
      this.iopub.bind(address(iopub_port)),
      heartbeat.bind(address(hb_port)),
    ]);
    for (const channel of ['shell', 'control', 'stdin'] as const) void this.listen(channel, receive);
    void (async () => {
      for await (const frames of heartbeat) await heartbeat.send(frames);
    })();
  }

  private async listen(channel: Channel, receive: (channel: Channel, request: Request) => void): Promise<void> {
    for await (const frames of this.routers[channel]) {
      const request = this.parse(frames);
      if (request) receive(channel, request);
    }
  }

  /** Undefined for what is forged or damaged. */
  private parse(frames: Buffer[]): Request | undefined {
    const start = frames.findIndex((frame) => frame.toString() === DELIMITER);
    const parts = frames.slice(start + 2, start + 6);
    if (start < 0 || parts.length < 4) return undefined;
    const signature = Buffer.from(this.sign(parts));
    const given = frames[start + 1];
    if (this.connection.key && (given.length !== signature.length || !timingSafeEqual(given, signature))) return undefined;
    try {
      const [header, , , content] = parts.map((part) => JSON.parse(part.toString()) as Record<string, unknown>);
      if (typeof header?.msg_type !== 'string' || typeof content !== 'object' || content === null) return undefined;
      return { identities: frames.slice(0, start), header: header as Header, content };
    } catch {
      return undefined;
    }
  }

  private sign(parts: readonly (string | Buffer)[]): string {
    if (!this.connection.key) return '';
    const hash = createHmac('sha256', this.connection.key);
    for (const part of parts) hash.update(part);
    return hash.digest('hex');
  }

  private frames(type: string, content: object, parent: Header | undefined): string[] {
    const header = { msg_id: randomUUID(), msg_type: type, session, username: 'kernel', date: new Date().toISOString(), version: protocolVersion };
    const parts = [header, parent ?? {}, {}, content].map((part) => JSON.stringify(part));
    return [DELIMITER, this.sign(parts), ...parts];
  }

  private send(socket: Router | Publisher, frames: (string | Buffer)[]): void {
    const before = this.sending.get(socket) ?? Promise.resolve();
    this.sending.set(socket, before.then(() => socket.send(frames)).catch(() => {}));
  }

  /** Answers a request on its channel; on `stdin`, asks it. */
  reply(channel: Channel, request: Request, type: string, content: object): void {
    this.send(this.routers[channel], [...request.identities, ...this.frames(type, content, request.header)]);
  }

  /** Tells all front ends. */
  publish(type: string, content: object, parent?: Header): void {
    this.send(this.iopub, [type, ...this.frames(type, content, parent)]);
  }

  /** Hands over all that was sent, and closes. */
  async close(): Promise<void> {
    await Promise.all(this.sending.values());
    await sleep(30); // ZeroMQ's own thread puts it on the wire
    for (const socket of [...Object.values(this.routers), this.iopub]) socket.close();
  }
}
