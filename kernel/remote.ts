/** Functions of another thread, called by messages; answers come in order of completion. */
import type { MessagePort, Worker } from 'node:worker_threads';

type Calls = Record<string, (...args: never[]) => unknown>;
interface Call {
  id: number;
  name: string;
  args: unknown[];
}
interface Answer {
  id: number;
  value?: unknown;
  error?: string;
}

/** Lets `port` call `calls`. */
export function offer(port: MessagePort, calls: Calls): void {
  port.on('message', ({ id, name, args }: Call) => {
    try {
      port.postMessage({ id, value: calls[name](...(args as never[])) } satisfies Answer);
    } catch (error) {
      port.postMessage({ id, error: String((error as Error).stack ?? error) } satisfies Answer);
    }
  });
}

/** Calls what the worker offers. */
export function remote<C extends Calls>(worker: Worker) {
  const open = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  let count = 0;
  worker.on('message', ({ id, value, error }: Answer) => {
    const call = open.get(id);
    open.delete(id);
    if (error === undefined) call?.resolve(value as never);
    else call?.reject(new Error(error));
  });
  return {
    /** The thread is gone: nothing that is asked is answered any more. */
    end(error: Error): void {
      for (const { reject } of open.values()) reject(error);
      open.clear();
    },
    call<N extends keyof C & string>(name: N, ...args: Parameters<C[N]>): Promise<ReturnType<C[N]>> {
      const id = ++count;
      worker.postMessage({ id, name, args } satisfies Call);
      return new Promise((resolve, reject) => open.set(id, { resolve, reject }));
    },
  };
}
