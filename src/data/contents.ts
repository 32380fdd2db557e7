import { sha256 as digest } from '../system';
import { gunzipSync } from 'node:zlib';
import { sources, type Accepted, type SourceFile } from './sources';

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
export const checkedContents = (raw: Uint8Array, wanted: SourceFile): Uint8Array => identified(raw, wanted).bytes;

/** The same, with what they were accepted as. */
export function identified(raw: Uint8Array, wanted: SourceFile): { bytes: Uint8Array; as: Accepted } {
  const bytes = uncompress(raw);
  const sha256 = digest(bytes);
  const match = (file: SourceFile) => file.accepted.find((one) => one.sha256 === (one.zeroed ? digest(withoutSubstitutes(bytes, file)) : sha256));
  const as = match(wanted);
  if (as) return { bytes, as };
  for (const [set, { files }] of Object.entries(sources)) {
    const other = files.find(match);
    if (other) throw new Error(`is mislabelled: it holds ${set}'s ${other.file}`);
  }
  if (bytes.length < wanted.bytes) throw new Error(`is truncated: ${bytes.length} of ${wanted.bytes} bytes`);
  if (bytes.length > wanted.bytes) throw new Error(`is too long: ${bytes.length} bytes in place of ${wanted.bytes}`);
  throw new Error(`is corrupt: its contents have the SHA-256 ${sha256}, which data/sources.json does not accept`);
}

/** A copy of the bytes with zeros where a file's substitutes lie. */
function withoutSubstitutes(bytes: Uint8Array, { substitutes }: SourceFile): Uint8Array {
  const copy = new Uint8Array(bytes);
  const { stride, from, records } = substitutes!;
  for (const record of records) copy.fill(0, record * stride + from, (record + 1) * stride);
  return copy;
}
