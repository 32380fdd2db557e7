import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** For each test of a group a folder of its own, in which its run's checkpoints lie: `run.checkpoints`. */
export function runFolder(): { path: string } {
  const folder = { path: '' };
  beforeEach(() => {
    folder.path = mkdtempSync(join(tmpdir(), 'squeezelab-'));
    process.env.SQUEEZELAB_RUN = join(folder.path, 'run');
  });
  afterEach(() => {
    delete process.env.SQUEEZELAB_RUN;
    rmSync(folder.path, { recursive: true });
  });
  return folder;
}
