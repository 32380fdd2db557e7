import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './documents';
import { pictures } from './quantizers';

describe('docs/quantizers.md', () => {
  it('shows what the quantizers do: its pictures are what npm run docs draws', () => {
    const page = readFileSync(join(root, 'docs/quantizers.md'), 'utf8');
    for (const [path, svg] of Object.entries(pictures())) {
      assert.equal(readFileSync(join(root, path), 'utf8'), svg, `${path}: run npm run docs`);
      assert.ok(page.includes(`](${path.slice('docs/'.length)})`), path);
    }
  });
});
