/** The numbers of Figures 5 to 8 of Deep Compression at each scale. */
import type { Scale } from '../system';
import { connectionsSettings } from './learningConnections';
import type { LeNet } from './references';

export interface FiguresSettings {
  /** Epochs of retraining of LeNet-300-100 after each cut of Figure 6. */
  retrain: number;
  /** Epochs of training shared values. */
  centroids: Record<LeNet, number>;
  /** Training images of LeNet-5's shared values. */
  sharedImages: number;
  /** Figure 6: parts of the connections kept, bits of a code, both, and ranks of the SVD. */
  figure6: { densities: readonly number[]; bits: readonly number[]; both: readonly (readonly [density: number, bits: number])[]; ranks: readonly number[] };
  /** Figure 7: bits of a code of LeNet-5. */
  figure7: readonly number[];
  /** Figure 8: bits of a code of LeNet-300-100. */
  figure8: readonly number[];
}

export const figuresSettings: Record<Scale, FiguresSettings> = {
  smoke: {
    retrain: connectionsSettings.smoke.epochs.retrain,
    centroids: { 'LeNet-300-100': 1, 'LeNet-5': 1 },
    sharedImages: 100,
    figure6: { densities: [0.11, 0.02], bits: [4, 1], both: [[0.05, 4]], ranks: [25, 5] },
    figure7: [2, 4],
    figure8: [2],
  },
  quick: {
    retrain: connectionsSettings.quick.epochs.retrain,
    centroids: { 'LeNet-300-100': 1, 'LeNet-5': 1 },
    sharedImages: 1500,
    figure6: { densities: [0.33, 0.11, 0.02], bits: [4, 2, 1], both: [[0.11, 4], [0.05, 3], [0.02, 2]], ranks: [40, 25, 10, 5] },
    figure7: [2, 4],
    figure8: [2, 4],
  },
  paper: {
    retrain: connectionsSettings.paper.epochs.retrain,
    centroids: { 'LeNet-300-100': 3, 'LeNet-5': 1 },
    sharedImages: 20_000,
    figure6: {
      densities: [0.5, 0.33, 0.2, 0.11, 0.08, 0.05, 0.03, 0.02, 0.01],
      bits: [8, 6, 5, 4, 3, 2, 1],
      both: [[0.2, 5], [0.11, 5], [0.08, 5], [0.08, 4], [0.05, 4], [0.05, 3], [0.03, 3], [0.02, 3], [0.02, 2], [0.01, 2]],
      ranks: [100, 80, 60, 50, 40, 30, 25, 16, 10, 5],
    },
    figure7: [2, 3, 4, 5, 6, 8],
    figure8: [2, 3, 4, 5, 6, 7, 8],
  },
};
