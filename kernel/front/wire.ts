/** The kernel's sockets: requests come in, replies and news go out, in order. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Publisher, Router } from 'zeromq';
import { messageOf, pack, unpack, type Header } from '../protocol';

/** A message that is answered: who asked, and what. */
export interface Request {
  identities: Buffer[];
  header: Header;
  /** The header of what it answers itself, as an input does. */
  parent: Partial<Header>;
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

export type Channel = 'shell' | 'control' | 'stdin';

export class Wire {
  private readonly connection: Connection;
  private readonly session = randomUUID();
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
    for await (const frames of heartbeat) await heartbeat.send(frames);
  }

  private async listen(channel: Channel, receive: (channel: Channel, request: Request) => void): Promise<void> {
    for await (const frames of this.routers[channel]) {
      const request = unpack(this.connection.key, frames);
      if (request) receive(channel, { ...request, content: request.content as Record<string, unknown> });
    }
  }

  private send(socket: Router | Publisher, frames: (string | Buffer)[]): void {
    const before = this.sending.get(socket) ?? Promise.resolve();
    this.sending.set(socket, before.then(() => socket.send(frames)).catch(() => {}));
  }

  /** Answers a request on its channel; on `stdin`, asks who sent it. Returns the message's id. */
  reply(channel: Channel, { identities, header }: Request, type: string, content: object): string {
    const message = messageOf(this.session, type, content, header);
    this.send(this.routers[channel], [...identities, ...pack(this.connection.key, message)]);
    return message.header.msg_id;
  }

  /** Tells all front ends. */
  publish(type: string, content: object, parent?: Header): void {
    this.send(this.iopub, [type, ...pack(this.connection.key, messageOf(this.session, type, content, parent))]);
  }

  /** Hands over all that was sent, and closes. */
  async close(): Promise<void> {
    await Promise.all(this.sending.values());
    await sleep(30); // ZeroMQ's own thread puts it on the wire
    for (const socket of [...Object.values(this.routers), this.iopub]) socket.close();
  }
}
