/** Places in a memory that is made when all are known. Each begins at a multiple of 64 bytes. */
export class Arena {
  size = 64;
  private readonly blocks: { at: number; data: ArrayBufferView }[] = [];

  /** The address of so many bytes, zero at first. */
  place(bytes: number): number {
    const at = this.size;
    this.size += Math.ceil(bytes / 64) * 64;
    return at;
  }

  /** The address of a copy of the data. */
  put(data: ArrayBufferView): number {
    const at = this.place(data.byteLength);
    this.blocks.push({ at, data });
    return at;
  }

  /** Writes all data that was put here. */
  fill(memory: ArrayBuffer): void {
    for (const { at, data } of this.blocks.splice(0)) new Uint8Array(memory, at, data.byteLength).set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
}
