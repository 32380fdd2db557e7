import * as tf from '@tensorflow/tfjs';
import { FormatError, decode, encode, toSigns, valuesOf, type Encoded, type PackedTensor } from '../codec';
import { TEXT_OFFSET } from '../codec/container';
import { checkOptions, sizeOf } from '../system';
import { checkModel } from '../weights/checkModel';
import { checkBytes } from './bytes';
import { type Encoding } from '../weights';
import { checkArchitecture } from './architecture';
import { modelFromJSON } from './modelFromJSON';
import { checkReadsBack, type LayerJson } from './readsBack';
import { encodingOf } from '../weights/model';

/** What a layer's configuration says of making and training its weights, which a packed model has already. */
const OMITTED = /(initializer|regularizer|constraint)$/;

/** Here null is a choice: the outputs of both directions, not merged. */
const NULLABLE = 'merge_mode';

/** A configuration without what is null, empty or of no use once the weights are there. */
function compact(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(compact);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, entry]) => (entry !== null || name === NULLABLE) && !OMITTED.test(name))
      .map(([name, entry]) => [name, compact(entry)]),
  );
}

const MOST_SHARED = 65_535; // a code has 16 bits, and 0 is the zero

/** In the kind that is smallest by estimate: values that occur often enough are worth a codebook, and a magnitude for all or for each output is a scale. Pruned, shared and binary weights are found so, whatever made them. */
function packTensor(name: string, shape: readonly number[], values: Float32Array, indexBits?: number): PackedTensor {
  const distinct = new Set<number>();
  let kept = 0;
  for (const value of values) {
    if (value === 0) continue;
    kept++;
    if (distinct.size <= MOST_SHARED) distinct.add(value);
  }
  const bits = distinct.size > MOST_SHARED ? Infinity : sharedBits(values.length, kept, distinct.size);
  const signed = distinct.size > 1 && kept === values.length ? toSigns(shape, values) : undefined;
  if (signed && values.length + 32 * signed.scales.length < Math.min(bits, 32 * values.length)) return { kind: 'signs', name, shape, ...signed };
  if (bits >= 32 * values.length) return { kind: 'dense', name, shape, values };
  const codebook = Float32Array.from(distinct).sort();
  const code = new Map(Array.from(codebook, (value, i) => [value, i + 1]));
  const codes = codebook.length < 256 ? new Uint8Array(values.length) : new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) if (values[i] !== 0) codes[i] = code.get(values[i])!;
  return { kind: 'shared', name, shape, codebook, codes, indexBits };
}

/** About what a codebook, the codes of the kept values and their positions take; float32 takes 32 for each weight. */
function sharedBits(weights: number, kept: number, shared: number): number {
  const entropy = (part: number) => (part > 0 ? -part * Math.log2(part) : 0);
  const density = kept / weights;
  return 32 * shared + kept * Math.log2(shared + 1) + weights * (entropy(density) + entropy(1 - density));
}

/**
 * Packs a model into the bytes of a file: architecture, shared values, Huffman-coded codes and gaps, signs of one bit, biases, checksum.
 * What is packed are the effective weights, as `predict` uses them; `unpack` gives them back bit by bit, but for −0, which
 * becomes 0 where values are shared.
 *
 * `indexBits`, 1 to 8, are the bits of a gap in the layers' kernels; left out, each tensor gets the number that makes it smallest.
 *
 * `sections` and `tensors` of the result say what every byte is for: `ledger(pack(model))` adds it up.
 *
 * ```ts
 * import { key, mlp, pack, parametrizeAll, prune, share, unpack } from 'squeezelab';
 *
 * const model = mlp(key(1), [784, 32, 10]);
 * parametrizeAll(model, prune({ density: 0.1 }));
 * parametrizeAll(model, share({ bits: 4 }));
 * const { bytes } = pack(model);
 * const again = await unpack(bytes);
 * const values = (net: typeof again) => net.getWeights().map((weight) => weight.dataSync().join()).join();
 * console.log(bytes.length < 4 * again.countParams() / 20, values(again) === values(model)); // => true true
 * ```
 *
 * @throws TypeError when the model is no LayersModel, or for an option that there is not
 * @throws RangeError when `indexBits` is not a whole number up to 8 where a kernel has gaps, or the net has more tensors or values than a file may have
 * @throws Error when a weight is not float32, or `unpack` would refuse the architecture or give back another net: with a stateful layer, say, or one whose configuration lacks an option
 */
