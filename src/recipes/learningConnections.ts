/** Learning both Weights and Connections (Han, Pool, Tran & Dally, NIPS 2015) of LeNet-300-100: two regularisers, six ways to fewer connections, dropout that shrinks, Table 1. */
import type * as tf from '@tensorflow/tfjs';
import { prune, removeDead, retrainingDropout } from '../compress';
import { firstImages } from '../data';
import { copyModel } from '../formats';
import { type Sensitivity, sensitivity } from '../measure';
import { mlp } from '../models';
import { key } from '../random';
import type { Scale } from '../system';
import { evaluate, type Optimizer, sgd } from '../train';
import { published, type PerLayer } from './compressionSettings';
import { kernelValues, pruneLayers } from './deepCompression';
import { lenets, type Reference, reference } from './references';
import { caffeLike, type Images, type Stage, trainStage } from './stage';

/** Weight decay that pulls in proportion to a weight's size, and one that pulls by the same amount whatever its size. */
export type Regularizer = 'L2' | 'L1';
const optimizers: Record<Regularizer, Optimizer> = { L2: caffeLike, L1: sgd({ momentum: 0.9, nesterov: true, l1Decay: 2e-5 }) };

const NET = 'LeNet-300-100';
/** First rates of retraining: a tenth of the first one, the paper's rule (section 3.3), and the first one itself. */
const RATES = { tenth: lenets[NET].rate / 10, first: lenets[NET].rate };
/** The dropout of hidden units, where there is any. */
const DROPOUT = 0.5;

export interface ConnectionsSettings {
  /** Of the whole net, of that with dropout, and of each retraining. */
  epochs: { reference: number; dropout: number; retrain: number };
  /** Parts of the connections of fc1 and fc2 to keep, from many to few. */
  levels: readonly number[];
  /** Densities that the net of Table 1 and that with dropout are pruned to. */
  densities: PerLayer;
  /** Densities that the sensitivity is measured at, and the training images that it is measured on. */
  tried: readonly number[];
  probe: number;
}

const { densities } = published[NET];
const { epochs } = lenets[NET];
export const connectionsSettings: Record<Scale, ConnectionsSettings> = {
  smoke: { epochs: { reference: epochs.smoke, dropout: 2, retrain: 1 }, levels: [0.33, 0.05], densities, tried: [1, 0.2, 0.05], probe: 100 },
  quick: { epochs: { reference: epochs.quick, dropout: 8, retrain: 2 }, levels: [0.33, 0.11, 0.02], densities, tried: [1, 0.5, 0.2, 0.1, 0.05], probe: 1000 },
  paper: {
    epochs: { reference: epochs.paper, dropout: 40, retrain: 10 },
    levels: [0.5, 0.33, 0.2, 0.11, 0.08, 0.05, 0.03, 0.02, 0.01],
    densities,
    tried: [1, 0.8, 0.6, 0.5, 0.4, 0.3, 0.2, 0.15, 0.1, 0.07, 0.05, 0.03, 0.02],
    probe: 10_000,
  },
};

/** LeNet-300-100 trained under either regulariser. That under L2 is the reference of all notebooks. */
export const regularized = (kind: Regularizer, images: Images, seed: number, { epochs }: ConnectionsSettings): Promise<Reference> =>
  reference(NET, images, { seed, epochs: epochs.reference, rate: RATES.first, ...(kind === 'L1' && { stage: 'L1 reference', optimizer: optimizers.L1 }) });

/** Of fc1 and fc2 the same part is kept; fc3, which has a thousand weights and all ten answers, keeps three times that. */
export const densitiesAt = (level: number): PerLayer => ({ fc1: level, fc2: level, fc3: Math.min(1, 3 * level) });

const errorOf = async (model: tf.LayersModel, { test }: Images) => (await evaluate(model, test)).error;

const retrain = (model: tf.LayersModel, images: Images, kind: Regularizer, stage: Omit<Stage, 'optimizer'>) => trainStage(model, images.train, { ...stage, optimizer: optimizers[kind] });

/** The ways to fewer connections, by the regulariser and what comes after the cut. */
export const connectionWays = ['L2, not retrained', 'L1, not retrained', 'L2, retrained', 'L1, retrained', 'L2, at the first rate', 'L2, in rounds'] as const;
export type ConnectionWay = (typeof connectionWays)[number];

/** What a round of pruning leaves behind. */
export interface ConnectionsRound {
  level: number;
  /** Errors / test images. */
  error: number;
  /** After retraining, by layer. */
  kernels: Record<string, Float32Array>;
  /** Units that were dead before this round's retraining, those of earlier rounds included, by layer. */
  dead: Record<string, number>;
  connections: number;
}

/** One seed's nets on all six ways. */
export interface SixWays {
  seed: number;
  /** Errors / test images of the nets that are not pruned. */
  whole: Record<Regularizer, number>;
  /** Errors / test images at each level, `[levels]`. */
  errors: Record<ConnectionWay, number[]>;
  rounds: ConnectionsRound[];
}

const countConnections = (kernels: Record<string, Float32Array>) => Object.values(kernels).reduce((sum, values) => sum + values.filter((weight) => weight !== 0).length, 0);

/** Cuts a copy in one step: its error before and after retraining. */
async function inOneStep(model: tf.LayersModel, images: Images, kind: Regularizer, level: number, stage: Omit<Stage, 'optimizer'>): Promise<{ cut: number; retrained: number }> {
  const copy = await copyModel(model);
  pruneLayers(copy, densitiesAt(level));
  const cut = await errorOf(copy, images);
  await retrain(copy, images, kind, stage);
  const retrained = await errorOf(copy, images);
  copy.dispose();
  return { cut, retrained };
}

