import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Parameters } from './parameters';
import { scales, type Scale, type StartOptions } from './start';
import { projectRoot } from '../system';

const usage = `Usage: npx squeezelab COMMAND
  start [notebook] [--scale quick|paper] [--seed N] [--seeds N] [--data DIR]   run a notebook
  record [notebook...] [--seed N] [--seeds N] [--data DIR]                     run at paper scale and keep the results
  report [--json]                                                              rebuild REPRODUCTION.md
  data NAME                                                                    download a data set
  kernel [--user]                                                              use the kernel in Jupyter and VS Code
  inspect FILE                                                                 what is in a packed file, byte by byte
  pack model.json FILE [--density D] [--bits B]                                a tfjs LayersModel into a packed file; pruned to D, sharing 2^B values
  unpack FILE FOLDER                                                           a packed file into a tfjs LayersModel
  help                                                                         this list
In the project's folder npm start, npm run record, report, data and kernel:install do the same; flags come after --.
SQUEEZELAB_SCALE, SQUEEZELAB_SEED and SQUEEZELAB_DATA stand in for the flags.`;

/** A mistake on the command line. */
class UsageError extends Error {}

const notebooks = join(projectRoot, 'notebooks');
const running = {
  scale: { type: 'string' },
  seed: { type: 'string' },
  seeds: { type: 'string' },
  data: { type: 'string' },
} as const;

type Flags = { [name in keyof typeof running]?: string };

function integer(name: string, text: string, least: number): number {
  if (!/^\d+$/.test(text) || Number(text) < least) throw new UsageError(`${name}: must be a whole number of at least ${least}, got ${text}`);
  return Number(text);
}

/** The arguments of a command that must have so many. */
function exactly(command: string, names: string[], positionals: string[]): string[] {
  if (positionals.length !== names.length) throw new UsageError(`${command}: must get ${names.join(' and ')}, got ${positionals.join(', ') || 'nothing'}`);
  return positionals;
}

/** What to run, from the flags and the environment. */
function options(notebook: string, flags: Flags, env: NodeJS.ProcessEnv): StartOptions {
  const path = [notebook, join(notebooks, notebook), join(notebooks, `${notebook}.ipynb`)].find((file) => existsSync(file));
  if (!path) throw new UsageError(`notebook: ${notebook} does not exist, there are ${readdirSync(notebooks).filter((file) => file.endsWith('.ipynb')).join(', ')}`);
  const scale = flags.scale ?? env.SQUEEZELAB_SCALE ?? 'quick';
  if (!isScale(scale)) throw new UsageError(`scale: must be ${scales.join(' or ')}, got ${scale}`);
  const parameters: Parameters = {};
  const seed = flags.seed ?? env.SQUEEZELAB_SEED;
  if (seed) parameters.seed = integer('seed', seed, 0);
  if (flags.seeds) parameters.seeds = integer('seeds', flags.seeds, 1);
  const data = flags.data ?? env.SQUEEZELAB_DATA;
  if (data && !existsSync(data)) throw new UsageError(`data: the folder ${data} does not exist`);
  return { notebook: resolve(path), scale, parameters, ...(data && { dataDir: resolve(data) }) };
}

const isScale = (text: string): text is Scale => (scales as readonly string[]).includes(text);

const commands: Record<string, (args: string[]) => Promise<number>> = {
  async start(args) {
    const { values, positionals } = parseArgs({ args, options: running, allowPositionals: true });
    if (positionals.length > 1) throw new UsageError(`start: must get one notebook, got ${positionals.join(', ')}`);
    const { start } = await import('./start');
    return start(options(positionals[0] ?? '01-deep-compression', values, process.env));
  },

  async record(args) {
    const { values, positionals } = parseArgs({ args, options: running, allowPositionals: true });
    if (values.scale && values.scale !== 'paper') throw new UsageError(`record: must run at paper scale, got ${values.scale}`);
    const names = positionals.length > 0 ? positionals : readdirSync(notebooks).filter((file) => file.endsWith('.ipynb'));
    const runs = names.map((name) => options(name, { ...values, scale: 'paper' }, process.env));
    const { record } = await import('./record');
    await record(runs);
    return 0;
  },

  async report(args) {
    const { values } = parseArgs({ args, options: { json: { type: 'boolean' } } });
    const { reportJson, writeReport } = await import('../papers');
    if (values.json) console.log(reportJson());
    else {
      writeReport();
      console.log('Wrote REPRODUCTION.md');
    }
    return 0;
  },

  async data(args) {
    const { values, positionals } = parseArgs({ args, options: { data: running.data }, allowPositionals: true });
    if (positionals.length !== 1) throw new UsageError('data: must get the name of one data set');
    const { download } = await import('../data');
    await download(positionals[0], { dataDir: values.data && resolve(values.data) });
    return 0;
  },

  async inspect(args) {
    const [file] = exactly('inspect', ['FILE'], parseArgs({ args, allowPositionals: true }).positionals);
    const { inspect } = await import('./files');
    console.log(inspect(file));
    return 0;
  },

  async pack(args) {
    const { values, positionals } = parseArgs({ args, options: { density: { type: 'string' }, bits: { type: 'string' } }, allowPositionals: true });
    const [from, to] = exactly('pack', ['model.json', 'FILE'], positionals);
    const density = values.density === undefined ? undefined : Number(values.density);
    if (density !== undefined && !(density > 0 && density <= 1)) throw new UsageError(`density: must be the part of the weights to keep, above 0 and up to 1, got ${values.density}`);
    const bits = values.bits === undefined ? undefined : integer('bits', values.bits, 1);
    const { packFile } = await import('./files');
    console.log(await packFile(from, to, { density, bits }));
    return 0;
  },

  async unpack(args) {
    const [from, folder] = exactly('unpack', ['FILE', 'FOLDER'], parseArgs({ args, allowPositionals: true }).positionals);
    const { unpackFile } = await import('./files');
    console.log(await unpackFile(from, folder));
    return 0;
  },

  async kernel(args) {
    const { values } = parseArgs({ args, options: { user: { type: 'boolean', default: false } } });
    const { howToUse, installKernel, projectJupyterFolder, userJupyterFolder } = await import('./jupyter');
    console.log(howToUse(installKernel(values.user ? userJupyterFolder() : projectJupyterFolder), values.user));
    return 0;
  },
};

/** Runs a command line and returns its exit code: 2 for a mistake in it, 1 for a failure. */
async function main([command = '', ...args]: string[]): Promise<number> {
  if ([command, ...args].some((word) => word === '--help' || word === '-h') || command === 'help') {
    console.log(usage);
    return 0;
  }
  try {
    if (!Object.hasOwn(commands, command)) throw new UsageError(`squeezelab: no command ${command || 'given'}`);
    return await commands[command](args);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const mistake = error instanceof UsageError || code?.startsWith('ERR_PARSE_ARGS');
    console.error(mistake ? `${message}\n\n${usage}` : message);
    return mistake ? 2 : 1;
  }
}

void main(process.argv.slice(2)).then((code) => (process.exitCode = code));
