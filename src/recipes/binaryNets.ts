/** Binarized networks (Courbariaux et al. 2016): perceptrons on MNIST, ConvNets on CIFAR-10, and their twins with weights or activations of more bits. */
import type * as tf from '@tensorflow/tfjs';
import { binarize, ternarize } from '../compress';
import type { Split } from '../data';
import { binaryMlp, type BinaryOptions, bnnConvNet, initialize } from '../models';
import { foldIn, key } from '../random';
import type { Scale } from '../system';
import { adaMax, adam, cosine, type Epoch, fit, type Optimizer, squaredHinge } from '../train';
import { type Method, parametrizeAll } from '../weights';
import type { Images } from './stage';

/** How weights and activations are held in training. */
export interface BinaryKind extends BinaryOptions {
  /** What is put on every kernel; floats if left out. */
  weights?: Method;
  /** Weights begin evenly in ± that; left out, as the model has them. */
  limit?: number;
  /** Adam if left out. */
  optimizer?: Optimizer;
  /** The first learning rate; it falls to 0 along half a cosine. */
  rate: number;
}

const signs: BinaryKind = { weights: binarize({ fanRate: true }), rate: 0.003 };
const floats: BinaryKind = { activation: 'relu', rate: 0.003 };

/**
 * The paper's net and others beside it, as figures call them.
 *
 * | kind | weights | activations |
 * |---|---|---|
 * | signs | −1, 1 | −1, 1 |
 * | drawn signs | −1, 1 | −1, 1, drawn in training |
 * | signs by shifts | −1, 1 | −1, 1; shift-based normalisation and AdaMax |
 * | XNOR-Net (its weights) | −α, α for each output | −1, 1 |
 * | BinaryConnect | −1, 1 | ReLU |
 * | TWN | −α, 0, α by a threshold | ReLU |
 * | TTQ | −n, 0, p, trained | ReLU |
 * | floats | floats | ReLU |
 */
export const binaryKinds = {
  signs,
  'drawn signs': { ...signs, activation: 'stochastic sign' },
  'signs by shifts': { ...signs, normalization: 'shift', optimizer: adaMax({ beta1: 1 - 2 ** -3, beta2: 1 - 2 ** -10, shift: true }), rate: 2 ** -6 },
  'XNOR-Net': { ...signs, weights: binarize({ fanRate: true, scaled: true }) },
  BinaryConnect: { ...floats, weights: binarize({ fanRate: true }), limit: 1 },
  TWN: { ...floats, weights: ternarize() },
  TTQ: { ...floats, weights: ternarize({ trained: true }) },
  floats,
} satisfies Record<string, BinaryKind>;
export type BinaryKindName = keyof typeof binaryKinds;

const all = Object.keys(binaryKinds) as BinaryKindName[];
/** Those that are compared. */
export const comparedKinds: Record<Scale, readonly BinaryKindName[]> = { smoke: ['signs', 'TTQ', 'floats'], quick: all, paper: all };

export interface BinarySettings {
  /** Of each of the three hidden layers of a perceptron, or times the channels of the ConvNet. */
  size: number;
  epochs: number;
  batch: number;
  /** Rates of dropout of a perceptron. */
  dropout?: { input: number; hidden: number };
  /** The first learning rate, in place of the kind's. */
  rate?: number;
}

/** The paper trains 1,000 epochs on MNIST and 500 on CIFAR-10. */
export const binarySettings: Record<'3×2048' | '3×4096' | 'comparison' | 'ConvNet', Record<Scale, BinarySettings>> = {
  '3×2048': {
    smoke: { size: 32, epochs: 2, batch: 10 },
    quick: { size: 256, epochs: 8, batch: 100 },
    paper: { size: 2048, epochs: 30, batch: 100, dropout: { input: 0.2, hidden: 0 } },
  },
  '3×4096': {
    smoke: { size: 48, epochs: 1, batch: 10 },
    quick: { size: 384, epochs: 4, batch: 100 },
    paper: { size: 4096, epochs: 30, batch: 100, dropout: { input: 0.2, hidden: 0.2 } },
  },
  comparison: {
    smoke: { size: 24, epochs: 1, batch: 10 },
    quick: { size: 128, epochs: 3, batch: 100 },
    paper: { size: 512, epochs: 15, batch: 100 },
  },
  ConvNet: {
    smoke: { size: 1 / 32, epochs: 1, batch: 10 },
    quick: { size: 1 / 16, epochs: 1, batch: 50 },
    paper: { size: 1 / 4, epochs: 20, batch: 50 },
  },
};

/** Images from −1 to 1, as the paper's nets take them. */
export function signedImages<I extends Images>(images: I): I {
  const standardization = { mean: channels(images.train).map(() => 0.5), standardDeviation: channels(images.train).map(() => 0.5) };
  return { ...images, train: { ...images.train, standardization }, test: { ...images.test, standardization } };
}

const channels = ({ shape }: Split): number[] => Array.from({ length: shape.length > 2 ? shape.at(-1)! : 1 }, (_, channel) => channel);

/** A trained net, and what it gave on the test images after each epoch: a curve to look at. */
export interface BinaryNet {
  model: tf.LayersModel;
  history: Epoch[];
  /** Errors / test images after the last epoch. */
  error: number;
}

/** A binary net or a twin of it, before its training: a perceptron where images are flat or of one channel, else the ConvNet. */
export function binaryNet({ train }: Images, seed: number, kind: BinaryKind, { size, dropout }: BinarySettings): tf.LayersModel {
  const { activation, normalization, weights, limit } = kind;
  const options = { ...(activation && { activation }), ...(normalization && { normalization }) };
  const perceptron = () => binaryMlp(key(seed), [train.shape.reduce((product, length) => product * length, 1), size, size, size, 10], { ...options, ...(dropout && { dropout }) });
  const model = train.shape.at(-1) === 3 ? bnnConvNet(key(seed), { ...options, width: size }) : perceptron();
  if (limit) initialize(model, key(seed), { limit });
  if (weights) parametrizeAll(model, weights);
  return model;
}

/** Trains the paper's net or one beside it, on `signedImages`. The same seed and name give the same bytes. */
export async function trainBinary(images: Images, seed: number, name: BinaryKindName, settings: BinarySettings): Promise<BinaryNet> {
  const kind: BinaryKind = binaryKinds[name];
  const model = binaryNet(images, seed, kind, settings);
  const { size, epochs, dropout, rate = kind.rate } = settings;
  const stage = [name, size, `${epochs} epochs at ${rate}`, ...(dropout ? [`dropout ${dropout.input} and ${dropout.hidden}`] : [])].join(', ');
  const history = await fit(model, images.train, {
    title: `seed ${seed}, ${name}, ${size}`,
    checkpoint: `binary ${stage} seed ${seed}`,
    key: foldIn(key(seed), stage),
    epochs,
    batch: Math.min(settings.batch, images.train.count),
    loss: squaredHinge,
    optimizer: kind.optimizer ?? adam(),
    learningRate: cosine(rate),
    validation: images.test,
  });
  return { model, history, error: history.at(-1)!.validation!.error };
}
