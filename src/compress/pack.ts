import * as tf from '@tensorflow/tfjs';
import { decode, encode, type Encoded, type PackedTensor } from '../codec';

/** What a layer's configuration says of making and training its weights, which a packed model has already. */
const OMITTED = /(initializer|regularizer|constraint)$/;

/** A configuration without what is null, empty or of no use once the weights are there. */
function compact(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(compact);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, entry]) => entry !== null && !OMITTED.test(name))
      .map(([name, entry]) => [name, compact(entry)]),
  );
}

const MOST_SHARED = 65_535; // a code has 16 bits, and 0 is the zero

/** Values that occur often enough are worth a codebook; pruned and shared weights are found so, whatever made them. */
function packTensor(name: string, shape: readonly number[], values: Float32Array, indexBits?: number): PackedTensor {
  const distinct = new Set<number>();
  let kept = 0;
  for (const value of values) {
    if (value === 0) continue;
    kept++;
    if (distinct.size <= MOST_SHARED) distinct.add(value);
  }
  if (distinct.size > MOST_SHARED || sharedBits(values.length, kept, distinct.size) >= 32 * values.length) return { kind: 'dense', name, shape, values };
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
 * Packs a model into the bytes of a file: architecture, shared values, Huffman-coded codes and gaps, biases, checksum.
 * What is packed are the effective weights, as `predict` uses them; `unpack` gives them back bit by bit.
 *
 * `indexBits` is the width of a gap in the layers' kernels (1 to 8); left out, each tensor gets the one that makes it smallest.
 *
 * `sections` and `tensors` of the result say what every byte is for: `ledger(pack(model))` prints it.
 *
 * @throws Error when a weight is not float32
 */
export const pack = (model: tf.LayersModel, { indexBits }: { indexBits?: number } = {}): Encoded =>
  encode({ architecture: JSON.stringify(compact(model.toJSON(null, false))), tensors: packWeights(model.weights, indexBits) });

/** One layer of `pack(model)` alone: what it takes in the model's file, to be counted by `ledger`. It has no architecture, so `unpack` cannot read it. */
export const packLayer = (layer: tf.layers.Layer): Encoded => encode({ architecture: '', tensors: packWeights(layer.weights) });

const packWeights = (weights: tf.LayersModel['weights'], indexBits?: number): PackedTensor[] =>
  weights.map((weight) => {
    const value = weight.read();
    if (value.dtype !== 'float32') throw new Error(`pack: weights must be float32, got ${value.dtype} for ${weight.originalName}`);
    return packTensor(weight.originalName, value.shape, value.dataSync<'float32'>(), value.rank > 1 ? indexBits : undefined);
  });

/**
 * The model in a packed file.
 *
 * @throws ContainerError when the bytes are not a whole packed file, Error when its architecture is not a tfjs model's or its
 * tensors are others
 */
export async function unpack(bytes: Uint8Array): Promise<tf.LayersModel> {
  const { architecture, tensors } = decode(bytes);
  const model = await modelOf(architecture);
  const declared = model.weights.map(({ originalName, shape }) => `${originalName} [${shape.join()}]`).join(', ');
  const stored = tensors.map(({ name, shape }) => `${name} [${shape.join()}]`).join(', ');
  if (declared !== stored) {
    model.dispose();
    throw new Error(`unpack: the tensors must be those of the architecture, ${declared}, got ${stored}`);
  }
  tf.tidy(() => {
    tensors.forEach((tensor, i) => {
      model.weights[i].write(tf.tensor(valuesOf(tensor), [...tensor.shape]));
    });
  });
  return model;
}

function valuesOf(tensor: PackedTensor): Float32Array {
  if (tensor.kind === 'dense') return tensor.values;
  const { codebook, codes } = tensor;
  const values = new Float32Array(codes.length);
  for (let i = 0; i < codes.length; i++) if (codes[i] > 0) values[i] = codebook[codes[i] - 1];
  return values;
}

const KERNEL = { kernel_initializer: { class_name: 'Zeros', config: {} } };

/** `pack` left the initializers out; the default ones of these layers would draw random weights, which takes longer than all the rest. */
const ZEROS: Record<string, object> = { Dense: KERNEL, Conv1D: KERNEL, Conv2D: KERNEL, Conv3D: KERNEL };

/** For `JSON.parse`: a layer's configuration, its weights to begin at zero. */
function withoutDraws(_: string, value: unknown): unknown {
  const { class_name: kind, config } = (value ?? {}) as { class_name?: string; config?: object };
  return kind !== undefined && kind in ZEROS && config ? { ...(value as object), config: { ...ZEROS[kind], ...config } } : value;
}

async function modelOf(architecture: string): Promise<tf.LayersModel> {
  try {
    return await tf.models.modelFromJSON(JSON.parse(architecture, withoutDraws) as never);
  } catch (error) {
    throw new Error(`unpack: the architecture must be a tfjs model's, got: ${(error as Error).message}`, { cause: error });
  }
}
