import * as tf from '@tensorflow/tfjs';
import { described } from '../system';
import { checkCount, layer, type Piece } from './pieces';

/** Channels of a fire module. */
export interface Fire {
  squeeze: number;
  expand1x1: number;
  expand3x3: number;
}

/** How the channels of all fire modules are chosen (Iandola et al. 2016, section 5.1). */
export interface FireDesign {
  /** Of the first module's expand channels. */
  base: number;
  /** Expand channels that come on after each `every` modules. */
  increment: number;
  every: number;
  /** SR: squeeze channels for each expand channel, in (0, 1]. */
  squeezeRatio: number;
  /** pct3x3: the part of the expand filters that are of 3×3, in (0, 1). */
  share3x3: number;
}

/**
 * The fire modules of a design: module i, from 0 on, has e = base + increment · ⌊i / every⌋ expand channels, e · share3x3 of them by 3×3 filters, and e · squeezeRatio squeeze channels; both rounded.
 *
 * @throws RangeError when a number is no whole one, a ratio or share is out of its range, or leaves a module without one of its three kinds of filters
 */
export function fires(caller: string, count: number, { base, increment, every, squeezeRatio, share3x3 }: FireDesign): Fire[] {
  checkCount(`${caller}: base`, base);
  checkCount(`${caller}: increment`, increment, 0);
  checkCount(`${caller}: every`, every);
  if (!(typeof squeezeRatio === 'number' && squeezeRatio > 0 && squeezeRatio <= 1)) throw new RangeError(`${caller}: squeezeRatio must be in (0, 1], got ${squeezeRatio}`);
  if (!(typeof share3x3 === 'number' && share3x3 > 0 && share3x3 < 1)) throw new RangeError(`${caller}: share3x3 must be in (0, 1), got ${share3x3}`);
  return Array.from({ length: count }, (_, i) => {
    const expand = base + increment * Math.floor(i / every);
    const expand3x3 = Math.round(expand * share3x3);
    const module = { squeeze: Math.round(expand * squeezeRatio), expand1x1: expand - expand3x3, expand3x3 };
    const [missing] = Object.entries(module).find(([, channels]) => channels === 0) ?? [];
    if (missing) throw new RangeError(`${caller}: each module must have filters of each kind, got no ${missing} of ${expand} channels at squeezeRatio ${squeezeRatio}, share3x3 ${share3x3}`);
    return module;
  });
}

/** `simple`: a module's input is added to its output where both have as many channels. `complex`: elsewhere too, through a 1×1 convolution (section 6). */
export type Bypass = 'simple' | 'complex';

/** @throws RangeError for another name */
export function checkBypass(caller: string, bypass: unknown): void {
  if (bypass !== undefined && bypass !== 'simple' && bypass !== 'complex') throw new RangeError(`${caller}: bypass must be simple or complex, got ${described(bypass)}`);
}

/** A convolution with all that stands between it and the next one. */
export type Convolution = (name: string, filters: number, size: number) => Piece;

/** Squeeze by 1×1, then expand by 1×1 and by 3×3 beside them. */
export const fire = (name: string, { squeeze, expand1x1, expand3x3 }: Fire, convolution: Convolution, bypass?: Bypass): Piece => (x) => {
  const squeezed = convolution(`${name}/squeeze1x1`, squeeze, 1)(x);
  const parts = [convolution(`${name}/expand1x1`, expand1x1, 1)(squeezed), convolution(`${name}/expand3x3`, expand3x3, 3)(squeezed)];
  const expanded = tf.layers.concatenate({ name: `${name}/concat` }).apply(parts) as tf.SymbolicTensor;
  const channels = expand1x1 + expand3x3;
  const isSame = x.shape.at(-1) === channels;
  if (!bypass || (bypass === 'simple' && !isSame)) return expanded;
  const passed = isSame ? x : layer(tf.layers.conv2d({ name: `${name}/bypass1x1`, filters: channels, kernelSize: 1, kernelInitializer: 'zeros' }))(x);
  return tf.layers.add({ name: `${name}/bypass` }).apply([passed, expanded]) as tf.SymbolicTensor;
};
