/**
 * How many images have their right class not among the `most` largest logits: at 5 the top-5 error. Of equal logits the first class comes first.
 *
 * @param logits `[count, classes]` in row-major order
 * @param labels `[count]`
 * @returns errors, from 0 to count
 * @throws RangeError when there are not as many logits for each label, or one is NaN
 */
export function topErrors(logits: Float32Array, labels: ArrayLike<number>, most: number): number {
  const classes = logits.length / labels.length;
  if (!Number.isInteger(classes)) throw new RangeError(`topErrors: there must be as many logits for each of the ${labels.length} labels, got ${logits.length}`);
  let errors = 0;
  for (let i = 0; i < labels.length; i++) {
    const scores = logits.subarray(i * classes, (i + 1) * classes);
    if (scores.some(Number.isNaN)) throw new RangeError(`topErrors: the logits of image ${i} must be numbers, got NaN`);
    const own = scores[labels[i]];
    const before = scores.reduce((count, score, j) => count + Number(score > own || (score === own && j < labels[i])), 0);
    if (before >= most) errors++;
  }
  return errors;
}
