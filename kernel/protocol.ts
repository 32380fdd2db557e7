/** Jupyter's messages: as the frames that ZeroMQ carries, signed with the connection's key, and the positions in them. */
import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';

export const protocolVersion = '5.4';

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
  content: object;
}

/** A new message of that type; `parent` is the header of what it answers. */
export function messageOf(session: string, msg_type: string, content: object, parent: Partial<Header> = {}): Message {
  const header = { msg_id: randomUUID(), msg_type, session, username: 'squeezelab', date: new Date().toISOString(), version: protocolVersion };
  return { header, parent, content };
}

export function pack(key: string, { header, parent, content }: Message): string[] {
  const parts = [header, parent, {}, content].map((part) => JSON.stringify(part));
  return [DELIMITER, sign(key, parts), ...parts];
}

/** The message in the frames, with the frames before it, which say who sent it; undefined if it is forged or damaged. */
export function unpack(key: string, frames: readonly Buffer[]): (Message & { identities: Buffer[] }) | undefined {
  const start = frames.findIndex((frame) => frame.toString() === DELIMITER) + 1;
  const parts = frames.slice(start + 1, start + 5);
  if (start === 0 || parts.length < 4 || !isSigned(key, frames[start], parts)) return undefined;
  try {
    const [header, parent, , content] = parts.map((part) => JSON.parse(part.toString()) as unknown);
    if (!isObject(header) || typeof header.msg_type !== 'string' || !isObject(parent) || !isObject(content)) return undefined;
    return { identities: frames.slice(0, start - 1), header: header as unknown as Header, parent, content };
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function isSigned(key: string, signature: Buffer, parts: readonly Buffer[]): boolean {
  const right = Buffer.from(sign(key, parts));
  return signature.length === right.length && timingSafeEqual(signature, right);
}

function sign(key: string, parts: readonly (string | Buffer)[]): string {
  if (key === '') return ''; // an empty key turns signatures off
  const hash = createHmac('sha256', key);
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

/** How many characters the first UTF-16 units of the code are: the protocol counts characters. */
export const characters = (code: string, units: number): number => [...code.slice(0, units)].length;

/** How many UTF-16 units the first characters of the code are. */
export const units = (code: string, characters: number): number => [...code].slice(0, characters).join('').length;
