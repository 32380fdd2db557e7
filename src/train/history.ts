import { type MimeBundle, tableBundle } from '../system';
import type { Epoch } from './training';

/** Rows of a history that a notebook shows: the first, the last, and some between. */
const ROWS = 12;

/** The numbers of an epoch, those of its validation by name: `validation loss`, `validation error`. */
export const numbersOf = ({ validation, ...own }: Epoch<object>): Record<string, number> => ({
  ...own,
  ...Object.fromEntries(Object.entries(validation ?? {}).filter(([, value]) => typeof value === 'number').map(([name, value]) => [`validation ${name}`, value as number])),
});

/** The history, which a notebook shows as a short table; else it stays the list that it is. */
export const shownShort = <History extends readonly Epoch<object>[]>(history: History): History =>
  Object.defineProperty(history, Symbol.for('Jupyter.display'), { value: () => tableOf(history), configurable: true });

function tableOf(history: readonly Epoch<object>[]): MimeBundle {
  const rows = Math.min(ROWS, history.length);
  const chosen = Array.from({ length: rows }, (_, i) => numbersOf(history[rows > 1 ? Math.round((i * (history.length - 1)) / (rows - 1)) : 0]));
  const names = [...new Set(chosen.flatMap(Object.keys))];
  const percent = (name: string) => name.endsWith(' error');
  return tableBundle(
    names.map((name) => (percent(name) ? `${name} (%)` : name)),
    chosen.map((numbers) => names.map((name) => (percent(name) ? 100 * numbers[name] : numbers[name]))),
  );
}
