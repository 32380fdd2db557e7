import * as tf from '@tensorflow/tfjs';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environment, projectRoot, sha256, writeAtomic } from '../system';

const bytesOf = (tensor: tf.Tensor): Uint8Array => {
  const values = tensor.dataSync();
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
};

/** A digest of tensors' values. */
export const digestOf = (tensors: readonly tf.Tensor[]): string => sha256(...tensors.map(bytesOf));

const ARRAYS = { float32: Float32Array, int32: Int32Array, bool: Uint8Array };

function restore(variable: tf.Variable, bytes: Uint8Array): void {
  const dtype = variable.dtype as keyof typeof ARRAYS;
  const value = tf.tensor(new ARRAYS[dtype](Uint8Array.from(bytes).buffer), variable.shape, dtype);
  variable.assign(value);
  value.dispose();
}

/** Where all checkpoints lie: what one notebook has trained, another finds. */
const folder = (): string => environment.checkpoints ?? join(projectRoot, 'runs', 'checkpoints');

/**
 * The state of a long computation on disk: variables, and a few facts (`meta`) as JSON. Its file is named by `name` and a
 * digest of `dependencies`.
 *
 * File: length of the header (uint32, little-endian), header (JSON), the variables' bytes in order, SHA-256 of all that.
 */
export class Checkpoint<Meta extends object> {
  readonly path: string;

  constructor(name: string, dependencies: unknown) {
    const key = sha256(JSON.stringify(dependencies)).slice(0, 16);
    this.path = join(folder(), `${name.replace(/[^\w.-]+/g, '-')}-${key}.ckpt`);
  }

  save(meta: Meta, variables: readonly tf.Variable[]): void {
    const header = Buffer.from(JSON.stringify(meta));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(header.length);
    const content = Buffer.concat([length, header, ...variables.map(bytesOf)]);
    writeAtomic(this.path, Buffer.concat([content, Buffer.from(sha256(content), 'hex')]));
  }

  /** Puts the saved values back into `variables` and returns the facts; undefined when there is no whole checkpoint. */
  load(variables: readonly tf.Variable[]): Meta | undefined {
    if (!existsSync(this.path)) return undefined;
    const file = readFileSync(this.path);
    const content = file.subarray(0, -32);
    const expected = variables.reduce((sum, { size, dtype }) => sum + size * (dtype === 'bool' ? 1 : 4), 0);
    const start = 4 + (content.length >= 4 ? content.readUInt32LE(0) : 0);
    if (sha256(content) !== file.subarray(-32).toString('hex') || content.length - start !== expected) {
      console.warn(`checkpoint: ${this.path} is damaged and is not used`);
      return undefined;
    }
    let from = start;
    for (const variable of variables) {
      const length = variable.size * (variable.dtype === 'bool' ? 1 : 4);
      restore(variable, content.subarray(from, from + length));
      from += length;
    }
    return JSON.parse(content.subarray(4, start).toString()) as Meta;
  }
}
