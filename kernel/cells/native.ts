/** Node's own functions as they were at the start: cells may mock or replace them, and the kernel goes on. */
import timers from 'node:timers';

export const { setImmediate, setTimeout, clearTimeout } = timers;
export const { AbortController } = globalThis;
export const queueMicrotask = globalThis.queueMicrotask.bind(globalThis);
export const nextTick = process.nextTick.bind(process);

/** Resolves in another turn of the event loop: rejections that nobody handles have been reported by then. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
