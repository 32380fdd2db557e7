import assert from 'node:assert/strict';
import fc from 'fast-check';
import { untar } from '../../src/data/tar';
import { tarFile } from './tar-file';

describe('tar', () => {
  it('gives back what an archive holds, whatever the sizes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 1100, size: 'max' }), { maxLength: 5 }), (contents) => {
        const files = Object.fromEntries(contents.map((bytes, i) => [`folder/${i}.bin`, bytes]));
        assert.deepEqual([...untar(tarFile(files))].map(([path, bytes]) => [path, [...bytes]]), Object.entries(files).map(([path, bytes]) => [path, [...bytes]]));
      }),
    );
  });

  it('ends on anything', () => {
    assert.equal(untar(new Uint8Array(0)).size, 0);
    fc.assert(fc.property(fc.uint8Array({ maxLength: 2000, size: 'max' }), (bytes) => void untar(bytes)));
    const negative = Buffer.from(tarFile({ a: new Uint8Array(10) }));
    negative.write('-1000000000', 124);
    assert.deepEqual([...untar(negative).keys()], ['a']);
  });
});
