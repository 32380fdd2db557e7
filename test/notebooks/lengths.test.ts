import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { MOST, notebooks, sizes } from './lengths';

describe('code cells of the notebooks', () => {
  for (const file of notebooks)
    it(`fit a screen in ${basename(file)}`, () => {
      assert.deepEqual(sizes(file).filter(({ lines, columns }) => lines > MOST.lines || columns > MOST.columns), []);
    });
});
