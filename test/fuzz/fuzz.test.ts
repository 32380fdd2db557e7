import assert from 'node:assert/strict';
import { key } from '../../src/random';
import { captureStderr } from '../models/tiny';
import { fuzzArchitectures } from './architectures';
import { fuzzFiles } from './files';
import { fuzzForeign } from './foreign';

describe('forged files', () => {
  captureStderr();

  it('are read or refused: three thousand', async () => {
    const { accepted, refused } = await fuzzFiles(3000, key(1));
    assert.equal(accepted + refused, 3000);
    assert.ok(refused > 2000 && accepted > 0, `${accepted} accepted, ${refused} refused`);
  });

  it('are read or refused: two hundred with a forged architecture', async () => {
    const { accepted, refused } = await fuzzArchitectures(200, key(2));
    assert.equal(accepted + refused, 200);
    assert.ok(refused > 100 && accepted > 10, `${accepted} accepted, ${refused} refused`);
  });

  it('are read or refused: two thousand of NumPy, safetensors, plain floats and Deep Compression', async () => {
    const { accepted, refused } = await fuzzForeign(2000, key(3));
    assert.equal(accepted + refused, 2000);
    assert.ok(refused > 500 && accepted > 100, `${accepted} accepted, ${refused} refused`);
  });
});
