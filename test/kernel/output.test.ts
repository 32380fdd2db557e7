import assert from 'node:assert/strict';
import { piecesOf } from '../../kernel/cells/output';

describe('what a cell prints', () => {
  it('is cut into pieces, and no character is', () => {
    const text = 'a😀b😀😀c';
    for (let length = 1; length <= text.length; length++) {
      const pieces = [...piecesOf(text, length)];
      assert.equal(pieces.join(''), text);
      assert.ok(pieces.every((piece) => Buffer.from(piece).toString() === piece), `pieces of ${length}`);
    }
    assert.deepEqual([...piecesOf('')], []);
  });
});
