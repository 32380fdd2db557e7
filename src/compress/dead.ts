import * as tf from '@tensorflow/tfjs';
import { transformsOf, weightOf } from '../weights';
import { checkModel } from '../weights/checkModel';
import type { Prune } from './prune';
import { isStored, storedWeight } from '../weights/model';

/**
 * The dropout rate for retraining a pruned layer (Han et al. 2015, section 3.2): D_r = D_o √(C_r / C_o), for C_o connections before pruning and C_r that are kept. Pruning regularises already, so that less dropout is due.
 *
 * @param rate D_o, the part that is dropped
 * @param density C_r / C_o
 * @returns D_r, from 0 to `rate`
 * @throws RangeError when the rate is not in [0, 1) or the density not in [0, 1]
 */
export function retrainingDropout(rate: number, density: number): number {
  if (!(rate >= 0 && rate < 1)) throw new RangeError(`retrainingDropout: the rate must be in [0, 1), got ${rate}`);
  if (!(density >= 0 && density <= 1)) throw new RangeError(`retrainingDropout: the density must be the part of connections that is kept, from 0 to 1, got ${density}`);
  return rate * Math.sqrt(density);
}

/** What may stand between two layers with kernels: it passes a constant on, channel by channel. */
const PASSES = ['Flatten', 'Dropout', 'MaxPooling2D', 'AveragePooling2D', 'InputLayer'];

interface Kernel {
  layer: tf.layers.Layer;
  /** `[inputs, units]`, the effective values; input i comes from unit i mod (units of the layer before). */
  values: Float32Array;
  units: number;
  bias: Float32Array;
}

/**
 * Removes units that nothing comes into, or that nothing goes out of, with all their connections (Han et al. 2015, section 3.5): in a chain of dense and convolution layers with biases and ReLU or nothing behind them. What the net computes stays the
 * same: a unit without inputs is a constant, which goes into the next layer's biases (one that is not zero stays where the next is a padded convolution, which would not have it at its border). Masks of pruned layers lose the connections, so that retraining does not bring them back. Returns how many units of each layer were removed.
 *
 * The paper leaves it to the retraining, whose weight decay drives such connections to zero; here it is done at once.
 *
 * Removed means set to zero: kernels stay `[inputs, units]` or `[height, width, inputs, units]`, biases `[units]`.
 *
 * @returns how many units of each layer but the last, by its name
 * @throws Error when the model is no such chain, or a kernel is stored in another form (shared)
 */
export function removeDead(model: tf.LayersModel): Record<string, number> {
  checkModel('removeDead', model);
  const chain = kernelsOf(model);
  const removed = chain.slice(0, -1).map(() => new Set<number>());
  for (let changed = true; changed; ) {
    changed = false;
    for (let at = 0; at + 1 < chain.length; at++) {
      const [own, next] = [chain[at], chain[at + 1]];
      for (let unit = 0; unit < own.units; unit++) {
        if (removed[at].has(unit)) continue;
        const hasInput = some(own.values, unit, own.units);
        const outputs = connectionsOf(next, unit, own.units);
        const hasOutput = outputs.some((i) => next.values[i] !== 0);
        if (hasInput && hasOutput) continue;
        if (hasOutput && !foldConstant(own, unit, next, outputs)) continue;
        for (let i = unit; i < own.values.length; i += own.units) own.values[i] = 0;
        for (const i of outputs) next.values[i] = 0;
        own.bias[unit] = 0;
        removed[at].add(unit);
        changed = true;
      }
    }
  }
  for (const { layer } of chain) {
    if (!['kernel', 'bias'].every((name) => isStored(weightOf(layer, name)))) throw new Error(`removeDead: the weights of ${layer.name} must be stored as they are, or pruned; remove dead units before sharing or quantising`);
  }
  for (const kernel of chain) write(kernel);
  return Object.fromEntries(removed.map((units, at) => [chain[at].layer.name, units.size]));
}

function kernelsOf(model: tf.LayersModel): Kernel[] {
  const chain: Kernel[] = [];
  for (const layer of model.layers) {
    const type = layer.getClassName();
    if (PASSES.includes(type)) continue;
    const { activation = 'linear', useBias, dataFormat } = layer.getConfig() as { activation?: string; useBias?: boolean; dataFormat?: string };
    if (!['Dense', 'Conv2D'].includes(type) || !useBias || !['linear', 'relu'].includes(activation) || layer.inboundNodes.length !== 1 || layer.outboundNodes.length > 1 || !layer.trainable || dataFormat === 'channelsFirst')
      throw new Error(`removeDead: the model must be a chain of dense and convolution layers with biases, ReLU or nothing behind them, channels last, all trained, got ${layer.name} (${type}, ${activation})`);
    const [kernel, bias] = layer.getWeights();
    chain.push({ layer, values: kernel.dataSync<'float32'>().slice(), units: kernel.shape.at(-1)!, bias: bias.dataSync<'float32'>().slice() });
  }
  return chain;
}

/** Whether any of a unit's inputs has a weight. */
function some(values: Float32Array, unit: number, units: number): boolean {
  for (let i = unit; i < values.length; i += units) if (values[i] !== 0) return true;
  return false;
}

/** Where in the next layer's kernel the weights of a unit's output lie. */
function connectionsOf({ values, units }: Kernel, unit: number, unitsBefore: number): number[] {
  const places: number[] = [];
  for (let input = unit; input < values.length / units; input += unitsBefore) for (let output = 0; output < units; output++) places.push(input * units + output);
  return places;
}

/** Adds what a unit without inputs gives to the next biases; false where a padded convolution would not have it at the border. */
function foldConstant(own: Kernel, unit: number, next: Kernel, outputs: readonly number[]): boolean {
  const { activation = 'linear' } = own.layer.getConfig() as { activation?: string };
  const constant = activation === 'relu' ? Math.max(0, own.bias[unit]) : own.bias[unit];
  if (constant === 0) return true;
  if ((next.layer.getConfig() as { padding?: string }).padding === 'same') return false;
  for (const i of outputs) next.bias[i % next.units] += constant * next.values[i];
  return true;
}

function write({ layer, values, bias }: Kernel): void {
  const [kernel, biases] = ['kernel', 'bias'].map((name) => storedWeight(weightOf(layer, name))!);
  tf.tidy(() => {
    kernel.assign(tf.tensor(values, kernel.shape));
    biases.assign(tf.tensor(bias, biases.shape));
    for (const transform of transformsOf(layer, 'kernel'))
      if (transform.name === 'prune') {
        const { mask } = transform as Prune;
        mask.assign(tf.mul(mask, tf.cast(tf.notEqual(kernel, 0), 'float32')));
      }
  });
}
