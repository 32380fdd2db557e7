/** An IDX file of unsigned bytes. */
export function idxFile(shape: number[], values: Uint8Array): Uint8Array {
  const file = new Uint8Array(4 + 4 * shape.length + values.length);
  file.set([0, 0, 8, shape.length]);
  shape.forEach((length, axis) => new DataView(file.buffer).setUint32(4 + 4 * axis, length));
  file.set(values, 4 + 4 * shape.length);
  return file;
}
