import { readFileSync } from 'node:fs';
import { scales } from '../system';
import type { Claim } from './claim';

/** What made a result. */
export interface Run {
  /** Of the sources; null outside a git checkout. */
  commit: string | null;
  command: string;
  /** The processor's name. */
  cpu: string;
  cores: number;
  platform: string;
  /** Of Node, as `node`, and of packages, by name. */
  versions: Record<string, string>;
  /** Wall time, in seconds. */
  seconds: number;
  /** Trainings of earlier runs, finished or not, that were at hand when the run began; what they took is not in its wall time. */
  checkpoints?: number;
  /** Its trainings together. */
  trainings?: Trainings;
}

/** The trainings of a run: how many, and how many of them an earlier run had finished, or begun, whose checkpoints were at hand; the seconds of all, and those of earlier runs. */
export interface Trainings {
  count: number;
  atHand: number;
  seconds: number;
  earlier: number;
}

/** A recorded notebook, `results/<notebook>.json`: its claims and what made them. */
export interface Result {
  run: Run;
  claims: Claim[];
}

type Check = (value: unknown) => boolean;
type Checks<T> = { [field in keyof T]-?: [must: string, check: Check] };

const text: [string, Check] = ['a text', (value) => typeof value === 'string'];
const number: [string, Check] = ['a number', (value) => typeof value === 'number'];
const oneOf = (...values: unknown[]): [string, Check] => [`one of ${values.join(', ')}`, (value) => values.includes(value)];
const listOf = ([must, check]: [string, Check]): [string, Check] => [`a list, each of it ${must}`, (value) => Array.isArray(value) && value.every(check)];
const either = ([must, check]: [string, Check], other: undefined | null): [string, Check] => [`${must} or ${other}`, (value) => value === other || check(value)];

const claimChecks: Checks<Claim> = {
  paper: text,
  table: text,
  quantity: text,
  unit: text,
  published: number,
  kept: oneOf('V', 'D', undefined),
  bound: oneOf('within', 'at most', 'at least'),
  measured: number,
  deviation: number,
  spread: either(number, null),
  tolerance: number,
  verdict: oneOf('held', 'missed', 'not judged'),
  scale: oneOf(...scales),
  data: text,
  seeds: listOf(number),
  notebook: text,
  deviations: listOf(text),
  note: either(text, undefined),
};

const runChecks: Checks<Run> = {
  commit: either(text, null),
  command: text,
  cpu: text,
  cores: number,
  platform: text,
  versions: ['an object', (value) => typeof value === 'object' && value !== null],
  seconds: number,
  checkpoints: either(number, undefined),
  trainings: ['numbers: count, atHand, seconds, earlier', isTrainings],
};

function isTrainings(value: unknown): boolean {
  if (value === undefined) return true;
  const fields = { ...(value as object) } as Record<string, unknown>;
  return ['count', 'atHand', 'seconds', 'earlier'].every((field) => typeof fields[field] === 'number');
}

/** The value, if every field is as it must be. */
function checked<T>(where: string, value: unknown, checks: Checks<T>): T {
  if (typeof value !== 'object' || value === null) throw new TypeError(`${where}: must be an object, got ${JSON.stringify(value)}; run the notebook again`);
  const fields = value as Record<string, unknown>;
  for (const [field, [must, check]] of Object.entries<[string, Check]>(checks))
    if (!check(fields[field])) throw new TypeError(`${where}: ${field} must be ${must}, got ${JSON.stringify(fields[field])}; run the notebook again`);
  return value as T;
}

function parse(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) throw new TypeError(`${path}: must be JSON, got ${error.message}; run the notebook again`, { cause: error });
    throw error;
  }
}

function claimList(path: string, value: unknown): Claim[] {
  if (!Array.isArray(value)) throw new TypeError(`${path}: must hold a list of claims, got ${typeof value}; run the notebook again`);
  return value.map((claim, i) => checked(`${path}: claim ${i + 1}`, claim, claimChecks));
}

/** The claims that a run wrote. @throws {TypeError} if the file is not a list of claims. */
export const readClaims = (path: string): Claim[] => claimList(path, parse(path));

/** A file of `results/`. @throws {TypeError} if it is not a result. */
export function readResult(path: string): Result {
  const value = checked(path, parse(path), { run: ['an object', (run) => typeof run === 'object'], claims: ['a list', Array.isArray] });
  return { run: checked<Run>(`${path}: run`, value.run, runChecks), claims: claimList(path, value.claims) };
}
