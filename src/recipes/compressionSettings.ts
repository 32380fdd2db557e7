/** The numbers of the recipe of Deep Compression, for both LeNets at each scale. */
import type { Scale } from '../system';
import type { LeNet } from './references';

export type PerLayer = Record<string, number>;

/** What Tables 2 and 3 set for each layer. */
export interface PublishedSetting {
  densities: PerLayer;
  /** Of the codes of the weights. */
  bits: PerLayer;
  /** Of the gaps between kept weights, in all layers. */
  indexBits: number;
}

export const published: Record<LeNet, PublishedSetting> = {
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
  published: PublishedSetting;
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
    paper: settings300('paper', { published: 20, round: 20, last: 40, centroids: 5 }, [0.025, 0.02, 0.015]),
  },
  'LeNet-5': {
    smoke: settings5('smoke', { published: 1, round: 1, last: 1, centroids: 1 }, [0.2]),
    quick: settings5('quick', { published: 2, round: 1, last: 2, centroids: 1 }, [0.2]),
    paper: settings5('paper', { published: 15, round: 5, last: 15, centroids: 3 }, [0.03, 0.015]),
  },
};

function settings300(scale: Scale, epochs: CompressionSettings['epochs'], pruning: number[]): CompressionSettings {
  return { published: published['LeNet-300-100'], epochs, rates: { pruned: 0.1, shared: 2e-4 }, budgets: { pruning, bits: 0.003, biasBits: 4 }, tried: tried[scale], probe: probe[scale] };
}

function settings5(scale: Scale, epochs: CompressionSettings['epochs'], pruning: number[]): CompressionSettings {
  return { published: published['LeNet-5'], epochs, rates: { pruned: 0.05, shared: 2e-4 }, budgets: { pruning, bits: 0.002, biasBits: 4 }, tried: tried[scale], probe: probe[scale] };
}

/** What a reader may turn: densities, bits and index bits of the paper's setting, the nats of each round of pruning, the bits of the biases. */
export interface CompressionChanges {
  densities?: PerLayer;
  bits?: PerLayer;
  indexBits?: number;
  pruning?: readonly number[];
  biasBits?: number;
}

/** The settings of a net at a scale, with changes. */
export function changedSettings(net: LeNet, scale: Scale, changes: CompressionChanges): CompressionSettings {
  const settings = compressionSettings[net][scale];
  const { pruning = settings.budgets.pruning, biasBits = settings.budgets.biasBits, ...setting } = changes;
  return { ...settings, published: { ...settings.published, ...setting }, budgets: { ...settings.budgets, pruning, biasBits } };
}
