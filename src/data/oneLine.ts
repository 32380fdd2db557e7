import { inspect } from 'node:util';
import type { Dataset, Split } from './dataset';

/** The object, which a notebook and `console.log` show as one line: its pixels would fill pages. */
const shown = <T extends object>(value: T, line: (value: T) => string): T => Object.defineProperty(value, inspect.custom, { value: () => line(value), configurable: true });

const some = (count: number): string => count.toLocaleString('en-US');
const shapeOf = (shape: readonly number[]): string => `[${shape.join(', ')}]`;

/** A split, shown as `100 images [28, 28], labels 0 to 9`. */
export const splitInOneLine = <S extends Split>(split: S): S =>
  shown(split, ({ count, shape, labels, classes }) => {
    let largest = 0;
    for (const label of labels) largest = Math.max(largest, label);
    return `${some(count)} images ${shapeOf(shape)}, ${classes ? `${classes.length} classes: ${namesOf(classes)}` : `labels 0 to ${largest}`}`;
  });

/** A data set, shown as `MNIST: 60,000 + 10,000 images [28, 28], 10 classes: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9`. */
export const datasetInOneLine = <D extends Dataset>(dataset: D): D =>
  shown(dataset, ({ name, train, test, shape, classes, note }) => `${name}: ${some(train.count)} + ${some(test.count)} images ${shapeOf(shape)}, ${classes.length} classes: ${namesOf(classes)}${note ? ` (${note})` : ''}`);

/** What is more than two splits. */
export const isDataset = (value: object): value is Dataset => 'name' in value && 'classes' in value && 'train' in value && 'test' in value;

const namesOf = (classes: readonly string[]): string => `${classes.slice(0, 10).join(', ')}${classes.length > 10 ? ', …' : ''}`;
