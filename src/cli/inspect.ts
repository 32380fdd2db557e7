import { Command } from 'commander';

export const inspect = new Command('inspect')
  .description('what is in a packed file, and what every byte of it is for')
  .argument('<file>', 'a packed file')
  .addHelpText('after', '\nExample:\n  squeezelab inspect small.sqz')
  .action(async (file: string) => {
    const { inspectFile } = await import('./actions/files');
    console.log(await inspectFile(file));
  });
