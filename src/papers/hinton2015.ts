import { publishedIn, RELATIVE, type Bound } from './published';

/** Hinton, Vinyals & Dean, "Distilling the Knowledge in a Neural Network", 2015, arXiv 1503.02531, section 3: dense nets on MNIST. */
const PAPER = 'Distillation (Hinton et al., 2015)';
const of = (net: string) => publishedIn(PAPER, net);
const teacher = of('784-1200-1200-10');
const student = of('784-800-800-10');

/** A count of n errors has a standard deviation of √n between nets that err independently; two of them are allowed. */
const errors = (make: typeof student, quantity: string, count: number, bound: Bound = 'at most', note?: string) =>
  make('section 3', quantity, count, 'errors', bound, Math.round(2 * Math.sqrt(count)), note);

/** What the paper prints of MNIST, in errors on its 10,000 test images. */
export const hinton2015 = {
  teacher: errors(teacher, 'dropout, weight constraints, jittered inputs', 67),
  hard: errors(student, 'trained on the labels, no regularisation', 146, 'within'),
  soft: errors(student, 'trained to match soft targets too, T = 20', 74),
  /** A transfer set without a single 3. */
  withoutThrees: {
    errors: errors(student, 'no 3 in the transfer set', 206),
    onThrees: errors(student, 'no 3 in the transfer set: errors on the 1,010 test 3s', 133),
    corrected: errors(student, 'no 3 in the transfer set, bias of 3 raised', 109),
    correctedOnThrees: errors(student, 'no 3 in the transfer set, bias of 3 raised: errors on the test 3s', 14),
    bias: student('section 3', 'no 3 in the transfer set: best change of the bias of 3', 3.5, '', 'within', RELATIVE * 3.5),
  },
  /** A transfer set of 7s and 8s alone. */
  sevensAndEights: {
    error: student('section 3', 'only 7s and 8s in the transfer set', 47.3, '%', 'at most', RELATIVE * 47.3),
    corrected: student('section 3', 'only 7s and 8s in the transfer set, biases of 7 and 8 lowered', 13.2, '%', 'at most', RELATIVE * 13.2),
    bias: student('section 3', 'only 7s and 8s in the transfer set: best change of the biases of 7 and 8', -7.6, '', 'within', RELATIVE * 7.6),
  },
  /** Table 5, accuracy on the frames of a speech recogniser, in percent: another task, shown for its shape. */
  table5: {
    everythingHard: { train: 63.4, test: 58.9 },
    partHard: { train: 67.3, test: 44.5 },
    partSoft: { train: 65.4, test: 57.0 },
  },
  /** (57.0 − 44.5) / (58.9 − 44.5) of the above. */
  recovered: { ...of('784-800-800-10')('Table 5', 'part of what all labels are worth that soft targets of 3% bring', 86.8, '%', 'at least', 10, 'the published value is of speech frames, the measured one of digits'), kept: 'D' as const },
};
