/** The mean and the standard deviation of a sample (n - 1); one value alone has none. */
export function spread(values: readonly number[]): { mean: number; standardDeviation: number | null } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, standardDeviation: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : null };
}

/** What a figure's title says of its seeds: `mean ± standard deviation of 5 seeds`, or `one seed`. */
export const ofSeeds = (seeds: number): string => (seeds > 1 ? `mean ± standard deviation of ${seeds} seeds` : 'one seed');

/** `141.2 ± 3.1`: the mean and the standard deviation of measurements, to `digits` after the point; one measurement as it is. */
export function meanAndSpread(values: readonly number[], digits = 1): string {
  const { mean, standardDeviation } = spread(values);
  return standardDeviation === null ? String(values[0]) : `${mean.toFixed(digits)} ± ${standardDeviation.toFixed(digits)}`;
}
