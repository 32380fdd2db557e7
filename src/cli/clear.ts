import { Command } from 'commander';
import { UsageError } from './usage';

export const clear = new Command('clear')
  .description('take the outputs out of notebooks: what cells printed and showed, their numbers and times')
  .argument('[notebooks...]', 'files to write anew')
  .option('--stdin', 'read one notebook from standard input and write it to standard output, as a git filter', false)
  .addHelpText('after', "\nExample:\n  squeezelab clear mine.ipynb\n  git config filter.squeezelab.clean 'npx squeezelab clear --stdin'   (docs/notebooks.md)")
  .action(async (notebooks: string[], { stdin }: { stdin: boolean }) => {
    if (stdin === notebooks.length > 0) throw new UsageError('clear: it must get notebooks, or --stdin alone');
    const { readFileSync } = await import('node:fs');
    const { clearOutputs } = await import('../lab/clearOutputs');
    if (stdin) process.stdout.write(clearOutputs(readFileSync(0, 'utf8')));
    const { writeAtomic } = await import('../system');
    for (const notebook of notebooks) {
      const text = named(notebook, () => readFileSync(notebook, 'utf8'));
      const cleared = named(notebook, () => clearOutputs(text));
      if (cleared !== text) writeAtomic(notebook, cleared);
      console.log(cleared === text ? `${notebook} has no outputs` : `Cleared ${notebook}`);
    }
  });

/** What fails says in which file. */
function named<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`, { cause: error });
  }
}
