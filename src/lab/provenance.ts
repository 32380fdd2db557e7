import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../system';

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

const git = (...args: string[]) => execFileSync('git', args, { cwd: projectRoot, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();

/** The files that differ from the last commit, as `git status --short` lists them; undefined outside a git checkout. */
export function changedFiles(): string | undefined {
  try {
    return git('status', '--porcelain');
  } catch {
    return undefined;
  }
}

export function provenance(): Provenance {
  const changed = changedFiles();
  const processors = cpus();
  return {
    commit: changed === undefined ? null : git('rev-parse', 'HEAD'),
    dirty: changed === undefined ? null : changed !== '',
    versions: versions(),
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    platform: `${process.platform} ${process.arch}`,
    command: commandLine(),
  };
}

/** The command as it can be typed again, with the number of threads if it was set; whose data folder it was helps nobody. */
function commandLine(): string {
  const [command, ...args] = process.argv.slice(2);
  const { SQUEEZELAB_THREADS } = process.env;
  return `${SQUEEZELAB_THREADS ? `SQUEEZELAB_THREADS=${SQUEEZELAB_THREADS} ` : ''}npm run ${command}${args.length > 0 ? ` -- ${args.join(' ')}` : ''}`.replace(/--data[ =]\S+/, '--data DIR');
}

function versions(): Record<string, string> {
  const read = (...path: string[]) => JSON.parse(readFileSync(join(projectRoot, ...path, 'package.json'), 'utf8')) as { version: string; dependencies?: object };
  const names = Object.keys(read().dependencies ?? {});
  return { node: process.versions.node, ...Object.fromEntries(names.map((name) => [name, read('node_modules', name).version])) };
}
