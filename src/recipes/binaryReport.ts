/** What nets of signs take: energy beside other nets of the course, time beside floats; and how their training departs from the paper's. */
import type * as tf from '@tensorflow/tfjs';
import { prune } from '../compress';
import { fillBatch, type Split } from '../data';
import { compile } from '../engine';
import type { BinaryNet as NetOnBits } from '../infer';
import { energy, type LayerMacs, macs } from '../measure';
import { binaryMlp, lenet300, lenet5 } from '../models';
import { key } from '../random';
import { sizeOf } from '../system';
import { parametrizeAll } from '../weights';
import { published } from './compressionSettings';
import { pruneLayers } from './deepCompression';

/** Of 3×2048, whose published error is of the authors' other code. */
export const binaryAsTheano = 'Adam, plain batch normalisation, signs that are not drawn and dropout of a fifth of the inputs, where the Torch7 code of this net has AdaMax and normalisation by shifts, drawn activations and no dropout';

export const binaryDeviations: readonly string[] = [
  "30 epochs along a cosine, where the authors train 1,000 with rates that fall by factors; the last epoch counts, not the best on held-out images",
  'all 60,000 training images; the authors hold 10,000 out',
  'layers without biases, which the batch normalisation behind them would take back',
];

/** What a net takes for one image, in microjoules. */
export interface EnergyRow {
  net: string;
  arithmetic: number;
  weights: number;
  activations: number;
  total: number;
}

/** With weights and activations of eight bits, the image's own. */
const ofEightBits = (layers: readonly LayerMacs[]): LayerMacs[] => layers.map((layer) => ({ ...layer, weightBits: 8, inputBits: 8 }));

/** The energy of nets of the course: floats, 8 bits, pruned (a perceptron to a tenth, LeNets as Han et al. 2016 published), and the binary net that is given. The weights' values do not matter, but for zeros. */
export function energyOfCourse(binary: tf.LayersModel, size: number): EnergyRow[] {
  const floats: Record<string, { model: tf.LayersModel; pruned: (model: tf.LayersModel) => unknown }> = {
    [`3×${size}`]: { model: binaryMlp(key(1), [784, size, size, size, 10], { activation: 'relu' }), pruned: (model) => parametrizeAll(model, prune({ density: 0.1 })) },
    'LeNet-300-100': { model: lenet300(key(1)), pruned: (model) => pruneLayers(model, published['LeNet-300-100'].densities) },
    'LeNet-5': { model: lenet5(key(1)), pruned: (model) => pruneLayers(model, published['LeNet-5'].densities) },
  };
  const rows = Object.entries(floats).flatMap(([net, { model, pruned }]) => {
    const whole = macs(model);
    pruned(model);
    const made = [rowOf(`${net}, floats`, whole), rowOf(`${net}, 8 bits`, ofEightBits(whole)), rowOf(`${net}, pruned`, macs(model))];
    model.dispose();
    return made;
  });
  return [...rows.slice(0, 3), rowOf(`3×${size}, signs`, macs(binary)), ...rows.slice(3)];
}

function rowOf(net: string, layers: readonly LayerMacs[]): EnergyRow {
  const { arithmetic, weights, activations, total } = energy(layers);
  return { net, arithmetic: 1e6 * arithmetic, weights: 1e6 * weights, activations: 1e6 * activations, total: 1e6 * total };
}

/** Microseconds for an image, on bits from bytes and by the float net's program from floats, at batches that divide the split, both on as many threads; programs are made before, each runs once to warm up and then five times, of which the middle one counts. */
export async function timesOnBits(bits: NetOnBits, floats: tf.LayersModel, split: Split, batches: readonly number[]): Promise<{ batch: number; bits: number; floats: number }[]> {
  const rows: { batch: number; bits: number; floats: number }[] = [];
  const x = new Float32Array(split.count * sizeOf(split.shape));
  fillBatch(split, Array.from({ length: split.count }, (_, i) => i), x, new Int32Array(split.count));
  for (const batch of batches) {
    if (split.count % batch) throw new RangeError(`timesOnBits: a batch must divide the ${split.count} images, got ${batch}`);
    const size = x.length / (split.count / batch);
    const program = await compile((input) => floats.apply(input) as tf.Tensor, [{ shape: [batch, ...bits.shape] }]);
    const run = async () => {
      for (let at = 0; at < x.length; at += size) (await program(x.subarray(at, at + size))).dispose();
    };
    rows.push({ batch, bits: await median(() => bits.logits(split, { batch }), split.count), floats: await median(run, split.count) });
    await program.dispose();
  }
  return rows;
}

async function median(run: () => Promise<unknown>, images: number): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 6; i++) {
    const start = performance.now();
    await run();
    times.push((1000 * (performance.now() - start)) / images);
  }
  return times.slice(1).sort((a, b) => a - b)[2];
}
