import { checkOptions, inNotebook, liveDisplay } from '../system';
import type { Epoch } from '../train';
import type { MadeOn } from './figure';
import { learningCurve } from './learningCurve';
import { frame, type Frame } from './table';

/** Milliseconds between two drawings of a running training. */
const INTERVAL = 1000;

/** The numbers of an epoch, those of its validation by name: `validation loss`, `validation error`. */
const numbersOf = ({ validation, ...own }: Epoch<object>): Record<string, number> => ({
  ...own,
  ...Object.fromEntries(Object.entries(validation ?? {}).filter(([, value]) => typeof value === 'number').map(([name, value]) => [`validation ${name}`, value as number])),
});

/** A training's history as a data frame, a row an epoch: `historyFrame(await fit(model, train, options))`. */
export const historyFrame = (history: readonly Epoch<object>[]): Frame => frame(history.map(numbersOf));

/**
 * Draws a training's losses while it runs, in a figure below the cell that changes in place: `fit(model, train, { ..., onEpoch: liveCurve() })`. Outside a notebook it draws nothing.
 * What is drawn is the loss on the training set and, where there is one, that on the validation split.
 */
export function liveCurve(options: { title?: string; data?: MadeOn } = {}): (history: readonly Epoch<object>[], ended: boolean) => void {
  checkOptions('liveCurve', options, ['title', 'data']);
  const { title = 'Training', data } = options;
  const show = inNotebook() ? liveDisplay() : undefined;
  let last = -Infinity;
  return (history, ended) => {
    const now = performance.now();
    if (!show || (!ended && now - last < INTERVAL)) return;
    last = now;
    const numbers = history.map(numbersOf);
    const curve = (name: string) => numbers.map((epoch) => epoch[name]);
    const validated: Record<string, number[]> = 'validation loss' in numbers[0] ? { 'validation split': curve('validation loss') } : {};
    show(learningCurve({ title, y: 'loss', curves: { 'training set, while training': curve('loss'), ...validated }, data }).bundle());
  };
}
