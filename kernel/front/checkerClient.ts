import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { CheckerCalls } from '../checker/checkerThread';
import type { Checked } from '../messages';
import { kernelFolder } from '../paths';
import { remote } from '../remote';
import { interruption } from '../traceback';

/** Milliseconds that an interrupted check may still take. */
const GRACE = 3000;

/** What is asked of a checker that is replaced: ask the new one. */
class Replaced extends Error {}

/** The checker's thread, seen from the front. One that does not come back from a check is replaced, and told again what it knew. */
export class CheckerThread {
  private worker!: Worker;
  private remote!: ReturnType<typeof remote<CheckerCalls>>;
  private readonly told: (() => Promise<unknown>)[] = [];

  constructor() {
    this.start();
  }

  private start(): void {
    const resourceLimits = { maxYoungGenerationSizeMb: 128, maxOldGenerationSizeMb: 4096 };
    this.worker = new Worker(join(kernelFolder, 'thread.cjs'), { workerData: { file: 'checker/checkerThread.ts' }, execArgv: [], resourceLimits });
    this.worker.on('error', (error) => this.replace(error));
    this.remote = remote<CheckerCalls>(this.worker);
  }

  private replace(why: Error): void {
    const { worker, remote: old } = this;
    this.start();
    for (const again of this.told) again().catch(() => {});
    old.end(why);
    void worker.terminate();
  }

  readonly call: ReturnType<typeof remote<CheckerCalls>>['call'] = (name, ...args) =>
    this.remote.call(name, ...args).catch((error: unknown) => {
      if (error instanceof Replaced) return this.call(name, ...args);
      throw error;
    });

  /** Compiles a cell; whatever goes wrong is the cell's error. `interrupted` resolves when the user has had enough. */
  async check(code: string, cell: string, interrupted: Promise<'interrupted'>): Promise<Checked> {
    let abandoned = false;
    const ask = (): Promise<Checked> =>
      this.remote.call('check', code, cell).catch((error: Error) => {
        if (error instanceof Replaced && !abandoned) return ask();
        return { error: { ename: 'KernelError', evalue: 'the compiler failed on this cell', traceback: [error.message] } };
      });
    const checking = ask();
    const checked = await Promise.race([checking, interrupted]);
    if (checked === 'interrupted') {
      abandoned = true;
      void this.abandon(checking);
      return { error: interruption };
    }
    if ('compiled' in checked) this.told.push(() => this.call('check', code, cell));
    return checked;
  }

  /** A cell that was interrupted before it ran has declared nothing. */
  private async abandon(checking: Promise<Checked>): Promise<void> {
    const checked = await Promise.race([checking, sleep(GRACE)]);
    if (!checked) this.replace(new Replaced());
    else if ('compiled' in checked) await this.call('restore', checked.compiled.defines).catch(() => {});
  }

  /** A failed cell did not get to these names: they are what they were before it. */
  restore(names: string[]): void {
    const again = () => this.call('restore', names);
    this.told.push(again);
    again().catch(() => {});
  }
}
