/** Makes docs/layers.md of what comes of each layer of tfjs in a file: `npx tsx test/docs/layers.ts` writes it, test/formats/layers.test.ts checks it. */
import { join } from 'node:path';
import { writeAtomic } from '../../src/system';
import { cases, constructorsNamed, table } from '../formats/layers';
import { root } from './documents';

export const PAGE = join(root, 'docs/layers.md');

export const layersPage = async (): Promise<string> =>
  `${[
    '# Layers of tfjs in files',
    `Each of the ${constructorsNamed.length} constructors of \`tf.layers\` in tfjs 4.22, in ${cases.length} nets with weights drawn from keys: written, read, and run on a drawn input. "Same outputs" means bit for bit. What \`pack\` cannot bring back it refuses, with the layer's name. \`npx tsx test/docs/layers.ts\` writes this page from the table in \`test/formats/layers.ts\`.`,
    await table(),
  ].join('\n\n')}\n`;

if (require.main === module) void layersPage().then((page) => writeAtomic(PAGE, page));
