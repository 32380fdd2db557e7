import { predictedClasses } from './confusion';
import { errorsByBias } from './errorsByBias';

/** Logits of a split `[count, classes]`, and its labels `[count]`. */
export interface Answered {
  logits: Float32Array;
  labels: ArrayLike<number>;
}

/** What adding a number to the biases of some classes does. */
export interface BiasSearch {
  offsets: number[];
  /** Errors on the split searched, for each offset. */
  searched: number[];
  /** The offset with the fewest errors there, the first of equal ones. */
  best: number;
  /** With the biases as they are, and moved to the best. */
  before: Judged;
  after: Judged;
}

/** On the split that judges. */
export interface Judged {
  errors: number;
  /** Of these, on images of the chosen classes. */
  onChosen: number;
  /** `[count]` */
  answers: Uint8Array;
}

/** From −15 to 15 in steps of 0.1, in the logits' units. */
const OFFSETS = Array.from({ length: 301 }, (_, i) => (i - 150) / 10);

/**
 * Searches the number that is best added to the biases of some classes of the last layer, on one split, and judges it on another: where a transfer set lacked classes, their biases are what is most wrong (Hinton, Vinyals & Dean 2015,
 * section 3, which searches on the test set: then both splits are the same).
 *
 * @param chosen the classes whose biases are moved
 * @throws RangeError as `errorsByBias`
 */
export function searchBias(search: Answered, judge: Answered, chosen: readonly number[]): BiasSearch {
  const searched = errorsByBias(search.logits, search.labels, chosen, OFFSETS);
  const best = OFFSETS[searched.indexOf(Math.min(...searched))];
  const classes = judge.logits.length / judge.labels.length;
  const judged = (offset: number): Judged => {
    const answers = predictedClasses(judge.logits.map((logit, i) => (chosen.includes(i % classes) ? logit + offset : logit)), classes);
    const wrong = Array.from(judge.labels).filter((label, i) => answers[i] !== label);
    return { errors: wrong.length, onChosen: wrong.filter((label) => chosen.includes(label)).length, answers };
  };
  return { offsets: OFFSETS, searched, best, before: judged(0), after: judged(best) };
}
