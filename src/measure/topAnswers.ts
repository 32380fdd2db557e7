/** A class that a net answers with, and how likely it holds it. */
export interface Answer {
  /** From 0 on. */
  class: number;
  /** The softmax of its logit, a fraction. */
  probability: number;
}

/**
 * The `most` likeliest classes of each image, the likeliest first, of equal logits the first class: `topAnswers(await predict(model, split), 1000, 5)`. The probability of class c is
 * `exp(z[c]) / sum of exp(z[j])`.
 *
 * @param logits `[count, classes]` in row-major order
 * @returns `[count][most]`
 * @throws RangeError when the logits are not as many for each image, or one is NaN
 */
export function topAnswers(logits: Float32Array, classes: number, most: number): Answer[][] {
  if (!Number.isInteger(classes) || classes < 1 || logits.length % classes !== 0) throw new RangeError(`topAnswers: there must be ${classes} logits for each image, got ${logits.length} values`);
  return Array.from({ length: logits.length / classes }, (_, image) => {
    const scores = logits.subarray(image * classes, (image + 1) * classes);
    if (scores.some(Number.isNaN)) throw new RangeError(`topAnswers: the logits of image ${image} must be numbers, got NaN`);
    const largest = scores.reduce((most, score) => Math.max(most, score));
    const shares = Array.from(scores, (score) => Math.exp(score - largest));
    const all = shares.reduce((sum, share) => sum + share, 0);
    const sorted = [...scores.keys()].sort((a, b) => scores[b] - scores[a] || a - b).slice(0, most);
    return sorted.map((answer) => ({ class: answer, probability: shares[answer] / all }));
  });
}
