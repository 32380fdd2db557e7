import { Command } from 'commander';

export const unpack = new Command('unpack')
  .description('a packed file into a tfjs LayersModel: model.json and weights.bin')
  .argument('<file>', 'a packed file')
  .argument('<folder>', 'to write to')
  .addHelpText('after', '\nExample:\n  squeezelab unpack small.sqz mine')
  .action(async (from: string, folder: string) => {
    const { unpackFile } = await import('./actions/files');
    console.log(await unpackFile(from, folder));
  });
