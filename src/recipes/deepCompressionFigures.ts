/** Figures 5 to 8 of Deep Compression (Han, Mao & Dally, ICLR 2016) on the LeNets: pruning, sharing, both and SVD; bits; where centroids start; codes and gaps. */
import * as tf from '@tensorflow/tfjs';
import { toGaps } from '../codec';
import { lowRank, prune, share } from '../compress';
import { firstImages } from '../data';
import { copyModel } from '../formats';
import { smallestRate, symbolStatistics, type SymbolStatistics } from '../measure';
import { foldIn, key } from '../random';
import type { Scale } from '../system';
import { adam, evaluate } from '../train';
import { parametrize, parametrizeAll } from '../weights';
import { compressionSettings, published } from './compressionSettings';
import { kernelValues, pruneLayers, shareLayers } from './deepCompression';
import type { FiguresSettings } from './figuresSettings';
import { densitiesAt } from './learningConnections';
import { type LeNet, lenets, reference } from './references';
import { type Images, trainStage } from './stage';

/** A net before compression, and pruned to the paper's densities and retrained: the first stage of `compressAsPublished`. Errors / test images. */
export interface PrunedNet {
  reference: tf.LayersModel;
  pruned: tf.LayersModel;
  errors: { reference: number; pruned: number };
}

const errorOf = async (model: tf.LayersModel, { test }: Images) => (await evaluate(model, test)).error;

/** Trains a LeNet, and prunes a copy of it as `compressAsPublished` begins, with the same training. */
export async function prunedNet(net: LeNet, images: Images, seed: number, scale: Scale): Promise<PrunedNet> {
  const { epochs, rates } = compressionSettings[net][scale];
  const { model, error } = await reference(net, images, { seed, scale });
  const pruned = await copyModel(model);
  pruneLayers(pruned, published[net].densities);
  await trainStage(pruned, images.train, { stage: 'published, pruned', seed, epochs: epochs.published, rate: rates.pruned });
  return { reference: model, pruned, errors: { reference: error, pruned: await errorOf(pruned, images) } };
}

/** A setting's net: the size of its weights as a part of fp32, by formula, or the bits of its codes; and errors / test images. */
export interface Point {
  x: number;
  error: number;
}

/** The size of a net's weights as a part of fp32: `smallestRate` of each kernel. */
export function weightsRate(model: tf.LayersModel, clusters?: number): number {
  const kernels = Object.values(kernelValues(model));
  const bits = kernels.reduce((sum, weights) => sum + weights.length * smallestRate(weights, clusters), 0);
  return bits / kernels.reduce((sum, { length }) => sum + length, 0);
}

/** A centroid's gradient is the sum over its members, few or many: Adam, whose steps do not grow with it, suits all numbers of bits. */
function trainShared(model: tf.LayersModel, net: LeNet, images: Images, seed: number, stage: string, { centroids, sharedImages }: FiguresSettings) {
  const split = net === 'LeNet-5' ? firstImages(images.train, Math.min(sharedImages, images.train.count)) : images.train;
  return trainStage(model, split, { stage, seed, epochs: centroids[net], rate: 1e-3, optimizer: adam() });
}

/** Keeps the zeros of a net that was pruned and copied. */
const keepZeros = (model: tf.LayersModel) => parametrizeAll(model, prune({ quality: 0 }));

/** One seed's curves of Figure 6: error against size, `[settings]` points each. */
export type Figure6 = Record<'pruned' | 'shared' | 'both' | 'svd', Point[]>;

/** LeNet-300-100 made smaller in four ways. What is pruned is retrained as in the recipe of Learning both Weights and Connections, `L2, at the first rate`; what is shared is trained; what the SVD factors is not. */
export async function figure6(net: PrunedNet, images: Images, seed: number, settings: FiguresSettings): Promise<Figure6> {
  const { densities, bits, both, ranks } = settings.figure6;
  const measured = async (model: tf.LayersModel, clusters?: number): Promise<Point> => {
    const point = { x: weightsRate(model, clusters), error: await errorOf(model, images) };
    model.dispose();
    return point;
  };
  const prunedTo = async (density: number) => {
    const model = await copyModel(net.reference);
    pruneLayers(model, densitiesAt(density));
    await trainStage(model, images.train, { stage: `L2, ${density} kept, first rate`, seed, epochs: settings.retrain, rate: lenets['LeNet-300-100'].rate });
    return model;
  };
  const shared = async (model: tf.LayersModel, width: number, stage: string) => {
    parametrizeAll(model, share({ bits: width }));
    await trainShared(model, 'LeNet-300-100', images, seed, `${stage}, ${width} bits`, settings);
    return measured(model, 2 ** width);
  };
  const curves: Figure6 = { pruned: [], shared: [], both: [], svd: [] };
  for (const density of densities) curves.pruned.push(await measured(await prunedTo(density)));
  for (const width of bits) curves.shared.push(await shared(await copyModel(net.reference), width, 'shared'));
  for (const [density, width] of both) curves.both.push(await shared(await prunedTo(density), width, `pruned to ${density}`));
  for (const rank of ranks) curves.svd.push(await ofRank(net.reference, rank, images));
  return curves;
}

