/**
 * How many answers are wrong after `offset` is added to the biases of some classes of the last layer, for each offset: where a transfer set lacked classes, or had others too often, their biases are
 * what is most wrong (Hinton, Vinyals & Dean 2015, section 3).
 *
 * @param logits `[count, classes]` in row-major order
 * @param labels `[count]`
 * @param chosen the classes whose biases are changed
 * @param offsets in the logits' units
 * @returns errors for each offset, `[offsets]`
 * @throws RangeError when the logits are not as many for each label, or the chosen classes are none or all
 */
export function errorsByBias(logits: Float32Array, labels: ArrayLike<number>, chosen: readonly number[], offsets: readonly number[]): number[] {
  const classes = logits.length / labels.length;
  const others = Array.from({ length: classes }, (_, c) => c).filter((c) => !chosen.includes(c));
  if (!Number.isInteger(classes)) throw new RangeError(`errorsByBias: there must be as many logits for each of the ${labels.length} labels, got ${logits.length}`);
  if (chosen.length === 0 || others.length === 0 || others.length + chosen.length !== classes) throw new RangeError(`errorsByBias: some of the ${classes} classes must be chosen and not all, got [${chosen.join(', ')}]`);
  const wrong = offsets.map(() => 0);
  for (let i = 0; i < labels.length; i++) {
    const scores = logits.subarray(i * classes, (i + 1) * classes);
    const best = (of: readonly number[]) => of.reduce((a, b) => (scores[b] > scores[a] ? b : a));
    const [own, other] = [best(chosen), best(others)];
    offsets.forEach((offset, at) => (wrong[at] += Number((scores[own] + offset > scores[other] ? own : other) !== labels[i])));
  }
  return wrong;
}
