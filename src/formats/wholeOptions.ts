/**
 * What tfjs 4.22 loses of its own layers when it writes them as JSON, put back; importing this file does it, for every file that is written from then on.
 * docs/layers.md lists what comes back of each layer.
 */
import * as tf from '@tensorflow/tfjs';

type Options = tf.serialization.ConfigDict;

interface LayerClass {
  prototype: { getConfig: (this: tf.layers.Layer) => Options };
}

const classes = tf.serialization.SerializationMap.getMap().classNameMap as unknown as Record<string, [LayerClass, ...unknown[]]>;

/** The options that a layer's own configuration lacks; what they are when left out is not written, so that the files of other nets stay as they were. */
const LOST: Record<string, (layer: tf.layers.Layer) => Options> = {
  AlphaDropout: (layer) => optional(layer, 'noiseShape', undefined),
  Conv1D: (layer) => optional(layer, 'dataFormat', 'channelsLast'),
  SeparableConv2D: (layer) => optional(layer, 'depthMultiplier', 1),
  /** tfjs writes the regularizer a second time, as the constraint. */
  DepthwiseConv2D: (layer) => {
    const { depthwiseConstraint } = layer as unknown as { depthwiseConstraint?: tf.serialization.Serializable | null };
    return { depthwiseConstraint: depthwiseConstraint ? { className: depthwiseConstraint.getClassName(), config: depthwiseConstraint.getConfig() } : null };
  },
};

function optional(layer: tf.layers.Layer, option: string, leftOut: Options[string] | undefined): Options {
  const value = (layer as unknown as Options)[option];
  return value === leftOut ? {} : { [option]: value };
}

for (const [name, lost] of Object.entries(LOST)) {
  const { prototype } = classes[name][0];
  const { getConfig } = prototype;
  prototype.getConfig = function () {
    return { ...getConfig.call(this), ...lost(this) };
  };
}

/** The activation's one name with an underscore, which tfjs takes for a spelling of this. */
classes.geluNew = classes.gelu_new;
