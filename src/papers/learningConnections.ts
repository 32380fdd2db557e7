import { ERROR_POINTS, publishedIn, RELATIVE } from './published';

/** Han, Pool, Tran & Dally, "Learning both Weights and Connections", NIPS 2015, arXiv 1506.02626: LeNet-300-100 on MNIST. */
const published = publishedIn('Learning both Weights and Connections (Han et al., 2015)', 'LeNet-300-100');

/** Table 1: pruning with retraining; to be better is no miss. */
export const learningConnections = {
  table1: {
    referenceError: published('Table 1', 'reference error', 1.64, '%', 'at most', ERROR_POINTS),
    prunedError: published('Table 1', 'pruned error', 1.59, '%', 'at most', ERROR_POINTS),
    prunedParameters: published('Table 1', 'parameters kept', 22, 'thousand', 'at most', RELATIVE * 22),
    ratio: published('Table 1', 'compression rate', 12, 'times', 'at least', RELATIVE * 12),
  },
};
