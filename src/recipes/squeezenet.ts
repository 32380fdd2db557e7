/** SqueezeNet (Iandola et al. 2016) on photographs: other people's weights, judged, made smaller without a training, and run in bytes. */
import type * as tf from '@tensorflow/tfjs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prune, share } from '../compress';
import { firstImages, hasPhotographs, type Photographs, photographs, selectImages, type Split } from '../data';
import { copyModel, exportOnnx, pack, unpack } from '../formats';
import { exportInt8, inferOnnx } from '../infer';
import { allocate, amongTop, sensitivity } from '../measure';
import { alexnet, lenet300, smallSqueezenet } from '../models';
import { key } from '../random';
import { progress, type Scale } from '../system';
import { predict } from '../train';
import { parametrizeAll } from '../weights';
import { compressedSqueezenet, mxnetPixels, numpySqueezenet, squeezenetPixels } from '../zoo';
import { densityOf, kernelValues } from './deepCompression';
import { drawnPictures } from './madeFiles';
import { compressedSqueezenetFile, numpySqueezenetFiles } from './otherFiles';
import { wanted, type Where } from './where';

export interface SqueezenetSettings {
  photographs: number;
  /** The first so many of them: what is chosen or calibrated is chosen on these, and judged by the others. */
  heldOut: number;
  /** Bits of a shared weight. */
  bits: readonly number[];
  /** Densities that the sensitivity tries on each layer. */
  densities: readonly number[];
  /** Nats by which pruning may raise the loss on the held-out photographs, all layers together. */
  budget: number;
  /** Runs of each net while its time is taken, and images a run. */
  runs: number;
  batches: readonly number[];
}

const common = { bits: [8, 6, 5, 4], budget: 0.1, batches: [1, 16] };
export const squeezenetSettings: Record<Scale, SqueezenetSettings> = {
  smoke: { ...common, photographs: 4, heldOut: 1, bits: [6], densities: [1, 0.5], runs: 1, batches: [1] },
  quick: { ...common, photographs: 24, heldOut: 4, densities: [1, 0.7, 0.4], runs: 5 },
  paper: { ...common, photographs: 1000, heldOut: 100, densities: [1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3], runs: 50 },
};

/** A net and the photographs as it takes them. */
export interface Judged {
  name: string;
  model: tf.LayersModel;
  /** Photographs to choose by. */
  heldOut: Split;
  /** Photographs to judge by. */
  test: Split;
}

/**
 * SqueezeNet 1.1 with MXNet's weights, and 1.0 as the authors compressed it, with photographs of the sizes that they take; files and pictures that are not at hand are made, of random weights and drawn digits. At smoke scale a small SqueezeNet is in the place of 1.1. `authorsBytes` is the size of the authors' own file.
 */
export async function squeezenetsAndPhotographs(where: Where): Promise<{ later: Judged; authors: Judged; authorsBytes: number; photographs: Photographs; real: boolean }> {
  const { heldOut } = squeezenetSettings[where.scale];
  const file = await compressedSqueezenetFile(where);
  const [net, small, large] = [await laterNet(where), await findPictures(where, where.scale === 'smoke' ? 32 : 224), await findPictures(where, 227)];
  const judged = (name: string, model: tf.LayersModel, split: Split): Judged => ({
    name,
    model,
    heldOut: firstImages(split, heldOut),
    test: selectImages(split, Array.from({ length: split.count - heldOut }, (_, i) => heldOut + i)),
  });
  return {
    later: judged(net.name, net.model, { ...small.split, standardization: mxnetPixels }),
    authors: judged('SqueezeNet 1.0, compressed', compressedSqueezenet(file.bytes).model, { ...large.split, standardization: squeezenetPixels }),
    authorsBytes: file.bytes.length,
    photographs: small,
    real: net.real && file.real && small.real,
  };
}

async function laterNet(where: Where): Promise<{ name: string; model: tf.LayersModel; real: boolean }> {
  if (where.scale === 'smoke') return { name: 'a small SqueezeNet', model: smallSqueezenet(key(4), { classes: 1000 }), real: false };
  const { read, real } = await numpySqueezenetFiles(where);
  return { name: 'SqueezeNet 1.1', model: numpySqueezenet(read), real };
}

function findPictures({ scale, dataDir }: Where, size: number): Promise<Photographs> {
  const count = squeezenetSettings[scale].photographs;
  return wanted(scale, () => hasPhotographs(dataDir)) ? photographs({ count, size, dataDir }) : Promise.resolve(drawnPictures(count, size));
}

