import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { apiPage, PAGE, undocumented } from './api';

describe('docs/api.md', () => {
  it('is what npm run docs writes', () => assert.ok(readFileSync(PAGE, 'utf8') === apiPage(), 'docs/api.md is of other sources: run npm run docs'));

  it('has a sentence for each public function and class', () => assert.deepEqual(undocumented(), [], 'a public function or class must have a doc comment that begins with a sentence'));
});
