import { setImmediate as others } from 'node:timers/promises';
import { foldNorms } from '../compress';
import type { Split, Standardization } from '../data';
import { unpack } from '../formats';
import { checkOptions, sizeOf, threadsNow } from '../system';
import type { Classifier } from '../train';
import { checkSplit, checkWhole } from '../train/check';
import { type BinaryChain, binaryChain } from './binaryLayers';
import { Runner } from './runner';

/** How `logits` runs. */
export interface InferOptions {
  /** Images a run; 256 if left out. */
  batch?: number;
  /** Threads, this program's own among them: all cores if left out, or as many as SQUEEZELAB_THREADS says, which bounds them. */
  threads?: number;
}

/** A binary net that runs on bits. */
export interface BinaryNet extends Classifier {
  /** What its weights take in memory, thresholds included. */
  readonly bytes: number;
  readonly layers: readonly BinaryNetLayer[];
  /** `[count, classes]`, in row-major order. */
  logits(split: Split, options?: InferOptions): Promise<Float32Array>;
  /** Frees its memory, of which the threads know. */
  dispose(): void;
}

export interface BinaryNetLayer {
  name: string;
  kind: 'Dense' | 'Conv2D';
  /** Each takes a bit. */
  weights: number;
  /** Products of two signs for an image; of the first layer, of a byte and a sign. */
  macs: number;
}

/**
 * A whole binary net that runs on bits, from its packed file (Courbariaux et al. 2016): products are XNOR and popcount, thresholds are in place of batch normalisation and sign, the first layer takes images as eight planes of bits. `evaluate` and `predict` take it
 * as they take the model that `unpack` gives.
 *
 * ```ts
 * import { binarize, drawnDigits, evaluate, infer, key, models, pack, parametrizeAll } from 'squeezelab';
 *
 * const model = models.binaryMlp(key(1), [784, 64, 64, 10]);
 * parametrizeAll(model, binarize());
 * const net = await infer(pack(model).bytes);
 * const { test } = drawnDigits({ train: 60, test: 20 });
 * console.log((await evaluate(net, test)).errors === (await evaluate(model, test)).errors); // => true
 * ```
 *
 * @param bytes of `pack(model)` or `pack(foldNorms(model))`: a chain of dense layers and convolutions whose weights are ±1 or ± one scale an output, with signs between, and batch normalisation before signs and at the end
 * @throws TypeError when `bytes` is no Uint8Array; FormatError when it is no packed file; Error that names the layer that does not fit
 */
export async function infer(bytes: Uint8Array): Promise<BinaryNet> {
  const model = await unpack(bytes);
  try {
    for (const weight of model.weights) {
      if (!weight.read().dataSync<'float32'>().every((value) => !Number.isNaN(value))) throw new Error(`infer: weights must be numbers, got NaN in ${weight.originalName} of ${model.name}`);
    }
    const folded = foldNorms(model);
    try {
      return await netOf(model.name, binaryChain(folded));
    } finally {
      folded.dispose();
    }
  } finally {
    model.dispose();
  }
}

async function netOf(name: string, chain: BinaryChain): Promise<BinaryNet> {
  const { shape, layers, affine } = chain;
  const classes = layers.at(-1)!.outputs;
  const most = threadsNow();
  let made = { standardization: '', runner: await Runner.create(chain, undefined, most) };

  /** Weights and tables of the first layer depend on how a split's bytes are scaled. */
  async function runnerFor(standardization?: Standardization): Promise<Runner> {
    const { channels } = layers[0];
    if (standardization && channels % standardization.mean.length !== 0) throw new RangeError(`logits: the standardization must be of as many channels as ${layers[0].name} takes, ${channels}, got ${standardization.mean.length}; where a Reshape changes the channels, scale all pixels alike`);
    if (standardization && !standardization.standardDeviation.every((deviation) => deviation > 0)) throw new RangeError(`logits: standard deviations must be above 0, got ${standardization.standardDeviation.join(', ')}`);
    const wanted = standardization ? JSON.stringify(standardization) : '';
    if (made.standardization !== wanted) {
      made.runner.dispose();
      made = { standardization: wanted, runner: await Runner.create(chain, standardization, most) };
    }
    return made.runner;
  }

  const net: BinaryNet = {
    name,
    classes,
    shape,
    get bytes() {
      return made.runner.bytes;
    },
    layers: layers.map(({ name, kind, window, channels, outputs }) => {
      const weights = sizeOf(window.size) * channels * outputs;
      return { name, kind, weights, macs: weights * sizeOf(window.output) };
    }),
    async logits(split, options = {}) {
      checkOptions('logits', options, ['batch', 'threads']);
      const { batch = 256, threads = most } = options;
      checkWhole('logits: the batch', batch);
      checkWhole('logits: the threads', threads);
      checkSplit('logits', net, split);
      const { images, count, standardization } = split;
      if (!(images instanceof Uint8Array)) throw new TypeError(`logits: the images must be bytes, for the first layer of ${name} takes their bits, got Float32Array; evaluate(await unpack(file), split) takes floats`);
      const runner = await runnerFor(standardization);
      const used = Math.min(threads, most, threadsNow());
      const size = sizeOf(shape);
      const step = Math.min(batch, used * runner.capacity);
      const logits = new Float32Array(count * classes);
      for (let from = 0; from < count; from += step) {
        if (from > 0) await others(); // an interrupt, say
        const taken = Math.min(step, count - from);
        runner.sums(images.subarray(from * size, (from + taken) * size), taken, used).forEach((sum, i) => {
          logits[from * classes + i] = affine.reduce((value, apply) => Math.fround(apply(value, i % classes)), sum);
        });
      }
      return logits;
    },
    dispose: () => made.runner.dispose(),
  };
  return net;
}
