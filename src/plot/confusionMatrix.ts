import { confusion } from '../measure';
import { checkOptions } from '../system';
import type { Figure, MadeOn } from './figure';
import { heatmap } from './heatmap';

/** What `confusionMatrix` draws. */
export interface ConfusionMatrixSpec {
  title?: string;
  /** `[count]` */
  labels: ArrayLike<number>;
  /** `[count]`: what `measure.predictedClasses` gives. */
  answers: ArrayLike<number>;
  /** The classes' names. */
  classes: readonly string[];
  data?: MadeOn;
}

/** How often each right class (row) got each answer (column), in percent of the class. */
export function confusionMatrix(options: ConfusionMatrixSpec): Figure {
  checkOptions('confusionMatrix', options, ['title', 'labels', 'answers', 'classes', 'data'], ['labels', 'answers', 'classes']);
  const { title = 'Answers for each class (%)', labels, answers, classes, data } = options;
  const shares = confusion(labels, answers, classes.length).map((counts) => {
    const all = counts.reduce((sum, count) => sum + count, 0) || 1;
    return counts.map((count) => Math.round((1000 * count) / all) / 10);
  });
  return heatmap({ title, matrices: { '': shares }, x: `answer: ${classes.join(', ')}`, y: 'right class, in the same order', data });
}
