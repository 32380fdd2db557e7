import type { Spec } from '../engine';
import { foldIn, type Key } from '../random';
import { checkOptions, sha256 } from '../system';
import type { Augment } from './augment';
import { batchOrder, fillBatch } from './batches';
import type { Split } from './dataset';
import { type Batches, DRAWS } from './source';

/** How `imageBatches` draws and shapes its batches. */
export interface ImageBatchesOptions {
  /** Images a step; the last partial batch of an epoch is dropped. */
  batch: number;
  /** Decides the order of the images, and the crops. */
  key: Key;
  /** What the net takes an image as: `[28, 28, 1]`, or `[784]`. */
  shape: readonly number[];
  /** Crops and mirror images, drawn anew in each epoch. */
  augment?: Augment;
  /** More to learn from for each image, `[count, classes]`: a teacher's soft targets. */
  targets?: Float32Array;
}

/** Batches of a split: images `[batch, ...shape]`, labels `[batch]` (int32), and targets `[batch, classes]` where they are given. */
export function imageBatches(split: Split, options: ImageBatchesOptions): Batches {
  checkOptions('imageBatches', options, ['batch', 'key', 'shape', 'augment', 'targets']);
  const { batch, key, shape, augment, targets } = options;
  const [orderKey, augmentKey] = [foldIn(key, 'order'), foldIn(key, 'augment')];
  const classes = targets ? targets.length / split.count : 0;
  const specs: Spec[] = [{ shape: [batch, ...shape] }, { shape: [batch], dtype: 'int32' }, ...(targets ? [{ shape: [batch, classes] }] : [])];
  let order: { epoch: number; batches: Int32Array[] } | undefined;
  return {
    steps: Math.floor(split.count / batch),
    specs,
    fill({ epoch, step }, [x, y, wanted]) {
      if (order?.epoch !== epoch) order = { epoch, batches: batchOrder(foldIn(orderKey, epoch), split.count, batch) };
      const indices = order.batches[step];
      fillBatch(split, indices, x as Float32Array, y as Int32Array, augment && { augment, key: foldIn(augmentKey, epoch) });
      if (targets) indices.forEach((index, row) => wanted.set(targets.subarray(index * classes, (index + 1) * classes), row * classes));
    },
    identity: () => ({
      draws: DRAWS,
      key,
      batch,
      data: [sha256(split.images), sha256(split.labels), split.standardization],
      augment,
      targets: targets && sha256(targets),
    }),
  };
}
