import assert from 'node:assert/strict';
import { decode, encode, valuesOf } from '../../src/codec';
import { BitReader } from '../../src/codec/bits';
import { VERSION } from '../../src/codec/container';
import { readStream } from '../../src/codec/symbolStream';
import { page } from './documents';

/** The page's example of a version: its bytes in the order of its rows, each at the offset that its row says, and the kernel that it shows. */
function example(version: number): { bytes: Uint8Array; shown: number[] } {
  const [, text] = page('docs/format.md').text.split(`## A file in hexadecimal, version ${version}\n`);
  const [section] = text.split('\n## ');
  const bytes: number[] = [];
  for (const [, offset, hex] of section.matchAll(/^\| (\d+) \| `([0-9a-f ]+)` \|/gm)) {
    assert.equal(Number(offset), bytes.length);
    bytes.push(...hex.split(' ').map((byte) => Number.parseInt(byte, 16)));
  }
  return { bytes: Uint8Array.from(bytes), shown: section.match(/```text\n([\s\S]*?)```/)![1].trim().split(/\s+/).map(Number) };
}

describe('docs/format.md', () => {
  it('has a file in hexadecimal that decodes to the kernel it shows, and that encode writes', () => {
    const { bytes, shown } = example(1);
    const model = decode(bytes);
    const [kernel, bias] = model.tensors;
    assert.ok(kernel.kind === 'shared' && bias.kind === 'dense');
    assert.deepEqual([...valuesOf(kernel)], shown);
    assert.deepEqual([...bias.values], [0.5, 0, -0.25, 1]);
    assert.deepEqual(encode(model).bytes, bytes);
  });

  it('has a file of signs in hexadecimal that decodes to the kernel it shows, and that encode writes', () => {
    const { bytes, shown } = example(2);
    const model = decode(bytes);
    assert.deepEqual(model.tensors.map(({ kind }) => kind), ['signs']);
    assert.deepEqual([...valuesOf(model.tensors[0])], shown);
    assert.deepEqual(encode(model).bytes, bytes);
  });

  it('has a Huffman stream that reads as it says', () => {
    const [, hex] = page('docs/format.md').text.match(/A whole stream: [^`]*`([0-9a-f ]+)`/)!;
    const symbols = new Uint8Array(40);
    const reader = new BitReader(Uint8Array.from(hex.split(' '), (byte) => Number.parseInt(byte, 16)));
    readStream(reader, 4, symbols, () => undefined);
    assert.deepEqual([...symbols], Array.from({ length: 40 }, (_, i) => (i < 30 ? 1 : i < 36 ? 2 : 3)));
    assert.equal(reader.remaining, 0);
  });

  it('is of the versions that are written', () => {
    assert.ok(page('docs/format.md').text.startsWith(`# The packed file, versions 1 and ${VERSION}\n`));
  });
});
