import { ERROR_POINTS, publishedIn, RELATIVE } from './published';

/** Courbariaux, Hubara, Soudry, El-Yaniv & Bengio, "Binarized Neural Networks", 2016, arXiv 1602.02830. */
const PAPER = 'Binarized Neural Networks (Courbariaux et al., 2016)';
const mlp = (units: number) => publishedIn(PAPER, `784-3×${units}-10`);
const convNet = publishedIn(PAPER, 'ConvNet on CIFAR-10');

/** The authors' two implementations differ in nets and schedules: each number is of one of them. */
export const courbariaux2016 = {
  mnist: {
    '3×2048': mlp(2048)('Table 1', 'error, 1-bit weights and activations (Torch7)', 1.4, '%', 'at most', ERROR_POINTS),
    '3×4096': mlp(4096)('Table 1', 'error, 1-bit weights and activations (Theano)', 0.96, '%', 'at most', ERROR_POINTS, 'published after 1,000 epochs, the best on held-out images'),
  },
  cifar10: {
    /** The whole net, 500 epochs: shown beside a quarter of its width. */
    error: convNet('Table 1', 'error, 1-bit weights and activations (Torch7)', 10.15, '%', 'at most', 1),
    uniqueKernels: convNet('filter repetitions', 'unique 2-D kernels', 42, '%', 'within', RELATIVE * 42),
  },
  speed: {
    kernel: publishedIn(PAPER, '8192 × 8192 × 8192')('GPU kernel', 'XNOR product over an unoptimised one of floats', 23, 'times', 'at least', RELATIVE * 23, 'published for a GTX 750'),
    perceptron: mlp(4096)('GPU kernel', 'the whole net over one with an unoptimised product of floats', 7, 'times', 'at least', RELATIVE * 7, 'published for a GTX 750'),
  },
};
