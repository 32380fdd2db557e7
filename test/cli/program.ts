/** The command line as a program of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { projectRoot } from '../../src/system';

export const program = join(projectRoot, 'bin/squeezelab.mjs');
export const begin = (args: readonly string[], env: NodeJS.ProcessEnv = {}) => spawn(process.execPath, [program, ...args], { cwd: projectRoot, env: { ...process.env, SQUEEZELAB_SCALE: '', ...env } });

export async function finish(child: ReturnType<typeof begin>) {
  const texts = { out: '', err: '' };
  child.stdout.on('data', (data: Buffer) => (texts.out += data.toString()));
  child.stderr.on('data', (data: Buffer) => (texts.err += data.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, ...texts };
}

export const squeezelab = (args: readonly string[], env?: NodeJS.ProcessEnv) => finish(begin(args, env));
