/** `squeezelab inspect`, `pack` and `unpack`: packed files from the command line. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { decode, type PackedTensor } from '../../codec';
import { prune, share } from '../../compress';
import { pack, readLayersModel, unpack, writeLayersModel } from '../../formats';
import { formatLedger, ledger } from '../../measure';
import { writeAtomic } from '../../system';
import { kernels, parametrizeAll, type Transform } from '../../weights';
import { checkFolderAbove, isFolder } from '../usage';

/** A packed file's bytes. */
function read(command: string, path: string): Buffer {
  if (!existsSync(path)) throw new Error(`${command}: ${path} does not exist`);
  if (isFolder(path)) throw new Error(`${command}: ${path} must be a packed file, but is a folder; name a file in it`);
  return readFileSync(path);
}

/** What `work` gives; its error names the file. */
async function naming<T>(path: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`, { cause: error });
  }
}

/** What is in a packed file: its tensors, and what every byte is for. */
export async function inspectFile(path: string): Promise<string> {
  const bytes = read('inspect', path);
  const model = await naming(path, () => decode(bytes));
  const { class_name: kind = 'model', config } = parsedArchitecture(model.architecture);
  const tensors = model.tensors.map((tensor) => `${tensor.name} [${tensor.shape.join(', ')}]: ${kindOf(tensor)}`);
  return [`${path}: ${kind} ${config?.name ?? ''}, ${bytes.length.toLocaleString('en')} bytes, format version ${bytes[3]}, checksum right`, '', ...tensors, '', formatLedger(ledger(model.account))].join('\n');
}

function kindOf(tensor: PackedTensor): string {
  if (tensor.kind === 'dense') return 'float32';
  if (tensor.kind === 'signs') return `signs${tensor.scales.length > 0 ? `, ${counted(tensor.scales.length, 'scale')}` : ''}`;
  const { codebook, indexBits } = tensor;
  if (codebook.length === 0) return 'all zero';
  return `${counted(codebook.length, 'shared value')}${indexBits ? `, gaps of ${indexBits} bits` : ''}`;
}

const counted = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? '' : 's'}`;

/**
 * Packs a tfjs LayersModel; with a density and bits, its kernels and embeddings are pruned by magnitude and share values first, without any retraining.
 * Biases, and what normalises or activates, stay as they are.
 */
export async function packFile(from: string, to: string, { density, bits }: { density?: number; bits?: number }): Promise<string> {
  if (isFolder(to)) throw new Error(`pack: ${to} must be a file to write, but is a folder; name a file in it, ${join(to, 'model.sqz')}`);
  checkFolderAbove(resolve(to));
  if (isFolder(from)) throw new Error(`pack: ${from} is a folder; give its model.json, ${join(from, 'model.json')}`);
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
  checkFolderAbove(resolve(folder));
  const bytes = read('unpack', from);
  await writeLayersModel(await naming(from, () => unpack(bytes)), folder);
  return `Wrote ${join(folder, 'model.json')} and weights.bin; tf.loadLayersModel reads them`;
}

function parsedArchitecture(json: string): { class_name?: string; config?: { name?: string } } {
  try {
    return JSON.parse(json) as { class_name?: string; config?: { name?: string } };
  } catch {
    return {};
  }
}
