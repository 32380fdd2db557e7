/** Bytes that are not what their format says; `offset` is the byte where it showed. */
export class FormatError extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(`${message} (at byte ${offset})`);
    this.name = 'FormatError';
    this.offset = offset;
  }
}
