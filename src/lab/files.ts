/** `squeezelab inspect`, `pack` and `unpack`: packed files from the command line. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { decode, type PackedTensor } from '../codec';
import { prune, share } from '../compress';
import { pack, readLayersModel, unpack, writeLayersModel } from '../formats';
import { formatLedger, ledger } from '../measure';
import { writeAtomic } from '../system';
import { kernels, parametrizeAll, type Transform } from '../weights';

/** What is in a packed file: its tensors, and what every byte is for. */
export function inspect(path: string): string {
  const bytes = readFileSync(path);
  const model = decode(bytes);
  const { class_name: kind = 'model', config } = parsedArchitecture(model.architecture);
  const tensors = model.tensors.map((tensor) => `${tensor.name} [${tensor.shape.join(', ')}]: ${kindOf(tensor)}`);
  return [`${path}: ${kind} ${config?.name ?? ''}, ${bytes.length.toLocaleString('en')} bytes, format version ${bytes[3]}, checksum right`, '', ...tensors, '', formatLedger(ledger(model.account))].join('\n');
}

function kindOf(tensor: PackedTensor): string {
  if (tensor.kind === 'dense') return 'float32';
  const { codebook, indexBits } = tensor;
  if (codebook.length === 0) return 'all zero';
  return `${codebook.length} shared ${codebook.length === 1 ? 'value' : 'values'}${indexBits ? `, gaps of ${indexBits} bits` : ''}`;
}

/**
 * Packs a tfjs LayersModel; with a density and bits, its kernels and embeddings are pruned by magnitude and share values first, without any retraining.
 * Biases, and what normalises or activates, stay as they are.
 */
export async function packFile(from: string, to: string, { density, bits }: { density?: number; bits?: number }): Promise<string> {
  if (isFolder(to)) throw new Error(`pack: ${to} must be a file to write, but is a folder; name a file in it, ${join(to, 'model.sqz')}`);
  const model = await readLayersModel(from);
  const methods = [...(density === undefined ? [] : [prune({ density })]), ...(bits === undefined ? [] : [share({ bits })])];
  if (methods.length > 0 && kernels(model).length === 0) {
    const names = model.weights.map(({ originalName }) => originalName).join(', ');
    throw new Error(`pack: ${from} must have kernels or embeddings to prune or share, got ${names || 'no weights'}; leave out --density and --bits`);
  }
  for (const method of methods) parametrizeAll<Transform>(model, method);
  const packed = pack(model);
  writeAtomic(to, packed.bytes);
  return `${formatLedger(ledger(packed))}\n\nWrote ${to}`;
}

/** Unpacks a file into a folder, as a tfjs LayersModel. */
export async function unpackFile(from: string, folder: string): Promise<string> {
  if (isFolder(folder) === false) throw new Error(`unpack: ${folder} must be a folder to write to, but is a file; name another`);
  await writeLayersModel(await unpack(readFileSync(from)), folder);
  return `Wrote ${join(folder, 'model.json')} and weights.bin; tf.loadLayersModel reads them`;
}

/** Undefined for what does not exist. */
const isFolder = (path: string): boolean | undefined => statSync(path, { throwIfNoEntry: false })?.isDirectory();

function parsedArchitecture(json: string): { class_name?: string; config?: { name?: string } } {
  try {
    return JSON.parse(json) as { class_name?: string; config?: { name?: string } };
  } catch {
    return {};
  }
}
