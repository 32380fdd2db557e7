import { Option, type Command } from 'commander';
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { projectRoot, scales, type Scale } from '../system';
import { isFolder, UsageError, whole } from './usage';

/** The flags of commands that run notebooks. */
export interface RunFlags {
  scale?: Scale;
  seed?: number;
  seeds?: number;
  data?: string;
  set?: Record<string, string>;
}

const collect = (text: string, before: Record<string, string> = {}): Record<string, string> => {
  const equals = text.indexOf('=');
  if (equals < 1) throw new UsageError(`--set: must be name=value, got ${text}`);
  return { ...before, [text.slice(0, equals)]: text.slice(equals + 1) };
};

/** Adds the flags that fill a notebook's parameter cell. */
export const withParameters = (command: Command): Command =>
  command
    .addOption(new Option('-p, --set <name=value>', "another value for a parameter of the notebook's, or in one: seeds=5, densities.fc1=0.05, budgets.0=0.02; may be repeated").argParser(collect))
    .option('--seed <n>', 'the first seed (SQUEEZELAB_SEED)', whole(0))
    .option('--seeds <n>', 'how many seeds', whole(1))
    .option('--data <folder>', 'the folder with the data sets (SQUEEZELAB_DATA)');

export const scaleOption = (): Option => new Option('--scale <scale>', 'how much of it: seconds, a minute, the paper (SQUEEZELAB_SCALE)').choices(scales);

const notebooks = join(projectRoot, 'notebooks');

/** The names of the project's notebooks. */
export const notebookNames = (): string[] => readdirSync(notebooks).filter((file) => file.endsWith('.ipynb'));

/** The path of a notebook: a path, or the name of one in `notebooks/`. */
export function notebookPath(name: string): string {
  const path = name && [name, join(notebooks, name), join(notebooks, `${name}.ipynb`)].find((file) => existsSync(file));
  if (!path) throw new UsageError(`notebook: ${name || "''"} does not exist; there are ${notebookNames().join(', ')}`);
  if (!isFolder(path)) return resolve(path);
  const inside = readdirSync(path).filter((file) => file.endsWith('.ipynb'));
  throw new UsageError(`notebook: ${name} is a folder; name a notebook${inside.length > 0 ? ` in it: ${inside.join(', ')}` : ''}`);
}
