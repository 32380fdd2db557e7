/** Other people's nets in their own files, or files of the same kind that are made here; and what is asked of them. */
import * as tf from '@tensorflow/tfjs';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Dataset, dataFile, dataFolder, firstImages, hasDataFile, hasPhotographs, type Photographs, photographs } from '../data';
import { compile } from '../engine';
import { type DeepCompressed, floatsOf, readNpy, writeDeepCompressed } from '../formats';
import type { LedgerRow } from '../measure';
import { lenet5, squeezenet } from '../models';
import { key, normal } from '../random';
import { type Scale, sizeOf } from '../system';
import { fit } from '../train';
import { lenetPixels, writeCaffeLenet5, writeNumpySqueezenet } from '../zoo';
import { drawnPictures, drawnSqueezenet } from './madeFiles';
import { wanted, type Where } from './where';

export interface OtherFilesSettings {
  /** Of the LeNet that is trained where Caffe's is not at hand. */
  lenet: { images: number; epochs: number; batch: number };
  photographs: number;
}

export const otherFilesSettings: Record<Scale, OtherFilesSettings> = {
  smoke: { lenet: { images: 600, epochs: 6, batch: 50 }, photographs: 2 },
  quick: { lenet: { images: 3000, epochs: 2, batch: 128 }, photographs: 8 },
  paper: { lenet: { images: 3000, epochs: 2, batch: 128 }, photographs: 1000 },
};

/** A file, and whether it is somebody's or made here. */
export interface Found {
  bytes: Uint8Array;
  real: boolean;
}

/** Caffe's LeNet; or one that is trained here on a few digits, in the same format. */
export async function caffeLenetFile({ scale, dataDir }: Where, { train }: Dataset): Promise<Found> {
  if (wanted(scale, () => hasDataFile('lenet-caffe', dataDir))) return { bytes: await dataFile('lenet-caffe', { dataDir }), real: true };
  const { images, epochs, batch } = otherFilesSettings[scale].lenet;
  const model = lenet5(key(1));
  await fit(model, { ...firstImages(train, Math.min(images, train.count)), standardization: lenetPixels }, { key: key(2), epochs, batch, learningRate: 0.05 });
  return { bytes: writeCaffeLenet5(model), real: false };
}

/** SqueezeNet as the authors of Deep Compression published it; or one of random weights in the same format. */
export async function compressedSqueezenetFile({ scale, dataDir }: Where): Promise<Found> {
  if (wanted(scale, () => hasDataFile('squeezenet-deep-compression', dataDir))) return { bytes: await dataFile('squeezenet-deep-compression', { dataDir }), real: true };
  return { bytes: writeDeepCompressed(drawnSqueezenet()), real: false };
}

/** MXNet's SqueezeNet 1.1 in 52 NumPy files, and inputs with the outputs that belong to them. */
export interface NumpyFiles {
  read: (file: string) => Uint8Array;
  /** `[224, 224, 3]` each. */
  inputs: Float32Array[];
  /** `[1000]` each. */
  outputs: Float32Array[];
  real: boolean;
}

/** MXNet's files with their three tests; or those of a net of random weights, with what it gives for one input. */
export async function numpySqueezenetFiles({ scale, dataDir }: Where): Promise<NumpyFiles> {
  const folder = join(dataFolder(dataDir), 'squeezenet1.1');
  if (wanted(scale, () => existsSync(folder))) {
    const part = (test: number, name: string) => floatsOf(readNpy(readFileSync(join(folder, 'test_data_set', String(test), `${name}_0.npy`)))).values;
    const pixelwise = (input: Float32Array) => tf.tidy(() => tf.transpose(tf.tensor(input, [1, 3, 224, 224]), [0, 2, 3, 1])).dataSync<'float32'>();
    const tests = [0, 1, 2];
    return { read: (file) => readFileSync(join(folder, 'weights', file)), inputs: tests.map((test) => pixelwise(part(test, 'input'))), outputs: tests.map((test) => part(test, 'output')), real: true };
  }
  const model = squeezenet(key(4), { version: '1.1' });
  const files = writeNumpySqueezenet(model);
  const inputs = [normal(key(5), 224 * 224 * 3)];
  return { read: (file) => files.get(file)!, inputs, outputs: await outputsOf(model, inputs), real: false };
}

