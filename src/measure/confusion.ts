/**
 * The class of each image's largest logit, the first of equal ones: `predictedClasses(await predict(model, split), 10)`.
 *
 * @param logits `[count, classes]` in row-major order
 * @returns `[count]`
 * @throws RangeError when the logits are not as many for each image, a logit is NaN, or there are more than 256 classes
 */
export function predictedClasses(logits: Float32Array, classes: number): Uint8Array {
  if (!Number.isInteger(classes) || classes < 1 || logits.length % classes !== 0 || classes > 256) throw new RangeError(`predictedClasses: the logits must be ${classes} for each image, of at most 256 classes, got ${logits.length} values`);
  return Uint8Array.from({ length: logits.length / classes }, (_, i) => {
    const scores = logits.subarray(i * classes, (i + 1) * classes);
    const answer = scores.indexOf(Math.max(...scores));
    if (answer < 0) throw new RangeError(`predictedClasses: the logits of image ${i} must be numbers, got NaN; was the training stable?`);
    return answer;
  });
}

/**
 * How often each right class (row) got each answer (column).
 *
 * @param labels `[count]`, from 0 to classes − 1
 * @param given `[count]`, likewise: what `predictedClasses` gives
 * @returns `[classes, classes]`
 * @throws RangeError when there are not as many answers as labels
 */
export function confusion(labels: ArrayLike<number>, given: ArrayLike<number>, classes: number): number[][] {
  if (labels.length !== given.length) throw new RangeError(`confusion: there must be an answer for each of the ${labels.length} labels, got ${given.length}`);
  for (const [what, values] of [['label', labels], ['answer', given]] as const) {
    const wrong = Array.from(values).findIndex((value) => !(Number.isInteger(value) && value >= 0 && value < classes));
    if (wrong >= 0) throw new RangeError(`confusion: each ${what} must be a class from 0 to ${classes - 1}, got ${values[wrong]} at ${wrong}`);
  }
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let i = 0; i < labels.length; i++) counts[labels[i]][given[i]]++;
  return counts;
}
