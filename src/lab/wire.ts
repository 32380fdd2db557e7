/** Messages of Jupyter's protocol as the frames that ZeroMQ carries, signed with the connection's key. */
import { createHmac, randomUUID } from 'node:crypto';

const DELIMITER = '<IDS|MSG>';

/** What names a message. */
export interface Header {
  msg_id: string;
  msg_type: string;
  session: string;
  username: string;
  date: string;
  version: string;
}

export interface Message {
  header: Header;
  /** The header of the message that it answers. */
  parent: Partial<Header>;
  content: unknown;
}

/** A new message of that type; `parent` is the header of what it answers. */
export function messageOf(session: string, msg_type: string, content: object, parent: Partial<Header> = {}): Message {
  const header = { msg_id: randomUUID(), msg_type, session, username: 'squeezelab', date: new Date().toISOString(), version: '5.4' };
  return { header, parent, content };
}

export function pack(key: string, { header, parent, content }: Message): string[] {
  const parts = [header, parent, {}, content].map((part) => JSON.stringify(part));
  return [DELIMITER, sign(key, parts), ...parts];
}

/** The message in the frames; undefined if it is forged or damaged. */
export function unpack(key: string, frames: readonly Buffer[]): Message | undefined {
  const start = frames.findIndex((frame) => frame.toString() === DELIMITER) + 1;
  const parts = frames.slice(start + 1, start + 5);
  if (start === 0 || parts.length < 4 || frames[start].toString() !== sign(key, parts)) return undefined;
  const [header, parent, , content] = parts.map((part) => JSON.parse(part.toString()) as unknown);
  return { header: header as Header, parent: parent as Partial<Header>, content };
}

function sign(key: string, parts: readonly (string | Buffer)[]): string {
  const hash = createHmac('sha256', key);
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}