/** Cuts a copy a little, takes out the dead units, retrains, and cuts more: each round begins from the one before. */
async function inRounds(model: tf.LayersModel, images: Images, seed: number, { levels, epochs }: ConnectionsSettings): Promise<ConnectionsRound[]> {
  const copy = await copyModel(model);
  const rounds: ConnectionsRound[] = [];
  for (const level of levels) {
    pruneLayers(copy, densitiesAt(level));
    const dead = removeDead(copy);
    await retrain(copy, images, 'L2', { stage: `in rounds, ${level} kept`, seed, epochs: epochs.retrain, rate: RATES.tenth });
    const kernels = kernelValues(copy);
    rounds.push({ level, error: await errorOf(copy, images), kernels, dead, connections: countConnections(kernels) });
  }
  copy.dispose();
  return rounds;
}

/** One seed's nets on all six ways to each level. The nets are left as they were. */
export async function sixWays(nets: Record<Regularizer, Reference>, images: Images, seed: number, settings: ConnectionsSettings): Promise<SixWays> {
  const errors: SixWays['errors'] = { 'L2, not retrained': [], 'L1, not retrained': [], 'L2, retrained': [], 'L1, retrained': [], 'L2, at the first rate': [], 'L2, in rounds': [] };
  for (const level of settings.levels) {
    const stage = { seed, epochs: settings.epochs.retrain };
    for (const kind of ['L2', 'L1'] as const) {
      const { cut, retrained } = await inOneStep(nets[kind].model, images, kind, level, { ...stage, stage: `${kind}, ${level} kept`, rate: RATES.tenth });
      errors[`${kind}, not retrained`].push(cut);
      errors[`${kind}, retrained`].push(retrained);
    }
    const faster = await inOneStep(nets.L2.model, images, 'L2', level, { ...stage, stage: `L2, ${level} kept, first rate`, rate: RATES.first });
    errors['L2, at the first rate'].push(faster.retrained);
  }
  const rounds = await inRounds(nets.L2.model, images, seed, settings);
  errors['L2, in rounds'] = rounds.map(({ error }) => error);
  return { seed, whole: { L2: nets.L2.error, L1: nets.L1.error }, errors, rounds };
}

/** The errors of a net on training images when one layer alone is pruned, and nothing is retrained. */
export const mindsPruning = (model: tf.LayersModel, { train }: Images, { tried, probe }: ConnectionsSettings): Promise<Sensitivity> =>
  sensitivity(model, firstImages(train, probe), { settings: tried, methods: (density) => [prune({ density })] });

/** Errors / test images of a net with dropout: before it is pruned, retrained with the dropout that it had, and with less. */
export interface DropoutErrors {
  before: number;
  asItWas: number;
  adapted: number;
}

/** Prunes a net that was trained with a dropout of one half, and retrains it with that and with D_r = D_o √(C_r / C_o) (section 3.2). */
export async function withDropout(images: Images, seed: number, { epochs, densities }: ConnectionsSettings): Promise<DropoutErrors> {
  const make = (hidden: number[]) => mlp(key(seed), [784, 300, 100, 10], { dropout: { input: 0, hidden } });
  const asItWas = [DROPOUT, DROPOUT];
  const model = make(asItWas);
  await retrain(model, images, 'L2', { stage: 'dropout reference', seed, epochs: epochs.dropout, rate: RATES.first });
  const retrained = async (stage: string, hidden: number[]) => {
    const copy = make(hidden);
    copy.setWeights(model.getWeights());
    pruneLayers(copy, densities);
    await retrain(copy, images, 'L2', { stage, seed, epochs: epochs.retrain, rate: RATES.tenth });
    const error = await errorOf(copy, images);
    copy.dispose();
    return error;
  };
  const errors: DropoutErrors = {
    before: await errorOf(model, images),
    asItWas: await retrained('dropout as it was', asItWas),
    adapted: await retrained('dropout adapted', [densities.fc1, densities.fc2].map((density) => retrainingDropout(DROPOUT, density))),
  };
  model.dispose();
  return errors;
}

/** Half of fc1 and fc2, a quarter, then the densities themselves. */
export function tableRounds(densities: PerLayer): PerLayer[] {
  const atLeast = (least: PerLayer): PerLayer => Object.fromEntries(Object.entries(densities).map(([layer, density]) => [layer, Math.max(density, least[layer])]));
  return [atLeast({ fc1: 0.5, fc2: 0.5, fc3: 0.8 }), atLeast({ fc1: 0.25, fc2: 0.25, fc3: 0.5 }), densities];
}

/** A seed's net in Table 1. */
export interface TableRow {
  seed: number;
  /** Errors / test images before pruning. */
  reference: number;
  /** Errors / test images of the pruned net. */
  error: number;
  connections: number;
}

/** Table 1's LeNet-300-100, pruned in three rounds, the last retrained twice as long. The net is left as it was. */
export async function tableRow({ model, error: before }: Reference, images: Images, seed: number, { epochs, densities }: ConnectionsSettings): Promise<TableRow> {
  const copy = await copyModel(model);
  for (const [i, to] of tableRounds(densities).entries()) {
    pruneLayers(copy, to);
    removeDead(copy);
    const times = i === 2 ? 2 : 1;
    await retrain(copy, images, 'L2', { stage: `table, round ${i + 1}`, seed, epochs: times * epochs.retrain, rate: RATES.tenth });
  }
  removeDead(copy);
  const row: TableRow = { seed, reference: before, error: await errorOf(copy, images), connections: countConnections(kernelValues(copy)) };
  copy.dispose();
  return row;
}
