const BLOCK = 512;

/**
 * The files in a tar archive (POSIX ustar), by their paths: each has a header block with its path in bytes 0 to 99 and its size, in octal, in bytes 124 to 135,
 * then its contents, filled up to whole blocks. Paths of more than 99 characters are not read whole. Checks nothing: hash what you take out.
 */
export function untar(bytes: Uint8Array): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const text = (from: number, length: number) => String.fromCharCode(...bytes.subarray(from, from + length)).split('\0', 1)[0];
  for (let at = 0; bytes[at] > 0; ) {
    const size = Math.max(0, parseInt(text(at + 124, 12), 8) || 0);
    files.set(text(at, 100), bytes.subarray(at + BLOCK, at + BLOCK + size));
    at += BLOCK * (1 + Math.ceil(size / BLOCK));
  }
  return files;
}
