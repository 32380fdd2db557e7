import { readFileSync } from 'node:fs';
import { consecutiveBatches, fillBatch } from '../data';
import { lastOperator } from '../engine/onnx';
import { bufferOf, type Described, open, type Session } from '../engine/runtime';
import { checkOptions, described, sizeOf, threadsNow } from '../system';
import type { Classifier } from '../train';
import { checkSplit, checkWhole } from '../train/check';
import type { InferOptions } from './infer';

/** The smallest normal float32, for the logarithm of what is rounded to 0. */
const SMALLEST = 2 ** -126;

/** A net that ONNX Runtime runs from its file. */
export interface OnnxNet extends Classifier {
  /** Frees its memory. */
  dispose(): Promise<void>;
}

/**
 * A net of images from an ONNX file, run by ONNX Runtime as it stands: what `exportOnnx` and `exportInt8` write, or others. `evaluate` and `predict` take it as they take a model. Of a net that ends in softmax the logits are the logarithms of what it gives, which differ from those before the softmax by a number for each image. Where the file fixes the batch, that one is run, filled up.
 *
 * @param file its path, or its bytes
 * @param options `threads`: all cores if left out, or as many as SQUEEZELAB_THREADS says
 * @throws Error when the file cannot be read, is no ONNX file, or its net does not take a batch of images `[batch, ...shape]` of floats and give logits `[batch, classes]`
 */
export async function inferOnnx(file: string | Uint8Array, options: Pick<InferOptions, 'threads'> = {}): Promise<OnnxNet> {
  checkOptions('inferOnnx', options, ['threads']);
  const { threads = threadsNow() } = options;
  checkWhole('inferOnnx: the threads', threads);
  if (typeof file !== 'string' && !(file instanceof Uint8Array)) throw new TypeError(`inferOnnx: it must be an ONNX file's path or bytes, got ${described(file)}`);
  const name = typeof file === 'string' ? file : 'an ONNX file';
  let session: Session;
  let bytes: Uint8Array;
  try {
    bytes = typeof file === 'string' ? readFileSync(file) : file;
    session = await open(bytes, { threads });
  } catch (error) {
    throw new Error(`inferOnnx: ${name} must be an ONNX file that can be read, as exportOnnx writes it, got: ${(error as Error).message}`, { cause: error });
  }
  const [[input, ...moreInputs], [output, ...moreOutputs]] = [session.takes, session.gives];
  const [shape, classes] = [input.shape.slice(1), output.shape[1]];
  const isWhole = (length: unknown): length is number => Number.isInteger(length);
  const isOne = moreInputs.length === 0 && moreOutputs.length === 0;
  if (!isOne || input.type !== 'float32' || output.type !== 'float32' || shape.length === 0 || !shape.every(isWhole) || output.shape.length !== 2 || !isWhole(classes)) {
    await session.dispose();
    const said = (values: readonly Described[]) => values.map(({ name, type, shape }) => `${name}: ${type} [${shape.join()}]`).join(', ');
    throw new Error(`inferOnnx: the net must take images [batch, ...shape] and give logits [batch, classes], one of each and floats, got ${said(session.takes)} and ${said(session.gives)} in ${name}`);
  }
  const fixed = typeof input.shape[0] === 'number' ? input.shape[0] : undefined;
  const isSoftmax = lastOperator(bytes) === 'Softmax';
  let isDisposed = false;
  const net: OnnxNet = {
    name,
    shape,
    classes,
    async logits(split, options = {}) {
      checkOptions('logits', options, ['batch']);
      const { batch = 16 } = options;
      checkWhole('logits: the batch', batch);
      checkSplit('logits', net, split);
      const all = new Float32Array(split.count * classes);
      for (const indices of consecutiveBatches(split.count, fixed ?? batch)) {
        const rows = fixed ?? indices.length;
        const x = new Float32Array(rows * sizeOf(net.shape));
        fillBatch(split, indices, x, new Int32Array(rows));
        const { [output.name]: found } = await session.run({ [input.name]: bufferOf('float32', x, [rows, ...net.shape]) }, { [output.name]: null });
        const values = (found.data as Float32Array).subarray(0, indices.length * classes);
        all.set(isSoftmax ? values.map((share) => Math.log(Math.max(share, SMALLEST))) : values, indices[0] * classes);
      }
      return all;
    },
    async dispose() {
      if (!isDisposed) await session.dispose();
      isDisposed = true;
    },
  };
  return net;
}
