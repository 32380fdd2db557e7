/** Deep Compression (Han, Mao & Dally, ICLR 2016) of both LeNets: at the paper's densities and bits, and at those that the net's own sensitivity chooses. */
import type * as tf from '@tensorflow/tfjs';
import { prune, removeDead, share } from '../compress';
import { firstImages, type Split } from '../data';
import { copyModel, pack, unpack } from '../formats';
import { allocate, ledger, type LedgerRow, sensitivity } from '../measure';
import { checkOptions, type Scale } from '../system';
import { evaluate } from '../train';
import { kernels, parametrize, parametrizeAll } from '../weights';
import { compressionSettings, type CompressionSettings, type PerLayer } from './compressionSettings';
import { type LeNet, reference } from './references';
import { type Images, trainStage, withoutDecay } from './stage';

/** A file that was written, read back, and measured as it was read. */
export interface MeasuredFile {
  bytes: number;
  ledger: LedgerRow[];
  /** fp32 bytes of all values / bytes of the file. */
  ratio: number;
  /** Errors / test images of the net that was read. */
  error: number;
}

/** Packs a model, unpacks the bytes and evaluates what came back. */
export async function measureFile(model: tf.LayersModel, split: Split, options: { indexBits?: number } = {}): Promise<MeasuredFile> {
  const packed = pack(model, options);
  const read = await unpack(packed.bytes);
  const { error } = await evaluate(read, split);
  read.dispose();
  const rows = ledger(packed);
  return { bytes: packed.bytes.length, ledger: rows, ratio: rows[rows.length - 1].ratio, error };
}

/** Puts `prune` on the kernels of the layers named, each at its density. */
export const pruneLayers = (model: tf.LayersModel, densities: PerLayer) => parametrizeAll(model, mapValues(densities, (density) => prune({ density })));
/** Puts `share` on the kernels of the layers named, each with its bits. */
export const shareLayers = (model: tf.LayersModel, bits: PerLayer) => parametrizeAll(model, mapValues(bits, (width) => share({ bits: width })));

/** A copy of each layer's kernel as the model computes with it, by the layer's name. */
export const kernelValues = (model: tf.LayersModel): Record<string, Float32Array> =>
  Object.fromEntries(kernels(model).map(({ layer, weight }) => [layer.name, weight.read().dataSync<'float32'>().slice()]));

const countKept = (values: Float32Array): number => values.filter((value) => value !== 0).length;

/** The part of the kernels' weights that are not zero. */
export function densityOf(model: tf.LayersModel): number {
  const all = Object.values(kernelValues(model));
  return all.reduce((sum, values) => sum + countKept(values), 0) / all.reduce((sum, { length }) => sum + length, 0);
}

const mapValues = <A, B>(values: Record<string, A>, make: (value: A) => B): Record<string, B> => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, make(value)]));

const errorOf = async (model: tf.LayersModel, { test }: Images) => (await evaluate(model, test)).error;

/** Errors / test images after each stage at the paper's densities and bits. */
export interface AsPublished {
  /** Cut, and not yet retrained. */
  cut: number;
  pruned: number;
  /** Shared, the values not yet trained. */
  rounded: number;
  shared: number;
  file: MeasuredFile;
}

/** The paper's pipeline in one round: prune, retrain, share, train the shared values, code. The model is changed. */
export async function compressAsPublished(model: tf.LayersModel, images: Images, seed: number, { published: { densities, bits, indexBits }, epochs, rates }: CompressionSettings): Promise<AsPublished> {
  pruneLayers(model, densities);
  const cut = await errorOf(model, images);
  await trainStage(model, images.train, { stage: 'published, pruned', seed, epochs: epochs.published, rate: rates.pruned });
  const pruned = await errorOf(model, images);
  shareLayers(model, bits);
  const rounded = await errorOf(model, images);
  await trainStage(model, images.train, { stage: 'published, shared', seed, epochs: epochs.centroids, rate: rates.shared, optimizer: withoutDecay });
  return { cut, pruned, rounded, shared: await errorOf(model, images), file: await measureFile(model, images.test, { indexBits }) };
}

/** A round of pruning, after its retraining. */
export interface Round {
  densities: PerLayer;
  /** Of all kernels together. */
  density: number;
  error: number;
}

export interface OurWay {
  rounds: Round[];
  /** Dead units that were removed, by layer. */
  removed: Record<string, number>;
  bits: PerLayer;
  file: MeasuredFile;
}

/** Our own setting: rounds of measuring, pruning and retraining, dead units removed, the bits of the values by sensitivity, the biases shared as well. The model is changed. */
export async function compressOurWay(model: tf.LayersModel, images: Images, seed: number, { epochs, rates, budgets, tried, probe }: CompressionSettings): Promise<OurWay> {
  const measured = firstImages(images.train, probe);
  const rounds: Round[] = [];
  for (const [i, budget] of budgets.pruning.entries()) {
    const minded = await sensitivity(model, measured, { settings: tried.densities, methods: (density) => [prune({ density }), share({ bits: 5 })] });
    const present = mapValues(kernelValues(model), (values) => countKept(values) / values.length);
    // What an earlier round cut stays cut, also where this one has no nats left for the layer and so chooses density 1.
    const densities = Object.fromEntries(Object.entries(allocate(minded, { budget })).map(([layer, density]) => [layer, Math.min(density, present[layer])]));
    pruneLayers(model, densities);
    const last = i === budgets.pruning.length - 1;
    await trainStage(model, images.train, { stage: `own, round ${i + 1}`, seed, epochs: last ? epochs.last : epochs.round, rate: rates.pruned });
    rounds.push({ densities, density: densityOf(model), error: await errorOf(model, images) });
  }
  const removed = removeDead(model);
  const bits = allocate(await sensitivity(model, measured, { settings: tried.bits, methods: (width) => [share({ bits: width })] }), { budget: budgets.bits });
  shareLayers(model, bits);
  for (const { layer } of kernels(model)) parametrize(layer, 'bias', share({ bits: budgets.biasBits }));
  await trainStage(model, images.train, { stage: 'own, shared', seed, epochs: epochs.centroids, rate: rates.shared, optimizer: withoutDecay });
  return { rounds, removed, bits, file: await measureFile(model, images.test) };
}

/** What a seed gave: the error of its reference, and of both settings what each stage gave. */
export interface Compressed {
  seed: number;
  /** Errors / test images. */
  reference: number;
  published: AsPublished;
  own: OurWay;
}

/**
 * Trains a LeNet and compresses it twice: at the paper's densities and bits, and at those that our own budgets choose.
 *
 * @param options the seed; the scale, whose settings hold where none is given
 * @throws TypeError for a setting that there is not
 */
export async function deepCompression(net: LeNet, images: Images, options: { seed: number; scale: Scale } & Partial<CompressionSettings>): Promise<Compressed> {
  checkOptions('deepCompression', options, ['seed', 'scale', 'published', 'epochs', 'rates', 'budgets', 'tried', 'probe'], ['seed', 'scale']);
  const { seed, scale, ...changes } = options;
  const settings = { ...compressionSettings[net][scale], ...changes };
  const { model, error } = await reference(net, images, { seed, scale });
  const copy = await copyModel(model);
  const asPublished = await compressAsPublished(copy, images, seed, settings);
  copy.dispose();
  const own = await compressOurWay(model, images, seed, settings);
  model.dispose();
  return { seed, reference: error, published: asPublished, own };
}
