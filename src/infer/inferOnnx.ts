import { readFileSync } from 'node:fs';
import { consecutiveBatches, fillBatch } from '../data';
import { bufferOf, type Described, open } from '../engine/runtime';
import { checkOptions, described, sizeOf, threadsNow } from '../system';
import type { Classifier } from '../train';
import { checkSplit, checkWhole } from '../train/check';
import type { InferOptions } from './infer';

/** A net that ONNX Runtime runs from its file. */
export interface OnnxNet extends Classifier {
  /** Frees its memory. */
  dispose(): Promise<void>;
}

/**
 * A net of images from an ONNX file, run by ONNX Runtime as it stands: what `exportOnnx` and `exportInt8` write, or others. `evaluate` and `predict` take it as they take a model.
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
  const session = await open(typeof file === 'string' ? readFileSync(file) : file, { threads });
  const [[input, ...moreInputs], [output, ...moreOutputs]] = [session.takes, session.gives];
  const [shape, classes] = [input.shape.slice(1), output.shape[1]];
  const isWhole = (length: unknown): length is number => Number.isInteger(length);
  const isOne = moreInputs.length === 0 && moreOutputs.length === 0;
  if (!isOne || input.type !== 'float32' || output.type !== 'float32' || shape.length === 0 || !shape.every(isWhole) || output.shape.length !== 2 || !isWhole(classes)) {
    await session.dispose();
    const said = (values: readonly Described[]) => values.map(({ name, type, shape }) => `${name}: ${type} [${shape.join()}]`).join(', ');
    throw new Error(`inferOnnx: the net must take images [batch, ...shape] and give logits [batch, classes], one of each and floats, got ${said(session.takes)} and ${said(session.gives)} in ${name}`);
  }
  const net: OnnxNet = {
    name,
    shape,
    classes,
    async logits(split, { batch = 16 } = {}) {
      checkWhole('logits: the batch', batch);
      checkSplit('logits', net, split);
      const all = new Float32Array(split.count * classes);
      for (const indices of consecutiveBatches(split.count, batch)) {
        const x = new Float32Array(indices.length * sizeOf(net.shape));
        fillBatch(split, indices, x, new Int32Array(indices.length));
        const { [output.name]: found } = await session.run({ [input.name]: bufferOf('float32', x, [indices.length, ...net.shape]) }, { [output.name]: null });
        all.set(found.data as Float32Array, indices[0] * classes);
      }
      return all;
    },
    dispose: () => session.dispose(),
  };
  return net;
}
