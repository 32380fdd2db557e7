import { performance } from 'node:perf_hooks';

/** Seconds between two lines of progress where they cannot replace each other. */
const INTERVAL = 10;

/**
 * Text that goes on, with lines of progress in between: on a terminal a line of progress changes in place, in a pipe or a
 * file it is printed every ten seconds. Its last state always stays.
 */
export class Screen {
  private name = '';
  private line = '';
  private printed = '';
  private atLineStart = true;
  private last = -Infinity;

  constructor(private readonly stream: NodeJS.WriteStream = process.stdout) {}

  /** Prints text; a line of progress that was shown stays above it. */
  write(text: string): void {
    if (!text) return;
    this.keep();
    this.stream.write(text);
    this.atLineStart = text.endsWith('\n');
  }

  /** Shows a line of progress in place of the last one of that name. */
  progress(name: string, line: string): void {
    if (name !== this.name) this.keep();
    if (!this.atLineStart) this.write('\n');
    this.name = name;
    this.line = line.split('\n', 1)[0];
    if (this.stream.isTTY) this.stream.write(`\r\x1b[K${this.line.slice(0, (this.stream.columns || 80) - 1)}`);
    else if (performance.now() - this.last > INTERVAL * 1000) this.print();
  }

  private print(): void {
    this.stream.write(`${this.line}\n`);
    this.printed = this.line;
    this.last = performance.now();
  }

  /** Ends the line of progress: what it said last stays. */
  private keep(): void {
    if (!this.name) return;
    if (this.stream.isTTY) this.stream.write(`\r\x1b[K${this.line}\n`);
    else if (this.printed !== this.line) this.print();
    this.name = '';
  }
}
