import * as os from 'node:os';
import { environment } from './environment';

/** Threads of a program: all cores, or as many as SQUEEZELAB_THREADS says now. */
export const threadsNow = (): number => Number(environment.threads) || os.availableParallelism();
