import { inNotebook, liveDisplay } from './display';

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

/**
 * The one progress display of the project: what runs, how far it is, a note, and the time left.
 * In a notebook it is one line that changes in place and stays short, on a terminal likewise; into a file or a pipe
 * it prints a line every ten seconds.
 */
export function progress(title: string, total: number): Progress {
  const start = performance.now();
  const terminal = process.stderr.isTTY;
  const live = inNotebook() ? liveDisplay() : undefined;
  const interval = live ? 250 : terminal ? 100 : 10_000;
  let last = live || terminal ? -Infinity : start;
  const show = (line: string, final: boolean) => {
    if (live) live({ 'text/plain': line });
    else if (terminal) process.stderr.write(`\r\x1b[K${line}${final ? '\n' : ''}`);
    else process.stderr.write(`${line}\n`);
  };
  return {
    update(done, note = '') {
      const now = performance.now();
      if (now - last < interval || done >= total) return;
      last = now;
      const left = done > 0 ? ` · ${duration((((now - start) / 1000) * (total - done)) / done)} left` : '';
      show(`${title} ${Math.floor((100 * done) / total)}%${note && ` · ${note}`}${left}`, false);
    },
    end(note) {
      show(`${title} · ${note}`, true);
    },
  };
}
