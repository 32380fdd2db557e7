import { spread } from '../papers';
import { figure, type Figure, type MadeOn } from './figure';
import { colours, grey } from './style';
import { checkOptions } from '../system';

/** A stage of a pipeline, with the errors after it. */
export interface Stage {
  /** As the paper calls it: `pruned`, `shared`. */
  name: string;
  /** One error for each seed, a fraction of the images. */
  errors: readonly number[];
}

/** What `errorByStage` draws. */
export interface ErrorByStageSpec {
  title?: string;
  /** In the order of the pipeline; at the first one's mean there is a line. */
  stages: Stage[];
  /** What they are, where they are no stages that follow each other, `kind of net`: they are not joined then. */
  x?: string;
  data?: MadeOn;
}

/** The error after each stage of a pipeline: every seed as a dot, their mean with its standard deviation, and a line at the first stage's mean. */
export function errorByStage(options: ErrorByStageSpec): Figure {
  checkOptions('errorByStage', options, ['title', 'stages', 'x', 'data'], ['stages']);
  const { title = 'Error after each stage', stages, x, data } = options;
  const percent = stages.map(({ errors }) => errors.map((error) => 100 * error));
  const summary = percent.map(spread);
  const names = stages.map(({ name }) => name);
  const counts = stages.map(({ errors }) => errors.length);
  const seeds = Math.max(...counts);
  const ofSeeds = counts.every((count) => count === seeds) ? `${seeds} seeds` : 'all seeds';
  const traces = [
    { name: 'a seed', mode: 'markers', x: stages.flatMap(({ name, errors }) => errors.map(() => name)), y: percent.flat(), marker: { color: grey, size: 6 } },
    {
      name: seeds > 1 ? `mean ± standard deviation of ${ofSeeds}` : 'error',
      mode: x ? 'markers' : 'lines+markers',
      x: names,
      y: summary.map(({ mean }) => mean),
      error_y: { array: summary.map(({ standardDeviation }) => standardDeviation ?? 0), width: 6 },
      marker: { color: colours[0], size: 9 },
      line: { color: colours[0], width: 1 },
    },
    { name: stages[0].name, mode: 'lines', x: names, y: names.map(() => summary[0].mean), line: { color: colours[1], dash: 'dash', width: 1 } },
  ];
  return figure({ title, x: x ?? 'stage', y: 'error on the test set (%)', traces: seeds > 1 ? traces : traces.slice(1), data });
}
