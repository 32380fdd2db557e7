import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileError, writeAtomic } from '../../src/system';

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

  it('refuses a folder', () => {
    mkdirSync(join(folder, 'taken/inside'), { recursive: true });
    assert.throws(() => writeAtomic(join(folder, 'taken'), 'new'), /writeAtomic: .*taken must be a file to write, but is a folder/);
    assert.deepEqual(readdirSync(folder), ['taken']);
  });

  it('follows a link, which stays, whether it leads to a file or to none yet', () => {
    mkdirSync(join(folder, 'elsewhere'));
    writeFileSync(join(folder, 'elsewhere/real'), 'old');
    symlinkSync('elsewhere/real', join(folder, 'link'));
    symlinkSync('link', join(folder, 'second'));
    symlinkSync('elsewhere/none', join(folder, 'dangling'));
    writeAtomic(join(folder, 'second'), 'new');
    writeAtomic(join(folder, 'dangling'), 'made');
    assert.deepEqual(['elsewhere/real', 'elsewhere/none'].map((name) => readFileSync(join(folder, name), 'utf8')), ['new', 'made']);
    assert.ok(['link', 'second', 'dangling'].every((name) => lstatSync(join(folder, name)).isSymbolicLink()));
    symlinkSync('b', join(folder, 'a'));
    symlinkSync('a', join(folder, 'b'));
    assert.throws(() => writeAtomic(join(folder, 'a'), 'x'), /is a circle of links/);
  });

  it('keeps the mode of what it replaces, and follows no link that lies where it would write', () => {
    const path = join(folder, 'secret');
    writeFileSync(path, 'old', { mode: 0o600 });
    writeAtomic(path, 'new');
    assert.equal(statSync(path).mode & 0o777, 0o600);
    writeFileSync(join(folder, 'victim'), 'mine');
    symlinkSync('victim', join(folder, `secret.${process.pid}.tmp`));
    writeAtomic(path, 'newer');
    assert.deepEqual(['victim', 'secret'].map((name) => readFileSync(join(folder, name), 'utf8')), ['mine', 'newer']);
  });

  it('says which file cannot be written, and what to do', () => {
    const began = performance.now();
    assert.throws(() => writeAtomic('/proc/nope/x', 'new'), (error: NodeJS.ErrnoException) => /^\/proc\/nope cannot be written: .*choose another folder/.test(error.message) && error.code === 'ENOENT');
    assert.ok(performance.now() - began < 1000);
    writeFileSync(join(folder, 'file'), '');
    assert.throws(() => writeAtomic(join(folder, 'file/x'), 'new'), /file\/x cannot be written: what is above it is no folder/);
    const full = fileError('/a', Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })) as Error;
    assert.equal(full.message, '/a cannot be written: the disk is full; make room, and run it again (ENOSPC)');
  });

  it('leaves pipes and devices what they are', () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    assert.throws(() => writeAtomic(pipe, 'x'), /writeAtomic: .*pipe must be a file to write, but is a pipe; name a file/);
    assert.ok(lstatSync(pipe).isFIFO());
    // Never a device of the machine's own by somebody who could take it away.
    const device = process.getuid?.() === 0 ? join(folder, 'null') : '/dev/null';
    if (device !== '/dev/null') execFileSync('mknod', [device, 'c', '1', '3']);
    symlinkSync(device, join(folder, 'to null'));
    for (const path of [device, join(folder, 'to null')]) writeAtomic(path, 'x');
    assert.ok(lstatSync(device).isCharacterDevice());
  });
});