/** What a net answers to photographs. */
export interface Answers {
  name: string;
  /** Of the file that was judged. */
  bytes: number;
  /** `[count]`: whether the first answer is right. */
  first: boolean[];
  /** `[count]`: whether one of the first five is. */
  five: boolean[];
}

/** What a net answers to the photographs that it is judged by. */
export async function answersOf(name: string, bytes: number, model: Parameters<typeof predict>[0], test: Split): Promise<Answers> {
  const logits = await predict(model, test, { batch: Math.min(20, test.count) });
  return { name, bytes, first: amongTop(logits, test.labels, 1), five: amongTop(logits, test.labels, 5) };
}

/** How a net was made smaller, and what it answers then. */
export interface SmallerNet extends Answers {
  pruning: 'none' | 'uniform' | 'allocated';
  bits: number;
  /** Weights that are kept, of all weights of kernels, from 0 to 1. */
  density: number;
}

/**
 * Makes a net smaller without a training, in each number of bits and three ways: all weights kept; the same part of the weights kept in every layer; in each layer as many as its sensitivity allows, by `allocate`, which says how many there are in all in both. The bits are of shared weights, k-means over each layer. Judged is what is read from the file.
 */
export async function smallerNets({ model, heldOut, test }: Judged, { bits, densities, budget }: SqueezenetSettings): Promise<SmallerNet[]> {
  const minded = await sensitivity(model, heldOut, { settings: densities, methods: (density) => [prune({ density })], batch: Math.min(20, heldOut.count) });
  const allocated = allocate(minded, { budget });
  const sizes = Object.fromEntries(Object.entries(kernelValues(model)).map(([layer, values]) => [layer, values.length]));
  const all = Object.values(sizes).reduce((sum, size) => sum + size);
  const uniform = Object.entries(sizes).reduce((sum, [layer, size]) => sum + size * allocated[layer], 0) / all;
  const ways = { none: undefined, uniform: prune({ density: uniform }), allocated: Object.fromEntries(Object.entries(allocated).map(([layer, density]) => [layer, prune({ density })])) };
  const shown = progress('smaller nets', 3 * bits.length, 'nets');
  const made: SmallerNet[] = [];
  for (const [pruning, methods] of Object.entries(ways))
    for (const width of bits) {
      const copy = await copyModel(model);
      if (methods) parametrizeAll(copy, methods);
      parametrizeAll(copy, share({ bits: width }));
      const { bytes } = pack(copy);
      const density = densityOf(copy);
      copy.dispose();
      const read = await unpack(bytes);
      const name = `${width} bits${pruning === 'none' ? '' : `, pruned (${pruning})`}`;
      made.push({ pruning: pruning as SmallerNet['pruning'], bits: width, density, ...(await answersOf(name, bytes.length, read, test)) });
      read.dispose();
      shown.update(made.length, name);
    }
  shown.end(made.at(-1)!.name);
  return made;
}

/** AlexNet, by which SqueezeNet measures itself, of random weights; at smoke scale LeNet-300-100 stands in for it. */
export const largeNet = (scale: Scale): { name: string; model: tf.LayersModel } => (scale === 'smoke' ? { name: 'LeNet-300-100', model: lenet300(key(1)) } : { name: 'AlexNet', model: alexnet(key(1)) });

/** ONNX files of the nets whose time is taken: the SqueezeNets, 1.1 in bytes, and a large net. */
export async function onnxFiles({ later, authors }: { later: Judged; authors: Judged }, large: { name: string; model: tf.LayersModel }): Promise<Record<string, Uint8Array>> {
  const folder = mkdtempSync(join(tmpdir(), 'squeezelab-'));
  try {
    const file = join(folder, 'net.onnx');
    const { bytes: inBytes } = await exportInt8(later.model, file, { calibration: later.heldOut });
    return { [later.name]: exportOnnx(later.model, file).bytes, [`${later.name}, int8`]: inBytes, [authors.name]: exportOnnx(authors.model, file).bytes, [large.name]: exportOnnx(large.model, file).bytes };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What a net in an ONNX file answers to the photographs. */
export async function answersOfOnnx(name: string, bytes: Uint8Array, test: Split): Promise<Answers> {
  const net = await inferOnnx(bytes);
  try {
    return await answersOf(name, bytes.length, net, test);
  } finally {
    await net.dispose();
  }
}
