import { ERROR_POINTS, publishedIn, RELATIVE } from './published';

/** Han, Pool, Tran & Dally, "Learning both Weights and Connections", NIPS 2015, arXiv 1506.02626: both LeNets on MNIST. */
const of = (net: string) => publishedIn('Learning both Weights and Connections (Han et al., 2015)', net);

/** Table 1: pruning with retraining; to be better is no miss. */
function table1(net: string, [referenceError, prunedError, prunedParameters, ratio]: [number, number, number, number]) {
  const published = of(net);
  return {
    referenceError: published('Table 1', 'reference error', referenceError, '%', 'at most', ERROR_POINTS),
    prunedError: published('Table 1', 'pruned error', prunedError, '%', 'at most', ERROR_POINTS),
    prunedParameters: published('Table 1', 'parameters kept', prunedParameters, 'thousand', 'at most', RELATIVE * prunedParameters),
    ratio: published('Table 1', 'compression rate', ratio, 'times', 'at least', RELATIVE * ratio),
  };
}

/** What Han et al. 2015 print of both LeNets on MNIST, in Table 1. */
export const han2015 = {
  table1: table1('LeNet-300-100', [1.64, 1.59, 22, 12]),
  lenet5: { table1: table1('LeNet-5', [0.8, 0.77, 36, 12]) },
};
