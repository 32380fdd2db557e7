import type * as tf from '@tensorflow/tfjs';

type Layer = tf.layers.Layer;
type Source = tf.SymbolicTensor & { sourceLayer: Layer };

/**
 * The layers of a net that is a chain, from the first behind its input to the one that gives its output.
 *
 * @throws Error that names the first layer that has another input than the one before it
 */
export function chainOf(where: string, model: tf.LayersModel): Layer[] {
  const layers = model.layers.filter((layer) => layer.getClassName() !== 'InputLayer');
  layers.forEach((layer, i) => {
    const inputs = (layer.inboundNodes[0] as unknown as { inputTensors: Source[] }).inputTensors;
    const source = inputs[0]?.sourceLayer;
    const follows = i === 0 ? source?.getClassName() === 'InputLayer' : source === layers[i - 1];
    if (inputs.length !== 1 || !follows) throw new Error(`${where}: ${model.name} must be a chain of layers, each with the one before it as its input, got ${layer.name} of ${inputs.map(({ sourceLayer }) => sourceLayer.name).join(' and ') || 'none'}`);
  });
  return layers;
}
