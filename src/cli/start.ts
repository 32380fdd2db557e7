import { Command } from 'commander';
import { scaleOption, withParameters, type RunFlags } from './options';
import { positive } from './usage';

/** What `start` takes besides. */
export interface StartFlags extends RunFlags {
  out?: string;
  timeout?: number;
  allowErrors?: boolean;
  json?: boolean;
}

export const start = withParameters(
  new Command('start')
    .description('run a notebook; the executed one and what it measured go into a folder below runs/')
    .argument('[notebook]', 'a path, or a name in notebooks/', '01-deep-compression')
    .addOption(scaleOption()),
)
  .option('--out <folder>', "the run's folder, in place of its own below runs/")
  .option('--timeout <seconds>', 'that a cell may take', positive())
  .option('--allow-errors', 'go on after a cell that failed; exit code 1 at the end')
  .option('--json', 'print one JSON object at the end, and all else on the standard error')
  .addHelpText('after', '\nExample:\n  squeezelab start 01-deep-compression --scale paper --seeds 5 --set densities.fc1=0.05')
  .action(async (notebook: string, flags: StartFlags) => {
    const { startNotebook } = await import('./actions/start');
    process.exitCode = await startNotebook(notebook, flags);
  });
