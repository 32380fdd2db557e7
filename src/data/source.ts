import type { Spec } from '../engine';
import { foldIn, type Key } from '../random';
import { checkOptions, sha256, sizeOf } from '../system';
import { batchOrder } from './batches';

/** Where a training takes its batches from: images, words, arrays. */
export interface Batches {
  /** Steps of an epoch. */
  readonly steps: number;
  /** The shape and type of each argument of the loss, for one step; the first axis of the first is the batch. */
  readonly specs: readonly Spec[];
  /** Writes a step's arguments, row-major, each into its array; epochs and steps count from 0. */
  fill(at: { epoch: number; step: number }, into: readonly (Float32Array | Int32Array | Uint8Array)[]): void;
  /** What they hold and how they are drawn, as JSON can say it: a checkpoint is found again only for the same. */
  identity(): unknown;
}

/** How batches are drawn; another number where the same key gives other ones. */
export const DRAWS = 1;

/** Column of one argument of a loss: `[count, ...shape]`. */
export interface Column {
  /** Row by row; the net gets them as float32, int32 or bool. */
  values: Float32Array | Int32Array | Uint8Array;
  /** Of one row; a number for each row if left out. */
  shape?: readonly number[];
}

const DTYPES = { Float32Array: 'float32', Int32Array: 'int32', Uint8Array: 'bool' } as const;

/**
 * Batches of plain arrays, several of them side by side: features and targets of a regression, several inputs, several outputs. Each epoch goes through the rows in an
 * order of its own, drawn from `key`; what does not fill a batch is left out.
 *
 * ```ts
 * import { data, key } from 'squeezelab';
 *
 * const batches = data.arrayBatches([{ values: new Float32Array(300), shape: [3] }, { values: new Float32Array(100) }], { batch: 20, key: key(1) });
 * console.log(batches.steps, batches.specs.map(({ shape }) => shape.join())); // => 5 [ '20,3', '20' ]
 * ```
 *
 * @throws RangeError when the arrays are not of as many rows, or a batch needs more
 */
export function arrayBatches(columns: readonly Column[], options: { batch: number; key: Key }): Batches {
  checkOptions('arrayBatches', options, ['batch', 'key']);
  const { batch, key } = options;
  if (!columns.length) throw new RangeError('arrayBatches: there must be an array, got none');
  const sizes = columns.map(({ shape = [] }) => sizeOf(shape));
  const counts = columns.map(({ values }, i) => values.length / sizes[i]);
  const wrong = counts.findIndex((count) => count !== counts[0] || !Number.isInteger(count));
  if (wrong >= 0) throw new RangeError(`arrayBatches: the arrays must be of as many rows, got ${counts[0]} of [${(columns[0].shape ?? []).join()}] and ${columns[wrong].values.length} values of [${(columns[wrong].shape ?? []).join()}]`);
  let order: { epoch: number; batches: Int32Array[] } | undefined;
  return {
    steps: batchOrder(key, counts[0], batch).length,
    specs: columns.map(({ values, shape = [] }) => ({ shape: [batch, ...shape], dtype: DTYPES[values.constructor.name as keyof typeof DTYPES] })),
    fill({ epoch, step }, into) {
      if (order?.epoch !== epoch) order = { epoch, batches: batchOrder(foldIn(key, epoch), counts[0], batch) };
      order.batches[step].forEach((row, at) => columns.forEach(({ values }, i) => into[i].set(values.subarray(row * sizes[i], (row + 1) * sizes[i]), at * sizes[i])));
    },
    identity: () => ({ draws: DRAWS, key, batch, data: columns.map(({ values }) => sha256(values)) }),
  };
}
