import * as tf from '@tensorflow/tfjs';

type Layer = tf.layers.Layer;

/** The layers of a model, those of models within it in their place; each once. */
export const layersOf = (model: tf.LayersModel): Layer[] => [
  ...new Set(model.layers.flatMap((layer) => (layer instanceof tf.LayersModel ? layersOf(layer) : [layer]))),
];

/** Runs `fn` while `layers` call `replaced(layer)` in place of their own `call`. */
export function withCalls<L extends Layer, T>(layers: readonly L[], replaced: (layer: L, index: number) => Layer['call'], fn: () => T): T {
  const own = layers.map((layer) => Object.getOwnPropertyDescriptor(layer, 'call'));
  layers.forEach((layer, i) => (layer.call = replaced(layer, i)));
  try {
    return fn();
  } finally {
    layers.forEach((layer, i) => {
      const before = own[i];
      if (before) Object.defineProperty(layer, 'call', before);
      else Reflect.deleteProperty(layer, 'call');
    });
  }
}