/** What a net gives for each of some single inputs. */
export async function outputsOf(model: tf.LayersModel, inputs: readonly Float32Array[]): Promise<Float32Array[]> {
  const run = await compile((x) => model.predict(x) as tf.Tensor, [{ shape: [1, ...(model.inputs[0].shape.slice(1) as number[])] }]);
  const outputs: Float32Array[] = [];
  for (const input of inputs) outputs.push((await run(input)).dataSync<'float32'>());
  await run.dispose();
  return outputs;
}

/** The largest absolute difference between two lists of outputs. */
export const largestDifference = (some: readonly Float32Array[], others: readonly Float32Array[]): number =>
  some.reduce((most, output, test) => output.reduce((far, value, i) => Math.max(far, Math.abs(value - others[test][i])), most), 0);

/** Numbers of two models of one architecture that are not the same bits. */
export function differentNumbers(model: tf.LayersModel, other: tf.LayersModel): number {
  const words = (weight: tf.Tensor) => new Uint32Array(Float32Array.from(weight.dataSync()).buffer);
  const others = other.getWeights().map(words);
  return model.getWeights().map(words).reduce((sum, weight, i) => sum + weight.filter((word, at) => word !== others[i][at]).length, 0);
}

/** The first photographs of the contest; or drawn pictures. */
export function findPhotographs({ scale, dataDir }: Where): Promise<Photographs> {
  const count = otherFilesSettings[scale].photographs;
  return wanted(scale, () => hasPhotographs(dataDir)) ? photographs({ count, dataDir }) : Promise.resolve(drawnPictures(count));
}

/** What a layer of the authors' file holds. */
export interface LayerCounts {
  layer: string;
  weights: number;
  /** Kept weights and fillers. */
  entries: number;
  fillers: number;
  biases: number;
}

/** The counts of each layer, and their `total` as the last. */
export function countEntries(layers: readonly DeepCompressed[]): LayerCounts[] {
  const rows = layers.map(({ name, shape, codes, gaps, biases }) => ({
    layer: name,
    weights: sizeOf(shape),
    entries: codes.length,
    fillers: codes.reduce((count, code, i) => count + Number(code === 0 && gaps[i] === 15), 0),
    biases: biases.length,
  }));
  const sum = (what: Exclude<keyof LayerCounts, 'layer'>) => rows.reduce((total, row) => total + row[what], 0);
  return [...rows, { layer: 'total', weights: sum('weights'), entries: sum('entries'), fillers: sum('fillers'), biases: sum('biases') }];
}

/** Bytes of the authors' file by what they are for, beside those of a packed file, whose ledger's total is given. */
export function bytesByPart(layers: readonly DeepCompressed[], total: LedgerRow): { part: string; theirs: number; ours: number }[] {
  const sum = (bytes: (layer: DeepCompressed) => number) => layers.reduce((all, layer) => all + bytes(layer), 0);
  return [
    { part: 'codes', theirs: sum(({ codes, bits }) => Math.ceil((codes.length * bits) / 8)), ours: total.codeBytes },
    { part: 'gaps', theirs: sum(({ gaps }) => Math.ceil(gaps.length / 2)), ours: total.gapBytes },
    { part: 'codebooks', theirs: sum(({ codebook }) => codebook.byteLength), ours: total.codebookBytes },
    { part: 'biases; in ours with their headers', theirs: sum(({ biases }) => biases.byteLength), ours: total.biasBytes },
    { part: 'headers; in ours the architecture and a checksum', theirs: 4 * layers.length, ours: total.headerBytes },
    { part: 'Huffman tables', theirs: 0, ours: total.tableBytes },
  ];
}
