import { publishedIn, ROUNDING } from './published';

/** Iandola et al., "SqueezeNet", 2016, arXiv 1602.07360. Its accuracies are on ILSVRC's validation set. */
const published = publishedIn('SqueezeNet (Iandola et al., 2016)', 'SqueezeNet');

const WEIGHTS = 1_248_424;
const wholePercents = (100 * ROUNDING * WEIGHTS) / 1e4; // densities are printed in whole percents: half of one

/** What Iandola et al. 2016 print of SqueezeNet 1.0: as it is, and under Deep Compression at 8 bits. */
export const iandola2016 = {
  /** Weights and biases of the net as it was trained. */
  all: published('Table 1', 'parameters', 1_248_424, 'parameters', 'within', 0),
  /** In megabytes of 2^20 bytes. */
  floats: published('Table 2', 'float32: size', 4.8, 'MB', 'within', 0.05, 'MB of 2^20 bytes'),
  /** AlexNet's parameters to its own. */
  fifty: published('Table 2', 'float32: AlexNet / SqueezeNet', 50, 'times', 'within', 2.5, '240 MB / 4.8 MB'),
  /** With three squeeze channels for four expand channels. */
  threeQuarters: published('Figure 3(a)', 'squeeze ratio 0.75: size', 19, 'MB', 'within', ROUNDING, 'printed in whole MB'),
  /** With half as many squeeze as expand channels. */
  half: published('Figure 3(b)', 'squeeze ratio 0.5, half of the filters of 3×3: size', 13, 'MB', 'within', ROUNDING, 'printed in whole MB'),
  /** Weights and biases after pruning. */
  parameters: published('Table 1', 'parameters after pruning', 421_098, 'parameters', 'within', wholePercents, 'the densities that it follows from are printed in whole percents'),
  /** What the paper calls a sparsity of 33%. */
  density: published('Table 2', 'Deep Compression at 8 bits: weights kept', 33, '%', 'within', ROUNDING),
  size: published('Table 2', 'Deep Compression at 8 bits: size', 0.66, 'MB', 'at most', 0.005),
  /** Against AlexNet's 240 MB. */
  ratio: published('Table 2', "Deep Compression at 8 bits: AlexNet's 240 MB / size", 363, 'times', 'at least', 3),
};
