import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { kernelsPage, PAGE } from './kernels';

describe('docs/kernels.md', () => {
  it('is what npm run docs writes', () => assert.equal(readFileSync(PAGE, 'utf8'), kernelsPage(), 'run npm run docs'));
});
