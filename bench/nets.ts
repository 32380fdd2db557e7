/** What the peers train, on one batch of drawn pixels again and again. */
import type * as tf from '@tensorflow/tfjs';
import { bnnConvNet, lenet300, lenet5, resnet, wordLstm } from '../src/models';
import { key } from '../src/random';
import { sgd, wordTask } from '../src/train';

export interface Net {
  title: string;
  batch: number;
  /** Of one image. */
  shape: number[];
  create: () => tf.LayersModel;
}

export const nets = {
  lenet300: { title: 'LeNet-300-100', batch: 128, shape: [784], create: () => lenet300(key(0)) },
  lenet5: { title: 'LeNet-5 (20-50-500)', batch: 128, shape: [28, 28, 1], create: () => lenet5(key(0)) },
  resnet20: { title: 'ResNet-20 on images of CIFAR-10\'s shape', batch: 128, shape: [32, 32, 3], create: () => resnet(key(0), 20) },
  bnn: { title: 'the ConvNet of BNN in fp32 (128-256-512, batch norm)', batch: 50, shape: [32, 32, 3], create: () => bnnConvNet(key(0), { activation: 'hard tanh' }) },
} satisfies Record<string, Net>;

/** The word model, on Penn Treebank's shapes: 35 steps of 20 parts. */
export const words = { title: 'the word LSTM on Penn Treebank\'s shapes (10,000 words, 300 units, 35 steps unrolled, gradients clipped)', batch: 20, steps: 35, vocabulary: 10_000, units: 300 };

/** Its training step, as `compileSteps` takes it: states tied from step to step. */
export function wordStep() {
  const { batch, steps, vocabulary, units } = words;
  const model = wordLstm(key(0), { vocabulary, units });
  const specs = [{ shape: [steps, batch], dtype: 'int32' as const }, { shape: [steps * batch], dtype: 'int32' as const }];
  return { model, specs, loss: wordTask(model, batch).loss, optimizer: sgd(), clipNorm: 5 };
}

export type NetName = keyof typeof nets;
/** A net of images, or the word model. */
export type BenchName = NetName | 'words';
export type OptimizerName = 'sgd' | 'adam' | 'plain';
