import { currentCell, inNotebook, liveDisplay } from './display';

/** Time left as people say it: `48 s`, `3 min 20 s`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}

/** A progress display of something that runs. */
export interface Progress {
  /** Reports that `done` of the total is done, and what is worth knowing now: `loss 0.123`. */
  update(done: number, note?: string): void;
  /** Ends the display; `note` stays to be read. */
  end(note: string): void;
}

/** Where a display is seen: a line that is written anew. */
interface Line {
  /** Milliseconds between two updates at least. */
  interval: number;
  /** When the last was; `performance.now()`. */
  last: number;
  show(text: string): void;
  end(text: string, kind: string): void;
}

/**
 * The one progress display of the project: what runs, how far it is, a note, and the time left. On a terminal it is a line that changes in place; into a file or a pipe it prints a line every ten seconds.
 * In a notebook all displays of a cell share one such line: it says in the end how many there were, of the plural `kind`, and what the last one said.
 */
export function progress(title: string, total: number, kind = 'tasks'): Progress {
  const start = performance.now();
  const line = inNotebook() ? cellLine() : process.stderr.isTTY ? terminalLine() : pipeLine(start);
  return {
    update(done, note = '') {
      const now = performance.now();
      if (now - line.last < line.interval || done >= total) return;
      line.last = now;
      const left = done > 0 ? ` · ${duration((((now - start) / 1000) * (total - done)) / done)} left` : '';
      line.show(`${title} ${Math.floor((100 * done) / total)}%${note && ` · ${note}`}${left}`);
    },
    end: (note) => line.end(`${title} · ${note}`, kind),
  };
}

const write = (text: string) => void process.stderr.write(text);
const terminalLine = (): Line => ({ interval: 100, last: -Infinity, show: (text) => write(`\r\x1b[K${text}`), end: (text) => write(`\r\x1b[K${text}\n`) });
const pipeLine = (last: number): Line => ({ interval: 10_000, last, show: (text) => write(`${text}\n`), end: (text) => write(`${text}\n`) });

const lines = new WeakMap<object, Line>();

/** The line of the running cell; of a kernel that does not say which one runs, a new one. */
function cellLine(): Line {
  const cell = currentCell();
  const known = cell && lines.get(cell);
  if (known) return known;
  const display = liveDisplay();
  const show = (text: string) => display({ 'text/plain': text });
  let running: string | undefined;
  let ended = 0;
  const kinds = new Set<string>();
  const line: Line = {
    interval: 250,
    last: -Infinity,
    show: (text) => show((running = text)),
    end(text, kind) {
      running = undefined;
      kinds.add(kind);
      show(++ended === 1 ? text : `${ended} ${kinds.size === 1 ? kind : 'tasks'} · the last: ${text}`);
    },
  };
  if (cell) lines.set(cell, line);
  cell?.signal.addEventListener('abort', () => running !== undefined && show(`${running.replace(/ · [^·]* left$/, '')} · stopped`));
  return line;
}
