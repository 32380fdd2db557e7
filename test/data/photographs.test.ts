import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from 'jpeg-js';
import { hasPhotographs, photographs } from '../../src/data';

describe('photographs', () => {
  let dataDir: string;
  const path = (file: string) => join(dataDir, 'imagenet-sample', file);
  /** A picture of `size` × `size` whose upper half is red and whose lower half is blue. */
  const picture = (size: number) => encode({ width: size, height: size, data: Uint8Array.from({ length: size * size * 4 }, (_, i) => [...(i >> 2 < (size * size) / 2 ? [200, 0, 0] : [0, 0, 200]), 255][i & 3]) }, 95).data;

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'photographs-'));
    mkdirSync(path('nips17-dev'), { recursive: true });
    writeFileSync(path('nips17-dev-labels.csv'), 'file,class,wnid,words\nnips17-dev/a.jpg,1,n2,"hen, bird"\nnips17-dev/b.jpg,999,n1,tench\n');
    writeFileSync(path('nips17-dev-metadata.csv'), 'ImageId,URL,x1,y1,x2,y2,TrueLabel,TargetClass,OriginalLandingURL,License,Author,AuthorProfileURL\nb,u,0,0,1,1,2,3,https://b.example,by,"Doe, ""J"" Jane",p\na,u,0,0,1,1,2,3,https://a.example,by,J\\303\\244n Author,p\n');
    writeFileSync(path('synset_words.txt'), `n1 tench, Tinca tinca\n${'n2 hen\n'.repeat(999)}`);
    writeFileSync(path('nips17-dev/a.jpg'), picture(16));
    writeFileSync(path('nips17-dev/b.jpg'), picture(24));
  });
  afterEach(() => rmSync(dataDir, { recursive: true }));

  it('are the middles of the pictures, with classes beyond a byte and whom they are by', async () => {
    const { split, classes, credits, shape } = await photographs({ count: 2, size: 8, dataDir });
    assert.ok(hasPhotographs(dataDir));
    assert.deepEqual([shape, classes], [[8, 8, 3], ['tench', ...new Array<string>(999).fill('hen')]]);
    assert.deepEqual(credits, [{ author: 'Jän Author', page: 'https://a.example' }, { author: 'Doe, "J" Jane', page: 'https://b.example' }]);
    assert.deepEqual([split.count, split.labels, split.images.length], [2, Uint16Array.of(1, 999), 2 * 8 * 8 * 3]);
    for (let at = 0; at < split.images.length; at++) {
      const [row, channel] = [Math.floor((at % 192) / 24), at % 3];
      const expected = channel === (row < 4 ? 0 : 2) ? 200 : 0;
      assert.ok(Math.abs(split.images[at] - expected) < 25, `value ${at}: ${split.images[at]}`);
    }
  });

  it('name what is missing, damaged or too small', async () => {
    await assert.rejects(photographs({ count: 3, size: 8, dataDir }), /nips17-dev-labels\.csv must list 3 photographs, got 2/);
    await assert.rejects(photographs({ count: 2, size: 20, dataDir }), /nips17-dev\/a\.jpg must have at least 20 × 20 pixels, got 16 × 16/);
    writeFileSync(path('nips17-dev/b.jpg'), picture(24).subarray(0, 300));
    await assert.rejects(photographs({ count: 2, size: 8, dataDir }), /nips17-dev\/b\.jpg must end with ff d9/);
    writeFileSync(path('synset_words.txt'), 'n1 tench\n');
    await assert.rejects(photographs({ count: 1, size: 8, dataDir }), /must give nips17-dev\/a\.jpg a class from 0 to 0, got 1/);
    rmSync(path('synset_words.txt'));
    await assert.rejects(photographs({ count: 1, size: 8, dataDir }), /must hold synset_words\.txt; data\/README\.md/);
    assert.ok(!hasPhotographs('/nowhere'));
  });
});
