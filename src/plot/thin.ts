/**
 * The positions of about `count` of the values that draw the same curve: the first, the last, and from each run of
 * neighbours the lowest and the highest, so that no peak is lost.
 */
export function thin(values: ArrayLike<number>, count: number): number[] {
  const { length } = values;
  if (length <= count) return Array.from(values, (_, i) => i);
  const kept = new Set([0, length - 1]);
  const runs = Math.floor(count / 2);
  for (let run = 0; run < runs; run++) {
    const start = Math.floor((run * length) / runs);
    let [lowest, highest] = [start, start];
    for (let i = start; i < Math.floor(((run + 1) * length) / runs); i++) {
      if (values[i] < values[lowest]) lowest = i;
      if (values[i] > values[highest]) highest = i;
    }
    kept.add(lowest).add(highest);
  }
  return [...kept].sort((a, b) => a - b);
}
