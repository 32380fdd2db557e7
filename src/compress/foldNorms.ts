import * as tf from '@tensorflow/tfjs';
import { QuantizedActivation, ShiftNormalization, Threshold } from '../layers';
import { type BatchNormalization, isNormalization } from '../train/normalization';
import { chainOf } from '../weights/chain';
import { checkModel } from '../weights/checkModel';

type Layer = tf.layers.Layer;

/** They hand whole numbers on as whole numbers, and signs as signs. */
const PASSING = ['Flatten', 'Reshape', 'MaxPooling2D', 'Dropout'];

/**
 * A net with a threshold a channel in place of each batch normalisation with a sign behind it (Courbariaux et al. 2016: what binary layers have between them when they run), and without dropout. Its weights are copies of the
 * effective ones; it answers as the net does, and is not to be trained.
 *
 * sign(γ (x − μ) / √(σ² + ε) + β) is +1 where x ≥ μ − β √(σ² + ε) / γ, and where γ < 0 it is +1 where x is at most that. Sums of signs are whole numbers: their thresholds are made whole, so that a file holds them in few bits.
 *
 * The threshold is computed in double precision; a net in single precision may answer otherwise where x lies within its rounding of it.
 *
 * ```ts
 * import { binarize, foldNorms, key, layers, models, parametrizeAll } from 'squeezelab';
 *
 * const model = models.binaryMlp(key(1), [784, 64, 10]);
 * parametrizeAll(model, binarize());
 * console.log(foldNorms(model).layers.filter((layer) => layer instanceof layers.Threshold).length); // => 1
 * ```
 *
 * @param model a chain of layers; batch normalisation of the last axis
 * @throws Error when it is no chain, or normalises another axis
 */
export function foldNorms(model: tf.LayersModel): tf.LayersModel {
  checkModel('foldNorms', model);
  const layers = chainOf('foldNorms', model);
  const input = tf.input({ shape: model.inputs[0].shape.slice(1), name: 'images' });
  let x = input;
  let values: 'numbers' | 'signs' | 'whole' = 'numbers';
  const made: Layer[] = [];
  const add = (layer: Layer, weights: Float32Array[]): void => {
    made.push(layer);
    x = layer.apply(x) as tf.SymbolicTensor;
    tf.tidy(() => layer.setWeights(layer.weights.map(({ shape }, i) => tf.tensor(weights[i], shape as number[]))));
  };
  const fold = (layer: Layer, i: number): void => {
    const type = layer.getClassName();
    if (type === 'Dropout' || (isSign(layer) && isNorm(layers[i - 1]))) return;
    if (isNorm(layer) && isSign(layers[i + 1])) {
      add(new Threshold({ name: layer.name }), thresholds(layer, values === 'whole'));
      values = 'signs';
      return;
    }
    add(copyOf(layer), layer.getWeights().map((weight) => weight.dataSync<'float32'>()));
    if (isSign(layer)) values = 'signs';
    else if (!PASSING.includes(type)) values = values === 'signs' && sumsWhole(layer) ? 'whole' : 'numbers';
  };
  try {
    layers.forEach(fold);
  } catch (error) {
    made.forEach((layer) => layer.dispose());
    throw error;
  }
  return tf.model({ name: model.name, inputs: input, outputs: x });
}

const isSign = (layer?: Layer): boolean => layer instanceof QuantizedActivation && layer.quantizer === 'sign';
const isNorm = (layer?: Layer): layer is BatchNormalization => layer !== undefined && isNormalization(layer);

const copyOf = (layer: Layer): Layer =>
  (layer.constructor as unknown as { fromConfig(cls: unknown, config: tf.serialization.ConfigDict): Layer }).fromConfig(layer.constructor, layer.getConfig());

/** Whether a layer of signs gives whole numbers: its weights are signs themselves, and there is nothing else. */
function sumsWhole(layer: Layer): boolean {
  const { activation = 'linear', useBias } = layer.getConfig() as { activation?: string; useBias?: boolean };
  if (!['Dense', 'Conv2D'].includes(layer.getClassName()) || activation !== 'linear' || useBias) return false;
  return layer.getWeights()[0].dataSync<'float32'>().every((weight) => Math.abs(weight) === 1);
}

/** Of a batch normalisation with a sign behind it: thresholds and directions, `[channels]` each. */
function thresholds(layer: BatchNormalization, whole: boolean): [threshold: Float32Array, direction: Float32Array] {
  if (![-1, layer.inboundNodes[0].inputTensors[0].rank - 1].includes(layer.axis)) throw new Error(`foldNorms: batch normalisation must be of the last axis, got axis ${layer.axis} in ${layer.name}`);
  const read = (weight?: Layer['weights'][number]): Float32Array | undefined => weight?.read().dataSync<'float32'>();
  const [mean, variance, gamma, beta] = [read(layer.movingMean)!, read(layer.movingVariance)!, read(layer.gamma), read(layer.beta)];
  const scale = layer instanceof ShiftNormalization ? tf.tidy(() => layer.scale(layer.movingVariance.read()).dataSync<'float32'>()) : variance.map((square, i) => (gamma?.[i] ?? 1) / Math.sqrt(square + layer.epsilon));
  const threshold = mean.map((mu, i) => {
    const shift = beta?.[i] ?? 0;
    if (scale[i] === 0) return shift >= 0 ? -Infinity : Infinity;
    const at = mu - shift / scale[i];
    if (whole) return scale[i] > 0 ? Math.ceil(at) : Math.floor(at);
    return at;
  });
  return [threshold, scale.map((factor) => (factor < 0 ? -1 : 1))];
}
