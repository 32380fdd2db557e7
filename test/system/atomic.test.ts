import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeAtomic } from '../../src/system';

describe('writeAtomic', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'atomic-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('writes text and bytes, makes folders, replaces, and leaves nothing else', () => {
    const path = join(folder, 'a/b/file');
    writeAtomic(path, 'first');
    writeAtomic(path, new Uint8Array([0, 255, 10]));
    assert.deepEqual([...readFileSync(path)], [0, 255, 10]);
    assert.deepEqual(readdirSync(join(folder, 'a/b')), ['file']);
  });

  it('leaves the old content and no partial file when the write fails', () => {
    const path = join(folder, 'file');
    writeFileSync(path, 'old');
    assert.throws(() => writeAtomic(path, { not: 'bytes' } as unknown as string), TypeError);
    assert.equal(readFileSync(path, 'utf8'), 'old');
    assert.deepEqual(readdirSync(folder), ['file']);
  });

  it('leaves no partial file when the rename fails', () => {
    mkdirSync(join(folder, 'taken/inside'), { recursive: true });
    assert.throws(() => writeAtomic(join(folder, 'taken'), 'new'), /EISDIR|ENOTEMPTY|EEXIST|EPERM/);
    assert.deepEqual(readdirSync(folder), ['taken']);
  });
});
