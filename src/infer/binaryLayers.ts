import type * as tf from '@tensorflow/tfjs';
import { QuantizedActivation, Threshold } from '../layers';
import { isNormalization } from '../train/normalization';
import { chainOf } from '../weights/chain';
import { signsOf } from './signs';
import { type Affine, affineOf } from './affine';
import { wholeOf, type Window, windowOf } from './windows';

type Layer = tf.layers.Layer;

/** A dense layer or a convolution of signs, with what follows it up to the next one. A dense layer is a convolution whose window is all of its input. */
export interface BinaryLayer {
  name: string;
  kind: 'Dense' | 'Conv2D';
  window: Window;
  channels: number;
  outputs: number;
  /** `[height, width, channels, outputs]` of the window: 1 where the weight is +1, 0 where it is −1. */
  signs: Uint8Array;
  /** What the signs are multiplied with, `[outputs]`, above zero. */
  scales: Float32Array;
  /** `[outputs]`, where there is one. */
  bias?: Float32Array;
  /** Of all but the last layer, `[outputs]` each: the sign is +1 where direction · (scale · sum + bias − threshold) ≥ 0. */
  threshold: Float32Array;
  direction: Float32Array;
  /** Largest values over windows, of the sums or of their signs. */
  pools: { window: Window; ofSigns: boolean }[];
}

export interface BinaryChain {
  /** Of an image. */
  shape: number[];
  layers: BinaryLayer[];
  /** From the last layer's sums to the logits. */
  affine: Affine[];
}

const INERT = ['Dropout', 'Flatten', 'GaussianNoise', 'GaussianDropout', 'ActivityRegularization'];
const activationOf = (layer: Layer): string => (layer.getConfig() as { activation?: string }).activation ?? 'linear';
const isInert = (layer: Layer): boolean => INERT.includes(layer.getClassName()) || (layer.getClassName() === 'Activation' && activationOf(layer) === 'linear');
const isSoftmax = (layer: Layer): boolean => layer.getClassName() === 'Softmax' || (layer.getClassName() === 'Activation' && activationOf(layer) === 'softmax');
const isSign = (layer: Layer): boolean => layer instanceof QuantizedActivation && layer.quantizer === 'sign';
const shapeOf = (shape: tf.Shape | tf.Shape[]): number[] => (shape as tf.Shape).slice(1) as number[];
/** The shape of an example that a layer gets. */
const inputOf = (layer: Layer): number[] => shapeOf(layer.inboundNodes[0].inputTensors[0].shape);

const refusal = (layer: Layer, must: string, got: string, way = ''): Error => new Error(`infer: ${layer.name} must ${must}, got ${got}${way && `; ${way}`}`);

/**
 * The layers of a binary net whose batch normalisations are folded.
 *
 * @throws Error that names the first layer that does not fit
 */
