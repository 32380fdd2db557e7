/** The command line. Each command loads what it needs when it runs: `--version` and `--help` load nothing. */
import { Command, CommanderError } from 'commander';
import { clear } from './clear';
import { data } from './data';
import { grade } from './grade';
import { inspect } from './inspect';
import { kernel } from './kernel';
import { pack } from './pack';
import { record } from './record';
import { report } from './report';
import { runs } from './runs';
import { start } from './start';
import { student } from './student';
import { unpack } from './unpack';
import { UsageError } from './usage';
import { version } from '../../package.json';

const commands = [start, record, report, runs, data, kernel, clear, inspect, pack, unpack, student, grade];

/** Errors are thrown, not exits; a mistake is told by one line of usage and, last, what is wrong. */
function prepared(command: Command): Command {
  return command.exitOverride().configureOutput({
    outputError: (text, write) => write(`Usage: ${command.createHelp().commandUsage(command)}\n${text.replace(/^error: /, `${command.name()}: `)}`),
  });
}

const program = prepared(new Command('squeezelab'))
  .description('Make neural networks small: run notebooks, keep what they measured, look into packed files.')
  .version(version, '-V, --version')
  .addHelpText('after', '\nsqueezelab COMMAND --help says what a command takes, with an example.\nIn the project npm start, npm run record, report, data and kernel:install do the same; flags come after --.');
for (const command of commands) program.addCommand(prepared(command));
program.hook('preAction', async () => void (await import('tsx/esm/api')).register());
program.addCommand(new Command('version').action(() => console.log(version)), { hidden: true });

/** Runs a command line and returns its exit code: 2 for a mistake in it, 1 for a failure, 130 when interrupted. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    await program.parseAsync(args, { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    console.error((error as Error).message);
    return error instanceof UsageError ? 2 : 1;
  }
}
