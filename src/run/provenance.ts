import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { changedFiles, commitOf } from './committed';
import { environment, projectRoot, shellWord } from '../system';

/** What a result was made by. */
export interface Provenance {
  /** The commit of the sources, and whether files differed from it; null outside a git checkout. */
  commit: string | null;
  dirty: boolean | null;
  /** Node and the project's direct dependencies. */
  versions: Record<string, string>;
  cpu: string;
  cores: number;
  platform: string;
  command: string;
}

export function provenance(): Provenance {
  const changed = changedFiles();
  const processors = cpus();
  return {
    commit: commitOf(),
    dirty: changed ? changed.length > 0 : null,
    versions: versions(),
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    platform: `${process.platform} ${process.arch}`,
    command: commandLine(),
  };
}

/** The command as it can be typed again, with the number of threads if it was set; whose folders were named helps nobody. */
function commandLine(): string {
  const [command = '', ...args] = process.argv.slice(2);
  const typed = args.map((arg, i) => (FOLDERS.includes(args[i - 1]) ? 'DIR' : shellWord(arg.replace(/^(--data|--out)=.*/s, '$1=DIR'))));
  const { threads } = environment;
  return `${threads ? `SQUEEZELAB_THREADS=${threads} ` : ''}npm run ${command}${typed.length > 0 ? ` -- ${typed.join(' ')}` : ''}`;
}

const FOLDERS = ['--data', '--out'];

function versions(): Record<string, string> {
  const read = (...path: string[]) => JSON.parse(readFileSync(join(projectRoot, ...path, 'package.json'), 'utf8')) as { version: string; dependencies?: object };
  const names = Object.keys(read().dependencies ?? {});
  return { node: process.versions.node, ...Object.fromEntries(names.map((name) => [name, read('node_modules', name).version])) };
}