export function pack(model: tf.LayersModel, options: { indexBits?: number } = {}): Encoded {
  checkModel('pack', model);
  checkOptions('pack', options, ['indexBits']);
  const { indexBits } = options;
  const architecture = compact(model.toJSON(null, false)) as { config: { layers: LayerJson[] } };
  try {
    checkReadsBack(model, architecture.config.layers);
    checkArchitecture(architecture);
  } catch (error) {
    throw new Error(`pack: ${model.name} must be a net that unpack reads, got ${(error as Error).message}`, { cause: error });
  }
  return encode({ architecture: JSON.stringify(architecture), tensors: packWeights(model.weights, indexBits) });
}

/** One layer of `pack(model)` alone: what it takes in the model's file, to be counted by `ledger`. It has no architecture, so `unpack` cannot read it. */
export const packLayer = (layer: tf.layers.Layer): Encoded => encode({ architecture: '', tensors: packWeights(layer.weights) });

const packWeights = (weights: tf.LayersModel['weights'], indexBits?: number): PackedTensor[] =>
  weights.map((weight) => {
    const value = weight.read();
    if (value.dtype !== 'float32') throw new Error(`pack: weights must be float32, got ${value.dtype} for ${weight.originalName}`);
    const own = encodingOf(weight);
    const values = value.dataSync<'float32'>();
    const bits = value.rank > 1 ? indexBits : undefined;
    return own ? encoded(weight.originalName, value.shape, values, own, bits) : packTensor(weight.originalName, value.shape, values, bits);
  });

/** A weight stored as its transform says. */
function encoded(name: string, shape: readonly number[], values: Float32Array, { codebook, codes }: Encoding, indexBits?: number): PackedTensor {
  const wrong = values.findIndex((value, i) => value !== (codes[i] === 0 ? 0 : codebook[codes[i] - 1]));
  if (wrong >= 0 || codes.length !== values.length) {
    throw new Error(`pack: the encoding of ${name} must give its effective values, got ${codes.length} codes for ${values.length} values${wrong >= 0 ? `, of which number ${wrong} is ${values[wrong]}` : ''}`);
  }
  return { kind: 'shared', name, shape, codebook, codes, indexBits };
}

/**
 * The model in a packed file. Its weights are found by their names; it has no transforms.
 *
 * @throws TypeError when `bytes` is no Uint8Array
 * @throws FormatError when the bytes are not a whole packed file, when its architecture is not a tfjs model's, or its tensors are
 * not that model's weights. More memory than the tensors need is not taken for what the architecture declares.
 */
export async function unpack(bytes: Uint8Array): Promise<tf.LayersModel> {
  checkBytes('unpack', bytes);
  const { architecture, tensors, account } = decode(bytes);
  const values = tensors.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const model = await modelFromJSON(architecture, { weights: tensors.length, values }).catch((error: Error) => {
    throw new FormatError(`unpack: ${error.message}`, TEXT_OFFSET);
  });
  try {
    const weights = byName(model.weights);
    for (const tensor of tensors) {
      const weight = weights.get(tensor.name)?.shift();
      if (weight?.shape.join() !== tensor.shape.join()) {
        const { offset } = account.sections.find((section) => section.tensor === tensor.name)!;
        throw new FormatError(`unpack: a tensor must be a weight of the architecture, got ${tensor.name} [${tensor.shape.join(', ')}]${weight ? ` for a weight [${weight.shape.join(', ')}]` : ''}`, offset);
      }
      // Not by the weight's `write`: a constraint in the file could change the values.
      tf.tidy(() => (weight.read() as tf.Variable).assign(tf.tensor(valuesOf(tensor), [...tensor.shape])));
    }
    const [missing] = [...weights.values()].flat();
    if (missing) throw new FormatError(`unpack: the architecture's ${missing.originalName} [${missing.shape.join(', ')}] must have its tensor`, TEXT_OFFSET);
    return model;
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/** Weights of nested models may have one name; they keep their order. */
function byName(weights: tf.LayersModel['weights']): Map<string, tf.LayersModel['weights']> {
  const map = new Map<string, tf.LayersModel['weights']>();
  for (const weight of weights) {
    const same = map.get(weight.originalName);
    if (same) same.push(weight);
    else map.set(weight.originalName, [weight]);
  }
  return map;
}
