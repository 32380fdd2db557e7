import * as tf from '@tensorflow/tfjs';
import { customGradient } from '../engine';
import type { Key } from '../random';
import { checkOptions, described } from '../system';
import type { Method, Transform } from '../weights';
import { kmeans } from './kmeans';

/** The transform that `share` makes. */
export interface Share extends Transform {
  /** The shared values, `[clusters]`: what is trained. */
  readonly centroids: tf.Variable;
}

/** What `share` takes: how many bits, and where the centroids start. */
export interface ShareOptions {
  /** 2^bits codes a layer. In a pruned layer one of them is the zero's, as in the authors' file. */
  bits: number;
  /** Where the centroids start (Han et al. 2016, section 3.2); `random` needs a key. `linear` if left out. */
  start?: 'linear' | 'density' | 'random';
  /** The draw of a `random` start. */
  key?: Key;
}

/**
 * Trained quantisation by weight sharing (Han et al. 2016, section 3), which others call weight clustering or palettisation: the weights of a layer that are not zero are put
 * into clusters by one-dimensional k-means, each weight becomes its cluster's centroid, and the centroids are trained.
 *
 * - forward: w = centroid[index]; zeros stay zero
 * - backward: the gradient of a centroid is the sum of its members' gradients (section 3.3)
 *
 * ```ts
 * import { key, mlp, parametrize, share } from 'squeezelab';
 *
 * const layer = mlp(key(1), [784, 32, 10]).getLayer('fc1');
 * const { transform } = parametrize(layer, 'kernel', share({ bits: 4 }));
 * console.log(transform.centroids.shape, new Set(layer.getWeights()[0].dataSync()).size); // => [ 16 ] 16
 * ```
 *
 * @returns a method for weights of any shape `[...shape]`, which stays; its transform has the centroids `[clusters]`, at most 2^bits, one less where there are zeros
 * @throws RangeError when bits is not a whole number from 1 to 16, a weight is not finite, or a random start has no key
 * @throws TypeError for an option that there is not
 */
export function share(options: ShareOptions): Method<Share> {
  checkOptions('share', options, ['bits', 'start', 'key']);
  const { bits, start = 'linear', key } = options;
  if (!Number.isInteger(bits) || bits < 1 || bits > 16) throw new RangeError(`share: bits must be a whole number from 1 to 16, got ${described(bits)}`);
  return (value) => {
    const weights = value.dataSync<'float32'>();
    const places = new Int32Array(weights.length).map((_, i) => i).filter((i) => weights[i] !== 0);
    const kept = weights.filter((weight) => weight !== 0);
    const clusters = 2 ** bits - (kept.length < weights.length ? 1 : 0);
    const { centroids, codes } = kmeans(kept, clusters, { start, key });
    const { shape, size } = value;

    const table = tf.tidy(() => tf.variable(tf.tensor1d(centroids)));
    const positions = tf.tidy(() => tf.variable(tf.tensor1d(places, 'int32'), false));
    const members = tf.tidy(() => tf.variable(tf.tensor1d(Int32Array.from(codes), 'int32'), false));
    return {
      name: 'share',
      centroids: table,
      trained: [{ variable: table }],
      instead: true,
      state: [positions, members],
      forward: () => tf.reshape(scatter(tf.gather(table, members), positions, size), shape),
    };
  };
}

/** `size` zeros with `values` at `positions`. The gradient of the values, for which tfjs has none, is that at their positions. */
const scatter = (values: tf.Tensor, positions: tf.Tensor, size: number): tf.Tensor =>
  customGradient(
    values,
    (x) => tf.scatterND(tf.expandDims(positions, 1), x, [size]),
    (gradient) => tf.gather(gradient, positions),
  );
