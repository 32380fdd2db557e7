import { performance } from 'node:perf_hooks';
import { stripVTControlCharacters } from 'node:util';
import { ask } from './terminal';

/** Seconds between two lines of progress where they cannot replace each other. */
const INTERVAL = 10;

/**
 * Text that goes on, with lines of progress in between: on a terminal a line of progress changes in place, in a pipe or a
 * file, which get no colours either, it is printed every ten seconds. Its last state always stays.
 */
export class Screen {
  private name = '';
  private line = '';
  private printed = '';
  private atLineStart = true;
  private last = -Infinity;
  /** Rows of the terminal below the title, and the characters of the last line, which goes on. */
  private rows = 0;
  private width = 0;
  private clearing = false;

  constructor(private readonly stream: NodeJS.WriteStream = process.stdout) {}

  /** Prints text; a line of progress that was shown stays above it. */
  write(text: string): void {
    if (!text) return;
    this.clearNow();
    this.keep();
    this.put(this.stream.isTTY ? text : stripVTControlCharacters(text));
  }

  /** Shows a line of progress in place of the last one of that name; a longer text is printed. */
  progress(name: string, line: string): void {
    if (line.includes('\n')) return this.write(`${line}\n`);
    this.clearNow();
    if (name !== this.name) {
      this.keep();
      this.printed = '';
    }
    if (!this.atLineStart) this.put('\n');
    this.name = name;
    this.line = line;
    if (this.stream.isTTY) this.stream.write(`\r\x1b[K${this.line.slice(0, this.columns - 1)}`);
    else if (performance.now() - this.last > INTERVAL * 1000) this.print();
  }

  /** Asks on the terminal, on a line of its own. */
  async ask(prompt: string, password: boolean, signal?: AbortSignal): Promise<string> {
    this.clearNow();
    this.keep();
    if (!this.atLineStart) this.put('\n');
    let answer = '';
    try {
      return (answer = await ask(prompt, password, signal));
    } finally {
      this.count(`${prompt}${password ? '' : answer}\n`);
    }
  }

  /** Prints a title; `clear` takes away what comes below it. */
  section(title: string): void {
    this.clearing = false;
    this.write(title);
    this.rows = this.width = 0;
  }

  /** Takes away what a terminal shows below the title, at once or when the next text comes; a pipe or a file keeps all. */
  clear(wait: boolean): void {
    this.clearing = this.stream.isTTY;
    if (!wait) this.clearNow();
  }

  private clearNow(): void {
    if (!this.clearing) return;
    const up = this.rows + this.rowsOf(this.width) - 1;
    this.stream.write(`\r${up > 0 ? `\x1b[${up}A` : ''}\x1b[J`);
    this.clearing = false;
    this.name = '';
    this.atLineStart = true;
    this.rows = this.width = 0;
  }

  private put(text: string): void {
    this.stream.write(text);
    this.atLineStart = text.endsWith('\n');
    this.count(text);
  }

  private count(text: string): void {
    for (const [k, line] of stripVTControlCharacters(text).split('\n').entries()) {
      if (k > 0) {
        this.rows += this.rowsOf(this.width);
        this.width = 0;
      }
      const overwritten = line.lastIndexOf('\r') + 1;
      this.width = (overwritten ? 0 : this.width) + line.length - overwritten;
    }
  }

  private print(): void {
    this.put(`${this.line}\n`);
    this.printed = this.line;
    this.last = performance.now();
  }

  /** Ends the line of progress: what it said last stays. */
  private keep(): void {
    if (!this.name) return;
    if (this.stream.isTTY) this.put(`\r\x1b[K${this.line}\n`);
    else if (this.printed !== this.line) this.print();
    this.name = '';
  }

  private get columns(): number {
    return this.stream.columns || 80;
  }

  private rowsOf(width: number): number {
    return Math.max(1, Math.ceil(width / this.columns));
  }
}
