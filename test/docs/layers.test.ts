import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { layersPage, PAGE } from './layers';

describe('docs/layers.md', () => {
  it('is what test/docs/layers.ts writes', async () => assert.equal(readFileSync(PAGE, 'utf8'), await layersPage(), 'run npx tsx test/docs/layers.ts'));
});
