/** Deep Compression (Han, Mao & Dally, ICLR 2016) of both LeNets: at the paper's densities and bits, and at those that the net's own sensitivity chooses. */
import type * as tf from '@tensorflow/tfjs';
import { prune, removeDead, share } from '../compress';
import { firstImages, type Split } from '../data';
import { pack, unpack } from '../formats';
import { allocate, ledger, type LedgerRow, sensitivity } from '../measure';
import type { Scale } from '../system';
import { evaluate } from '../train';
import { kernels, parametrize, parametrizeAll } from '../weights';
import { type LeNet } from './references';
import { type Images, trainStage, withoutDecay } from './stage';

export type PerLayer = Record<string, number>;

/** The paper's densities and bits, Tables 2 and 3. */
export const published: Record<LeNet, { densities: PerLayer; bits: PerLayer; indexBits: number }> = {
  'LeNet-300-100': { densities: { fc1: 0.08, fc2: 0.09, fc3: 0.26 }, bits: { fc1: 6, fc2: 6, fc3: 6 }, indexBits: 5 },
  'LeNet-5': { densities: { conv1: 0.66, conv2: 0.12, fc1: 0.08, fc2: 0.19 }, bits: { conv1: 8, conv2: 8, fc1: 5, fc2: 5 }, indexBits: 5 },
};

/** What our own setting may spend. */
export interface Budgets {
  /** For each round of pruning, the nats that it may add to the loss before it is retrained. */
  pruning: readonly number[];
  /** Nats that sharing the values may add. */
  bits: number;
  /** Of the codes of the biases. */
  biasBits: number;
}

export interface CompressionSettings {
  epochs: { published: number; round: number; last: number; centroids: number };
  /** First learning rates of retraining after pruning, and of training shared values. */
  rates: { pruned: number; shared: number };
  budgets: Budgets;
  /** Densities and bits that the sensitivity is measured at. */
  tried: { densities: readonly number[]; bits: readonly number[] };
  /** Training images that it is measured on. */
  probe: number;
}

const DENSITIES = [1, 0.7, 0.5, 0.35, 0.25, 0.18, 0.12, 0.085, 0.06, 0.042, 0.03, 0.02, 0.014, 0.01, 0.007];
const tried: Record<Scale, CompressionSettings['tried']> = {
  smoke: { densities: [1, 0.3, 0.1], bits: [2, 5] },
  quick: { densities: [1, 0.5, 0.25, 0.12, 0.06, 0.03], bits: [2, 3, 4, 5] },
  paper: { densities: DENSITIES, bits: [2, 3, 4, 5, 6] },
};
const probe: Record<Scale, number> = { smoke: 100, quick: 1000, paper: 10_000 };

export const compressionSettings: Record<LeNet, Record<Scale, CompressionSettings>> = {
  'LeNet-300-100': {
    smoke: settings300('smoke', { published: 1, round: 1, last: 1, centroids: 1 }, [0.2]),
    quick: settings300('quick', { published: 6, round: 4, last: 8, centroids: 2 }, [0.1, 0.05]),
    paper: settings300('paper', { published: 20, round: 20, last: 40, centroids: 5 }, [0.03, 0.03, 0.02]),
  },
  'LeNet-5': {
    smoke: settings5('smoke', { published: 1, round: 1, last: 1, centroids: 1 }, [0.2]),
    quick: settings5('quick', { published: 2, round: 1, last: 2, centroids: 1 }, [0.2]),
    paper: settings5('paper', { published: 15, round: 5, last: 15, centroids: 3 }, [0.03, 0.015]),
  },
};

function settings300(scale: Scale, epochs: CompressionSettings['epochs'], pruning: number[]): CompressionSettings {
  return { epochs, rates: { pruned: 0.1, shared: 2e-4 }, budgets: { pruning, bits: 0.003, biasBits: 4 }, tried: tried[scale], probe: probe[scale] };
}

function settings5(scale: Scale, epochs: CompressionSettings['epochs'], pruning: number[]): CompressionSettings {
  return { epochs, rates: { pruned: 0.05, shared: 2e-4 }, budgets: { pruning, bits: 0.002, biasBits: 4 }, tried: tried[scale], probe: probe[scale] };
}

/** A file that was written, read back, and measured as it was read. */
export interface MeasuredFile {
  bytes: number;
  ledger: LedgerRow[];
  /** Errors / test images of the net that was read. */
  error: number;
}

/** Packs a model, unpacks the bytes and evaluates what came back. */
export async function measureFile(model: tf.LayersModel, split: Split, options: { indexBits?: number } = {}): Promise<MeasuredFile> {
  const packed = pack(model, options);
  const read = await unpack(packed.bytes);
  const { error } = await evaluate(read, split);
  read.dispose();
  return { bytes: packed.bytes.length, ledger: ledger(packed), error };
}

export const pruneLayers = (model: tf.LayersModel, densities: PerLayer) => parametrizeAll(model, mapValues(densities, (density) => prune({ density })));
export const shareLayers = (model: tf.LayersModel, bits: PerLayer) => parametrizeAll(model, mapValues(bits, (width) => share({ bits: width })));

/** The part of the kernels' weights that are not zero. */
export function densityOf(model: tf.LayersModel): number {
  const all = kernels(model).map(({ weight }) => weight.read().dataSync());
  return all.reduce((sum, values) => sum + values.filter((value) => value !== 0).length, 0) / all.reduce((sum, { length }) => sum + length, 0);
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

/** The paper's pipeline in one round: prune, retrain, share, train the shared values, code. The model is changed; `onStage` sees it after each training. */
export async function compressAsPublished(model: tf.LayersModel, net: LeNet, images: Images, seed: number, { epochs, rates }: CompressionSettings): Promise<AsPublished> {
  const { densities, bits, indexBits } = published[net];
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
    const densities = allocate(minded, { budget });
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
