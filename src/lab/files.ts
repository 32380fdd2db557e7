/** `squeezelab inspect`, `pack` and `unpack`: packed files from the command line. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decode } from '../codec';
import { pack, prune, share, unpack } from '../compress';
import { readLayersModel, writeLayersModel } from '../formats';
import { formatLedger, ledger } from '../measure';
import { writeAtomic } from '../system';
import { parametrize } from '../weights';

/** What is in a packed file: its tensors, and what every byte is for. */
export function inspect(path: string): string {
  const bytes = readFileSync(path);
  const model = decode(bytes);
  const { class_name: kind = 'model', config } = parsedArchitecture(model.architecture);
  const tensors = model.tensors.map(
    (tensor) => `${tensor.name} [${tensor.shape.join(', ')}]: ${tensor.kind === 'dense' ? 'float32' : `${tensor.codebook.length} shared values${tensor.indexBits ? `, gaps of ${tensor.indexBits} bits` : ''}`}`,
  );
  return [`${path}: ${kind} ${config?.name ?? ''}, ${bytes.length.toLocaleString('en')} bytes, format version ${bytes[3]}, checksum right`, '', ...tensors, '', formatLedger(ledger(model.account))].join('\n');
}

/** Packs a tfjs LayersModel; with a density and bits, kernels are pruned by magnitude and share values first, without any retraining. */
export async function packFile(from: string, to: string, { density, bits }: { density?: number; bits?: number }): Promise<string> {
  const model = await readLayersModel(from);
  for (const layer of model.layers.filter(({ weights }) => weights.some(({ originalName }) => originalName.endsWith('/kernel')))) {
    if (density !== undefined) parametrize(layer, 'kernel', prune({ density }));
    if (bits !== undefined) parametrize(layer, 'kernel', share({ bits }));
  }
  const packed = pack(model);
  writeAtomic(to, packed.bytes);
  return `${formatLedger(ledger(packed))}\n\nWrote ${to}`;
}

/** Unpacks a file into a folder, as a tfjs LayersModel. */
export async function unpackFile(from: string, folder: string): Promise<string> {
  await writeLayersModel(await unpack(readFileSync(from)), folder);
  return `Wrote ${join(folder, 'model.json')} and weights.bin; tf.loadLayersModel reads them`;
}

function parsedArchitecture(json: string): { class_name?: string; config?: { name?: string } } {
  try {
    return JSON.parse(json) as { class_name?: string; config?: { name?: string } };
  } catch {
    return {};
  }
}
