/**
 * Which cell the code that runs now belongs to: the running one, or, in a timer's callback and what follows from it, the one
 * that started the timer. Output goes there, also when it comes late.
 */
import timers from 'node:timers';
import timersPromises from 'node:timers/promises';
import { nextTick, queueMicrotask } from './native';

/** A cell that runs or has run. */
export interface Cell {
  readonly id: number;
  readonly allowStdin: boolean;
  readonly silent: boolean;
  /** Aborted when it has ended. */
  readonly signal: AbortSignal;
}

let running: Cell | undefined;
let owner: Cell | undefined;

/** The cell that output belongs to now: the last one if none runs. */
export const currentCell = (): Cell | undefined => owner;

/** Whether the code that runs now is the running cell's own. */
export const hasTurn = (): boolean => owner === running;

export function setRunning(cell: Cell): void {
  running = owner = cell;
}

/** Whatever microtasks follow are the owner's as well; then the running cell has its turn again. */
const giveBack = () => queueMicrotask(() => nextTick(() => void (owner = running)));

function owned<A extends unknown[]>(cell: Cell | undefined, callback: (...args: A) => void, failed: (error: unknown) => void) {
  return function (this: unknown, ...args: A): void {
    owner = cell;
    giveBack();
    try {
      callback.apply(this, args);
    } catch (error) {
      failed(error);
    }
  };
}

type Timer = (callback: (...args: unknown[]) => void, ...rest: unknown[]) => unknown;

/** Makes timers remember the cell that started them; `failed` hears what their callbacks throw. */
export function followTimers(failed: (error: unknown, cell: Cell | undefined) => void): void {
  for (const name of ['setTimeout', 'setInterval', 'setImmediate'] as const) {
    const original = timers[name] as unknown as Timer;
    const following = (callback: unknown, ...rest: unknown[]) => {
      if (typeof callback !== 'function' || !owner) return original(callback as () => void, ...rest);
      const cell = owner;
      return original(owned(cell, callback as () => void, (error) => failed(error, cell)), ...rest);
    };
    // `promisify(setTimeout)` keeps working.
    Object.defineProperties(following, Object.getOwnPropertyDescriptors(original));
    Object.assign(timers, { [name]: following });
    Object.defineProperty(globalThis, name, { value: following, writable: true, configurable: true, enumerable: true });
  }
  for (const name of ['setTimeout', 'setImmediate'] as const) {
    const original = timersPromises[name] as (...args: unknown[]) => Promise<unknown>;
    const following = (...args: unknown[]) => {
      const cell = owner;
      const done = () => {
        owner = cell;
        giveBack();
      };
      return original(...args).finally(done);
    };
    Object.assign(timersPromises, { [name]: following });
  }
}
