/** The checker's thread. What every cell needs is read before the first one comes. */
import { parentPort } from 'node:worker_threads';
import { Checker } from './checker';
import { completeness } from './completeness';
import { offer } from '../remote';

const checker = new Checker(process.cwd());
const calls = {
  warmPackage: () => checker.warmPackage(),
  restore: (names: string[]) => checker.restore(names),
  check: (code: string, cell: string) => checker.check(code, cell),
  complete: (code: string, offset: number) => checker.complete(code, offset),
  inspect: (code: string, offset: number) => checker.inspect(code, offset),
  completeness,
};
export type CheckerCalls = typeof calls;
offer(parentPort!, calls);

checker.warm();
