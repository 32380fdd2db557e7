/** A tar archive (POSIX ustar) of the given files by their paths. */
export function tarFile(files: Record<string, Uint8Array>): Uint8Array {
  const blocks = Object.entries(files).flatMap(([path, bytes]) => {
    const header = Buffer.alloc(512);
    const write = (text: string, at: number) => header.write(text, at, 'latin1');
    write(path, 0);
    write('0000644\0', 100);
    write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124);
    write('        0ustar\x0000', 148);
    write(`${header.reduce((sum, byte) => sum + byte).toString(8).padStart(6, '0')}\0 `, 148);
    return [header, bytes, Buffer.alloc(-bytes.length & 511)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}
