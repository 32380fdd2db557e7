import type * as tf from '@tensorflow/tfjs';
import { compile } from '../engine';
import { lsqLimits } from '../quantizers';
import { QuantizedActivation } from './quantizedActivation';

/** Those of LSQ, also of models within the model. */
const learned = (model: tf.LayersModel): QuantizedActivation[] =>
  model.layers.flatMap((layer) => ('layers' in layer ? learned(layer as tf.LayersModel) : layer instanceof QuantizedActivation && layer.quantizer === 'lsq' ? layer : []));

/**
 * Sets the step of each learned activation quantizer from data: 2 ⟨|x|⟩ / √Qp of what comes into it (Esser et al. 2020, section 2.1), from the first layer on, so that each is set by what the
 * quantised layers below it give. `x` is a batch of the model's input, `[batch, ...shape]`, scaled as in training; the net computes as in `predict`, by the moving statistics of its batch normalisation.
 *
 * @throws Error when there is none, or a step would be 0 or not finite: then all are as before
 */
export async function initializeSteps(model: tf.LayersModel, x: tf.Tensor): Promise<void> {
  const layers = learned(model);
  if (!layers.length) throw new Error(`initializeSteps: ${model.name} must have a QuantizedActivation of lsq, got none`);
  const before = layers.map((layer) => layer.getWeights()[0].clone());
  const program = await compile<tf.Tensor>((x) => {
    layers.forEach((layer) => (layer.starting = true));
    try {
      return model.apply(x) as tf.Tensor;
    } finally {
      layers.forEach((layer) => (layer.starting = false));
    }
  }, [x]);
  try {
    (await program(x)).dispose();
    const steps = layers.map((layer) => layer.getWeights()[0].dataSync()[0]);
    const wrong = steps.findIndex((step) => !(step > 0 && step < Infinity));
    if (wrong < 0) return;
    layers.forEach((layer, i) => layer.setWeights([before[i]]));
    const mean = (steps[wrong] * Math.sqrt(lsqLimits(layers[wrong])[1])) / 2;
    throw new Error(`initializeSteps: what comes into ${layers[wrong].name} must be finite and not zero alone, got a mean magnitude of ${mean}; take another batch, or look at the layers below`);
  } finally {
    await program.dispose();
    before.forEach((step) => step.dispose());
  }
}
