import { checkOptions, inNotebook, liveDisplay } from '../system';
import type { Epoch } from '../train';
import { numbersOf } from '../train/history';
import type { MadeOn } from './figure';
import { learningCurve } from './learningCurve';
import { frame, type Frame } from './table';

/** Milliseconds between two drawings of a running training at least. */
const INTERVAL = 1000;
/** A training may spend a tenth of its time on drawings. */
const SPARING = 9;

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
  let next = -Infinity;
  return (history, ended) => {
    const now = performance.now();
    if (!show || (!ended && now < next)) return;
    const numbers = history.map(numbersOf);
    const curve = (name: string) => numbers.map((epoch) => epoch[name]);
    const validated: Record<string, number[]> = 'validation loss' in numbers[0] ? { 'validation split': curve('validation loss') } : {};
    show(learningCurve({ title, y: 'loss', curves: { 'training set, while training': curve('loss'), ...validated }, data }).bundle());
    const drawn = performance.now();
    next = drawn + Math.max(INTERVAL, SPARING * (drawn - now));
  };
}
