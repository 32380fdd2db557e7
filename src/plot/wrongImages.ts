import { selectImages, type Split } from '../data';
import { checkOptions, sizeOf } from '../system';
import type { Figure, MadeOn } from './figure';
import { imageGrid } from './imageGrid';

/** What `wrongImages` draws. */
export interface WrongImagesSpec {
  /** `Wrong: 12 of 1000` if left out. */
  title?: string;
  /** The images, as pixels, with their right classes. */
  split: Split;
  /** `[count]`: what `measure.predictedClasses` gives. */
  answers: ArrayLike<number>;
  /** The classes' names; their numbers if left out. */
  classes?: readonly string[];
  /** The first of them; 40 if left out. */
  most?: number;
  /** Images in a row; 10 if left out. */
  columns?: number;
  data?: MadeOn;
}

/** The images that a net puts into a wrong class, under each its right class → the net's answer. */
export function wrongImages(options: WrongImagesSpec): Figure {
  checkOptions('wrongImages', options, ['title', 'split', 'answers', 'classes', 'most', 'columns', 'data'], ['split', 'answers']);
  const { split, answers, classes, most = 40, columns, data } = options;
  const { labels, count, shape } = split;
  if (answers.length !== count) throw new RangeError(`wrongImages: there must be an answer for each of the ${count} images, got ${answers.length}`);
  const wrong = [...labels.keys()].filter((i) => answers[i] !== labels[i]);
  const shown = wrong.slice(0, most);
  const name = (label: number) => classes?.[label] ?? label;
  return imageGrid({
    title: options.title ?? `Wrong: ${wrong.length} of ${count}`,
    images: shown.length > 0 ? selectImages(split, shown).images : new Uint8Array(sizeOf(shape)),
    shape,
    labels: shown.length > 0 ? shown.map((i) => `${name(labels[i])} → ${name(answers[i])}`) : ['none'],
    columns,
    data,
  });
}
