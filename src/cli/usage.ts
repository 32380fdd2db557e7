import { InvalidArgumentError } from 'commander';
import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** A mistake on the command line: exit code 2. */
export class UsageError extends Error {}

/** Reads a flag's whole number. */
export const whole = (least: number, most = Infinity) => (text: string): number => {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) throw new InvalidArgumentError(`It must be a whole number of at least ${least}${most < Infinity ? ` and at most ${most}` : ''}.`);
  return value;
};

/** Reads a flag's number above 0. */
export const positive = (most = Infinity) => (text: string): number => {
  const value = Number(text);
  if (!(value > 0 && value <= most) || value === Infinity) throw new InvalidArgumentError(`It must be a number above 0${most < Infinity ? ` and up to ${most}` : ''}.`);
  return value;
};

/** Undefined for what does not exist. */
export const isFolder = (path: string): boolean | undefined => statSync(path, { throwIfNoEntry: false })?.isDirectory();

/** The folder that something is written into must be there: who mistypes a path does not want new folders. */
export function checkFolderAbove(path: string): void {
  const above = dirname(path);
  if (!existsSync(above)) throw new Error(`${path}: the folder ${above} must exist; make it first, or name another`);
  if (!isFolder(above)) throw new Error(`${path}: ${above} must be a folder, but is a file; name another`);
}

/** How a command is called here: by npm, which takes flags after `--`, or by the program itself. */
export const commandOf = (name: 'start' | 'record' | 'data'): string => (process.env.npm_lifecycle_event ? `npm ${name === 'start' ? '' : 'run '}${name} --` : `npx squeezelab ${name}`);
