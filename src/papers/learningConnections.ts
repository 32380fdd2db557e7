import { ERROR_POINTS, RELATIVE, type Published } from './published';

/** Han, Pool, Tran & Dally, "Learning both Weights and Connections", NIPS 2015, arXiv 1506.02626: LeNet-300-100 on MNIST. */
const published = (quantity: string, value: number, unit: string, bound: Published['bound'], tolerance: number): Published => ({
  paper: 'Learning both Weights and Connections (Han et al., 2015)',
  table: 'Table 1',
  quantity: `LeNet-300-100, ${quantity}`,
  value,
  unit,
  bound,
  tolerance,
  kept: 'V',
});

/** Table 1: pruning with retraining; to be better is no miss. */
export const learningConnections = {
  table1: {
    referenceError: published('reference error', 1.64, '%', 'at most', ERROR_POINTS),
    prunedError: published('pruned error', 1.59, '%', 'at most', ERROR_POINTS),
    prunedParameters: published('parameters kept', 22, 'thousand', 'at most', RELATIVE * 22),
    ratio: published('compression rate', 12, 'times', 'at least', RELATIVE * 12),
  },
};
