import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { sources, type SourceFile } from './sources';

/** The uncompressed bytes of a gzip file, or the bytes themselves of any other. The error's message says what is wrong with it. */
export function uncompress(raw: Uint8Array): Uint8Array {
  if (raw[0] !== 0x1f || raw[1] !== 0x8b) return raw;
  try {
    return gunzipSync(raw);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Error(code === 'Z_BUF_ERROR' ? 'is truncated: its gzip stream ends early' : `is corrupt: ${message}`, { cause: error });
  }
}

/**
 * The uncompressed contents of a file, `raw`, if their SHA-256 is one that `wanted` accepts. Otherwise the error's message says what is
 * wrong with the file: truncated, corrupt, or another known file under a wrong name.
 */
export function checkedContents(raw: Uint8Array, wanted: SourceFile): Uint8Array {
  const bytes = uncompress(raw);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const accepts = ({ accepted }: SourceFile) => accepted.some((one) => one.sha256 === sha256);
  if (accepts(wanted)) return bytes;
  for (const [set, { files }] of Object.entries(sources)) {
    const other = files.find(accepts);
    if (other) throw new Error(`is mislabelled: it holds ${set}'s ${other.file}`);
  }
  if (bytes.length < wanted.bytes) throw new Error(`is truncated: ${bytes.length} of ${wanted.bytes} bytes`);
  if (bytes.length > wanted.bytes) throw new Error(`is too long: ${bytes.length} bytes in place of ${wanted.bytes}`);
  throw new Error(`is corrupt: its contents have the SHA-256 ${sha256}, which data/sources.json does not accept`);
}
