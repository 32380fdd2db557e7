import type { FromCells } from '../messages';

type Published = FromCells & { op: 'publish' };

/** Milliseconds for which news wait for more of their kind. */
const PATIENCE = 10;

/** What cells print, and the updates of their displays: many small ones become one message. */
export class News {
  private stream: { cell: number; name: string; pieces: string[]; length: number } | undefined;
  /** By display: of many updates the last one counts. */
  private readonly updates = new Map<unknown, Published>();
  private flushing: NodeJS.Timeout | undefined;

  constructor(private readonly send: (type: string, content: object, cell: number) => void) {}

  print(cell: number, name: string, piece: string): void {
    const { stream } = this;
    if (stream && (stream.cell !== cell || stream.name !== name || stream.length > 1e6)) this.flush();
    this.stream ??= { cell, name, pieces: [], length: 0 };
    this.stream.pieces.push(piece);
    this.stream.length += piece.length;
    this.flushSoon();
  }

  update(message: Published): void {
    this.updates.set((message.content as { transient?: { display_id?: string } }).transient?.display_id, message);
    this.flushSoon();
  }

  private flushSoon(): void {
    this.flushing ??= setTimeout(() => this.flush(), PATIENCE);
  }

  /** Sends all that waits. */
  flush(): void {
    clearTimeout(this.flushing);
    this.flushing = undefined;
    if (this.stream) this.send('stream', { name: this.stream.name, text: this.stream.pieces.join('') }, this.stream.cell);
    this.stream = undefined;
    for (const { type, content, cell } of this.updates.values()) this.send(type, content, cell);
    this.updates.clear();
  }
}
