import * as tf from '@tensorflow/tfjs';
import { compile, type Program } from '../engine';
import type { Key } from '../random';
import { settle, trainable } from '../weights';
import { Dropout } from './dropout';
import type { Loss } from './losses';
import type { Optimizer, Updater } from './optimizers';

/** One compiled step of training: forward, backward, update, settle. */
export interface Step {
  readonly updater: Updater;
  /** A batch's dropout masks. */
  masks(key: Key): Uint8Array[];
  /** Trains on one batch (`x` `[batch, ...shape]`, `y` `[batch]`) and returns its mean loss before the update. */
  run(x: Float32Array, y: Int32Array, rate: number, masks: Uint8Array[]): Promise<number>;
  dispose(): Promise<void>;
}

/** The shape of a model's input for a batch of images: `[batch, ...shape]`. */
export const inputShape = (model: tf.LayersModel, batch: number): number[] => [batch, ...(model.inputs[0].shape.slice(1) as number[])];

export async function compileStep(model: tf.LayersModel, batch: number, loss: Loss, optimizer: Optimizer): Promise<Step> {
  const parameters = trainable(model);
  if (!parameters.length) throw new Error(`fit: ${model.name} must have weights to train, got none; all its layers are frozen`);
  const updater = optimizer.create(parameters);
  const dropout = new Dropout(model, batch);
  const program: Program<tf.Scalar> = await compile(
    (x, y, rate, ...masks) => {
      const { value, grads } = tf.variableGrads(
        () => dropout.apply(masks, () => loss(y, model.apply(x, { training: true }) as tf.Tensor)),
        parameters,
      );
      updater.update(parameters.map(({ name }) => grads[name]), rate);
      settle(model);
      return value;
    },
    [{ shape: inputShape(model, batch) }, { shape: [batch], dtype: 'int32' }, { shape: [] }, ...dropout.specs],
  );
  return {
    updater,
    masks: (key) => dropout.draw(key),
    async run(x, y, rate, masks) {
      const value = await program(x, y, Float32Array.of(rate), ...masks);
      const loss = value.dataSync()[0];
      value.dispose();
      return loss;
    },
    async dispose() {
      await program.dispose();
      updater.state.forEach((variable) => variable.dispose());
    },
  };
}
