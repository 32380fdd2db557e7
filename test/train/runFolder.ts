import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** For each test of a group a folder of its own, in which its checkpoints lie. */
export function runFolder(): { path: string } {
  const folder = { path: '' };
  beforeEach(() => {
    folder.path = mkdtempSync(join(tmpdir(), 'squeezelab-'));
    process.env.SQUEEZELAB_CHECKPOINTS = join(folder.path, 'run.checkpoints');
  });
  afterEach(() => {
    delete process.env.SQUEEZELAB_CHECKPOINTS;
    rmSync(folder.path, { recursive: true });
  });
  return folder;
}
