import { Command } from 'commander';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

export const data = new Command('data')
  .description('download a data set and check it')
  .argument('<name>', 'mnist, cifar10 and others: data/README.md lists them')
  .option('--data <folder>', 'where to, in place of data/ or SQUEEZELAB_DATA')
  .addHelpText('after', '\nExample:\n  squeezelab data mnist')
  .action(async (name: string, { data: folder }: { data?: string }) => {
    if (folder && !existsSync(folder)) console.log(`Making the folder ${resolve(folder)}`);
    const { download } = await import('../data');
    await download(name, { dataDir: folder && resolve(folder) });
  });
