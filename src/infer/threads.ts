import { join } from 'node:path';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';

/** Instructions for a worker: see worker.cjs. Without calls it forgets the net. */
export interface Job {
  net: number;
  /** When the worker does not know the net. */
  module?: object;
  memory?: object;
  at?: number;
  calls?: number;
}

const [TURN, DONE, FAILED] = [0, 1, 2];

/** A thread beside the program's own. Threads start when they are first needed, serve all nets, and keep no program alive. */
export class Thread {
  private static readonly all: Thread[] = [];
  private readonly state = new Int32Array(new SharedArrayBuffer(12));
  private readonly port: MessagePort;
  /** Nets that it has. */
  private readonly nets = new Set<number>();

  /** The threads beside the program's own where so many are asked for. */
  static beside(threads: number): readonly Thread[] {
    while (Thread.all.length < threads - 1) Thread.all.push(new Thread());
    return Thread.all.slice(0, threads - 1);
  }

  /** Frees what the threads hold of a net. */
  static forget(net: number): void {
    for (const thread of Thread.all) {
      if (!thread.nets.delete(net)) continue;
      thread.start({ net });
      thread.join();
    }
  }

  private constructor() {
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    port1.unref();
    new Worker(join(__dirname, 'worker.cjs'), { workerData: { port: port2, state: this.state }, transferList: [port2], execArgv: [], env: {} }).unref();
  }

  /** Begins a job; what it needs of the net goes with the first one. */
  start({ module, memory, ...job }: Job): void {
    const known = this.nets.has(job.net) || job.calls === undefined;
    if (!known) this.nets.add(job.net);
    this.port.postMessage(known ? job : { ...job, module, memory });
    Atomics.add(this.state, TURN, 1);
    Atomics.notify(this.state, TURN);
  }

  /** Returns when the job is done. */
  join(): void {
    const turn = this.state[TURN];
    for (let done = Atomics.load(this.state, DONE); done < turn; done = Atomics.load(this.state, DONE)) Atomics.wait(this.state, DONE, done);
    if (Atomics.exchange(this.state, FAILED, 0)) throw new Error('infer: a thread must end its part of the net, but it failed; this is a fault of squeezelab');
  }
}
