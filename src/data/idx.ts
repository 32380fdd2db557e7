import { uncompress } from './contents';
import { sizeOf } from '../system';

/** An array of bytes as an IDX file holds it, row-major. */
export interface Idx {
  shape: number[];
  values: Uint8Array;
}

/**
 * Reads an IDX file of unsigned bytes, plain or gzipped: two zero bytes, the type 8, the number of dimensions, each dimension as 32 bits
 * big-endian, then the values. `file` is the name that errors give.
 */
export function parseIdx(raw: Uint8Array, file: string): Idx {
  const fail = (what: string): never => {
    throw new Error(`idx: ${file} ${what}`);
  };
  let bytes = raw;
  try {
    bytes = uncompress(raw);
  } catch (error) {
    fail((error as Error).message);
  }
  const [zero, zeroToo, type, rank] = bytes;
  if (bytes.length < 4) fail(`is truncated: ${bytes.length} bytes, shorter than a header`);
  if (zero !== 0 || zeroToo !== 0) fail(`is no IDX file: it must begin with two zero bytes, got ${zero} and ${zeroToo}`);
  if (type !== 8) fail(`must hold unsigned bytes (type 8), got type ${type}`);
  if (rank === 0) fail('must have at least one dimension, got none');
  const start = 4 + 4 * rank;
  if (bytes.length < start) fail(`is truncated: ${bytes.length} bytes, shorter than its header of ${start}`);
  const header = new DataView(bytes.buffer, bytes.byteOffset, start);
  const shape = Array.from({ length: rank }, (_, axis) => header.getUint32(4 + 4 * axis));
  const wanted = start + sizeOf(shape);
  if (bytes.length !== wanted)
    fail(`is ${bytes.length < wanted ? 'truncated' : 'too long'}: its header [${shape.join(', ')}] makes ${wanted} bytes, got ${bytes.length}`);
  return { shape, values: new Uint8Array(bytes.buffer, bytes.byteOffset + start, wanted - start) };
}
