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
    this.worker.on('error', () => this.restart());
    this.remote = remote<CheckerCalls>(this.worker);
  }

  private restart(): void {
    this.remote.end(new Error('the compiler was stopped'));
    void this.worker.terminate();
    this.start();
    for (const again of this.told) void again();
  }

  readonly call: ReturnType<typeof remote<CheckerCalls>>['call'] = (name, ...args) => this.remote.call(name, ...args);

  /** Compiles a cell; whatever goes wrong is the cell's error. `interrupted` resolves when the user has had enough. */
  async check(code: string, cell: string, interrupted: Promise<'interrupted'>): Promise<Checked> {
    const again = () => this.call('check', code, cell);
    const checking = again().catch(
      ({ message }: Error): Checked => ({ error: { ename: 'KernelError', evalue: 'the compiler failed on this cell', traceback: [message] } }),
    );
    const checked = await Promise.race([checking, interrupted]);
    if (checked === 'interrupted') {
      void this.abandon(checking);
      return { error: interruption };
    }
    if ('compiled' in checked) this.told.push(again);
    return checked;
  }

  /** A cell that was interrupted before it ran has declared nothing. */
  private async abandon(checking: Promise<Checked>): Promise<void> {
    const checked = await Promise.race([checking, sleep(GRACE)]);
    if (!checked) this.restart();
    else if ('compiled' in checked) await this.call('restore', checked.compiled.defines);
  }

  /** A failed cell did not get to these names: they are what they were before it. */
  restore(names: string[]): void {
    const again = () => this.call('restore', names);
    this.told.push(again);
    void again();
  }
}
