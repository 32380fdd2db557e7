import * as tf from '@tensorflow/tfjs';
import { initialStep } from '../quantizers';
import { QuantizedActivation } from './quantizedActivation';

/**
 * Sets the step of each learned activation quantizer from data: 2 ⟨|x|⟩ / √Qp of what comes into it (Esser et al. 2020, section 2.1), from the first layer on, so that each is set by what the
 * quantised layers below it give. `x` is a batch of the model's input, scaled as in training.
 */
export function initializeSteps(model: tf.LayersModel, x: tf.Tensor): void {
  for (const layer of model.layers) {
    if (!(layer instanceof QuantizedActivation) || layer.quantizer !== 'lsq') continue;
    tf.tidy(() => {
      const below = tf.model({ inputs: model.inputs, outputs: layer.input });
      layer.weights[0].write(tf.scalar(initialStep(below.predict(x) as tf.Tensor, layer)));
    });
  }
}
