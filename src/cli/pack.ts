import { Command } from 'commander';
import { positive, whole } from './usage';

export const pack = new Command('pack')
  .description('a tfjs LayersModel into a packed file; kernels and embeddings may be pruned and share values on the way, without retraining')
  .argument('<model.json>', 'as tfjs saves it')
  .argument('<file>', 'to write')
  .option('--density <d>', 'the part of the weights to keep, above 0 and up to 1', positive(1))
  .option('--bits <b>', '2^b shared values a layer, from 1 to 16', whole(1, 16))
  .addHelpText('after', '\nExample:\n  squeezelab pack model.json small.sqz --density 0.1 --bits 5')
  .action(async (from: string, to: string, methods: { density?: number; bits?: number }) => {
    const { packFile } = await import('./actions/files');
    console.log(await packFile(from, to, methods));
  });