export function binaryChain(model: tf.LayersModel): BinaryChain {
  const chain = chainOf('infer', model);
  const layers: BinaryLayer[] = [];
  let values: 'images' | 'sums' | 'signs' = 'images';
  /** Height, width and channels of what comes next, also where it has been flattened. */
  let at: readonly number[] = [];
  const last = chain.findLastIndex((layer) => ['Dense', 'Conv2D'].includes(layer.getClassName()));
  chain.slice(0, last + 1).forEach((layer, i) => {
    const type = layer.getClassName();
    if (isInert(layer) || (type === 'Reshape' && (values === 'images' || shapeOf(layer.outputShape).length === 1))) return;
    const current = layers.at(-1);
    if (['Dense', 'Conv2D'].includes(type) && values !== 'sums') {
      if (type === 'Dense' && inputOf(layer).length !== 1) throw refusal(layer, 'get [batch, features]', `[batch, ${inputOf(layer).join(', ')}]`, 'put tf.layers.flatten() before it');
      const input = type === 'Conv2D' ? inputOf(layer) : values === 'images' ? [1, 1, ...inputOf(layer)] : at;
      const next = weighted(layer, input, i === last);
      layers.push(next);
      at = [...next.window.output, next.outputs];
      values = 'sums';
    } else if (type === 'MaxPooling2D' && current) {
      if (layer.getConfig().dataFormat === 'channelsFirst') throw refusal(layer, 'have its channels last', 'channelsFirst', 'make it with dataFormat channelsLast');
      const window = windowOf(at, layer.getConfig());
      current.pools.push({ window, ofSigns: values === 'signs' });
      at = [...window.output, current.outputs];
    } else if (current && values === 'sums' && (layer instanceof Threshold || isSign(layer))) {
      if (inputOf(layer).at(-1) !== current.outputs) throw refusal(layer, `have a threshold for each of the ${current.outputs} channels of ${current.name}`, String(inputOf(layer).at(-1)), 'put Flatten behind it');
      if (layer instanceof Threshold) [current.threshold, current.direction] = layer.getWeights().map((weight) => weight.dataSync<'float32'>());
      values = 'signs';
    } else if (values !== 'signs' || !isSign(layer)) {
      throw refusal(layer, `be a layer that can follow ${values} in a binary net`, layer instanceof QuantizedActivation ? `a quantizer ${layer.quantizer}` : type, wayOut(type, values));
    }
  });
  const end = chain.slice(last + 1).filter((layer) => !isInert(layer));
  if (end.length && isSoftmax(end.at(-1)!)) end.pop();
  const wrong = end.find((layer) => !isNormalization(layer));
  if (wrong) throw refusal(wrong, 'be batch normalisation or softmax, for it is behind the last layer with weights', wrong.getClassName());
  const output = layers.at(-1);
  if (layers.length < 2 || output?.kind !== 'Dense') throw new Error(`infer: ${model.name} must have two layers with weights or more, the last one dense, got ${layers.map(({ name, kind }) => `${kind} ${name}`).join(', ') || 'none'}`);
  return { shape: shapeOf(model.inputs[0].shape), layers, affine: affineOf(output, end) };
}

function wayOut(type: string, values: string): string {
  if (['Dense', 'Conv2D'].includes(type)) return "put new layers.QuantizedActivation({ quantizer: 'sign' }) before it";
  if (type.endsWith('Normalization')) return values === 'sums' ? 'its place is right before a sign, behind the pooling' : 'its place is behind a layer with weights';
  return 'evaluate takes such a net as unpack gives it';
}

function weighted(layer: Layer, input: readonly number[], last: boolean): BinaryLayer {
  const config = layer.getConfig() as { dilationRate?: number | number[]; dataFormat?: string; strides?: number[]; kernelSize?: number[]; padding?: string };
  const activation = activationOf(layer);
  if (activation !== 'linear' && !(last && activation === 'softmax')) throw refusal(layer, 'have no activation of its own', activation, "a sign is a layer behind it: new layers.QuantizedActivation({ quantizer: 'sign' })");
  if ([config.dilationRate ?? 1].flat().some((rate) => rate !== 1)) throw refusal(layer, 'have a dilation of 1', String(config.dilationRate));
  if (config.dataFormat === 'channelsFirst') throw refusal(layer, 'have its channels last', config.dataFormat);
  const [kernel, bias] = layer.getWeights();
  const outputs = kernel.shape.at(-1)!;
  const signs = signsOf(kernel.dataSync<'float32'>(), outputs);
  if (typeof signs === 'number') throw refusal(layer, 'have weights of ±1, or of ± one scale an output', `${signs} beside another one`, 'parametrizeAll(model, binarize()) before pack makes them');
  return {
    name: layer.name,
    kind: kernel.rank === 4 ? 'Conv2D' : 'Dense',
    window: kernel.rank === 4 ? windowOf(input, config) : wholeOf(input),
    channels: input[2],
    outputs,
    ...signs,
    bias: bias?.dataSync<'float32'>(),
    threshold: new Float32Array(outputs),
    direction: new Float32Array(outputs).fill(1),
    pools: [],
  };
}