/** Each kernel replaced by its best approximation of a rank; it takes two thin factors, or itself where those are larger. */
async function ofRank(model: tf.LayersModel, rank: number, images: Images): Promise<Point> {
  const copy = await copyModel(model);
  let [values, all] = [0, 0];
  for (const layer of copy.layers) {
    const [kernel, bias] = layer.getWeights();
    const { left, right, inputs, units } = lowRank(kernel, Math.min(rank, ...kernel.shape));
    values += Math.min(left.length + right.length, kernel.size);
    all += kernel.size;
    const of = left.length / inputs;
    tf.tidy(() => layer.setWeights([tf.matMul(tf.tensor2d(left, [inputs, of]), tf.tensor2d(right, [of, units])), bias]));
  }
  const point = { x: values / all, error: await errorOf(copy, images) };
  copy.dispose();
  return point;
}

/** The layers whose values Figure 7 shares. */
export const groups: Record<string, readonly string[]> = { convolutions: ['conv1', 'conv2'], 'dense layers': ['fc1', 'fc2'], all: lenets['LeNet-5'].layers };

/** One seed's curve of Figure 7: LeNet-5, pruned or not, with the values of some layers shared and trained, and their biases with them; the other layers stay as they are. */
export async function figure7(net: PrunedNet, group: string, pruned: boolean, images: Images, seed: number, settings: FiguresSettings): Promise<Point[]> {
  const points: Point[] = [];
  for (const bits of settings.figure7) {
    const model = await copyModel(pruned ? net.pruned : net.reference);
    if (pruned) keepZeros(model);
    shareLayers(model, Object.fromEntries(groups[group].map((layer) => [layer, bits])));
    for (const layer of model.layers) layer.trainable = groups[group].includes(layer.name);
    await trainShared(model, 'LeNet-5', images, seed, `${group}${pruned ? ', pruned' : ''}, ${bits} bits`, settings);
    points.push({ x: bits, error: await errorOf(model, images) });
    model.dispose();
  }
  return points;
}

/** Where centroids start. */
export const starts = ['linear', 'density', 'random'] as const;
export type Start = (typeof starts)[number];

/** One seed's curves of Figure 8: the pruned LeNet-300-100 with its values shared from a start, before and after they are trained. */
export async function figure8(net: PrunedNet, start: Start, images: Images, seed: number, settings: FiguresSettings): Promise<{ before: Point[]; after: Point[] }> {
  const curves = { before: [] as Point[], after: [] as Point[] };
  for (const bits of settings.figure8) {
    const model = await copyModel(net.pruned);
    keepZeros(model);
    for (const layer of lenets['LeNet-300-100'].layers) parametrize(model.getLayer(layer), 'kernel', share({ bits, start, key: foldIn(key(seed), layer) }));
    curves.before.push({ x: bits, error: await errorOf(model, images) });
    await trainShared(model, 'LeNet-300-100', images, seed, `${start}, ${bits} bits`, settings);
    curves.after.push({ x: bits, error: await errorOf(model, images) });
    model.dispose();
  }
  return curves;
}

/** Figure 5: the codes and gaps of one layer of a pruned net, shared at some bits. */
export async function figure5(net: PrunedNet, { layer, bits, gapBits }: { layer: string; bits: number; gapBits: number }): Promise<Record<'codes' | 'gaps', SymbolStatistics>> {
  const model = await copyModel(net.pruned);
  keepZeros(model);
  parametrize(model.getLayer(layer), 'kernel', share({ bits }));
  const weights = kernelValues(model)[layer];
  model.dispose();
  const codebook = [...new Set(weights.filter((weight) => weight !== 0))].sort((a, b) => a - b);
  const codeOf = new Map(codebook.map((value, i) => [value, i + 1]));
  const positions = Uint32Array.from(weights.keys()).filter((i) => weights[i] !== 0);
  const entries = toGaps(positions, Uint16Array.from(positions, (i) => codeOf.get(weights[i])!), gapBits);
  return { codes: symbolStatistics(entries.codes, codebook.length + 1), gaps: symbolStatistics(entries.gaps, 2 ** gapBits) };
}
