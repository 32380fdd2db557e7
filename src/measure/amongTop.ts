/**
 * For each image, whether its right class is among the `most` largest logits. Of equal logits the first class comes first.
 *
 * @param logits `[count, classes]` in row-major order
 * @param labels `[count]`
 * @returns `[count]`
 * @throws RangeError when there are not as many logits for each label, one is NaN, a label is no class, or `most` no whole number from 1
 */
export function amongTop(logits: Float32Array, labels: ArrayLike<number>, most: number): boolean[] {
  const classes = logits.length / labels.length;
  if (!Number.isInteger(classes)) throw new RangeError(`amongTop: there must be as many logits for each of the ${labels.length} labels, got ${logits.length}`);
  if (!Number.isInteger(most) || most < 1) throw new RangeError(`amongTop: most must be a whole number from 1, got ${most}`);
  return Array.from(labels, (label, i) => {
    if (!Number.isInteger(label) || label < 0 || label >= classes) throw new RangeError(`amongTop: labels must be from 0 to ${classes - 1}, got ${label} of image ${i}`);
    const scores = logits.subarray(i * classes, (i + 1) * classes);
    if (scores.some(Number.isNaN)) throw new RangeError(`amongTop: the logits of image ${i} must be numbers, got NaN`);
    const before = scores.reduce((count, score, j) => count + Number(score > scores[label] || (score === scores[label] && j < label)), 0);
    return before < most;
  });
}

/** How many images have their right class not among the `most` largest logits: at 5 the top-5 error, from 0 to count. Else as `amongTop`. */
export const topErrors = (logits: Float32Array, labels: ArrayLike<number>, most: number): number => amongTop(logits, labels, most).filter((right) => !right).length;
