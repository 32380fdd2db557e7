/** Runs of notebooks: where their files lie, what they measured, what made them, and what ran before. */
export { logMetrics, type Metrics } from './metrics';
export { runs, type RunRow, type RunsOptions } from './runs';
