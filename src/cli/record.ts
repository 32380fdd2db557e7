import { Command } from 'commander';
import { notebookNames, withParameters, type RunFlags } from './options';

export const record = withParameters(
  new Command('record')
    .description('run notebooks at paper scale and keep each with its claims, in notebooks/ and results/; needs real data and committed sources')
    .argument('[notebooks...]', 'names in notebooks/; all of them if none is named'),
)
  .addHelpText('after', '\nExample:\n  squeezelab record 01-deep-compression --seeds 5 --data ~/data')
  .action(async (names: string[], flags: RunFlags) => {
    const { recordNotebooks } = await import('./actions/record');
    process.exitCode = await recordNotebooks(names.length > 0 ? names : notebookNames(), flags);
  });
