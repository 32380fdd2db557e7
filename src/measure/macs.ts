import type * as tf from '@tensorflow/tfjs';
import { QuantizedActivation, Threshold } from '../layers';
import { sizeOf } from '../system';
import { checkModel } from '../weights/checkModel';

type Layer = tf.layers.Layer;

/** What one layer computes of one image. */
export interface LayerMacs {
  name: string;
  /** Multiplications with an addition each, those with zero weights included. */
  macs: number;
  /** The part of the weights that is not 0. */
  density: number;
  weights: number;
  /** Of one weight: 1 where all are ± one scale, or ± one for each output; 8 where zero and at most 255 values are shared by four times as many weights or more; else 32. */
  weightBits: number;
  /** Of one input: those of the quantised activation that it comes from, 8 of the image, else 32. */
  inputBits: number;
  /** Values that it gets. */
  inputs: number;
  /** Values that it gives. */
  outputs: number;
}

/** They hand on what they get: the same values, or some of them. */
const PASSING = ['Flatten', 'Reshape', 'Dropout', 'MaxPooling2D', 'ZeroPadding2D', 'Permute'];

/**
 * The multiply-accumulates of a net for one image, layer by layer, with the bits of their operands: of dense layers and convolutions, with their effective weights. Windows that reach over the border count whole.
 *
 * A dense kernel `[in, out]` takes in · out, a convolution's `[height, width, in, out]` that many at each place of its output, a depthwise one's `[height, width, in, multiplier]` likewise.
 *
 * @throws Error when an output's size is not known from the model
 */
export function macs(model: tf.LayersModel): LayerMacs[] {
  checkModel('macs', model);
  return model.layers
    .filter((layer) => ['Dense', 'Conv2D', 'DepthwiseConv2D'].includes(layer.getClassName()))
    .map((layer) => {
      const [kernel] = layer.getWeights();
      const outputs = sizeOf((layer.outputShape as number[]).slice(1));
      if (!Number.isFinite(outputs)) throw new Error(`macs: the output of ${layer.name} must have a known size, got [${layer.outputShape.join()}]; give the model's inputShape whole`);
      const places = outputs / (layer.outputShape.at(-1) as number);
      const values = kernel.dataSync<'float32'>();
      return {
        name: layer.name,
        macs: places * kernel.size,
        density: values.reduce((kept, weight) => kept + +(weight !== 0), 0) / kernel.size,
        weights: kernel.size,
        weightBits: weightBits(values, kernel.shape.at(-1)!),
        inputBits: inputBits(layer),
        inputs: sizeOf((layer.input as tf.SymbolicTensor).shape.slice(1) as number[]),
        outputs,
      };
    });
}

function weightBits(values: Float32Array, outputs: number): number {
  if (values.every((weight, i) => weight !== 0 && Math.abs(weight) === Math.abs(values[i % outputs]))) return 1;
  const distinct = new Set<number>();
  let kept = 0;
  for (const weight of values) {
    if (weight === 0) continue;
    kept++;
    distinct.add(weight);
    if (distinct.size > 255) return 32;
  }
  return 4 * distinct.size <= kept ? 8 : 32;
}

/** The bits of what a layer gets, looked for along its first input. */
function inputBits(layer: Layer): number {
  const [source] = (layer.inboundNodes[0] as unknown as { inputTensors: { sourceLayer: Layer }[] }).inputTensors.map(({ sourceLayer }) => sourceLayer);
  if (source instanceof Threshold) return 1;
  if (source instanceof QuantizedActivation) return source.bits;
  const type = source.getClassName();
  if (type === 'InputLayer') return 8;
  return PASSING.includes(type) ? inputBits(source) : 32;
}
