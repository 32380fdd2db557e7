import assert from 'node:assert/strict';
import { testNotebooks } from './notebooks';

testNotebooks('quick', 'as given', 'each', (file, { text, claims }) => {
  if (file !== '01-deep-compression.ipynb') return;
  assert.match(text, /outputs bit-identical/);
  const ratio = claims.find(({ quantity }) => quantity.includes('bytes of the file') && quantity.includes('fp32'));
  assert.ok(ratio && ratio.measured > 40, `the file must be more than 40 times smaller, got ${ratio?.measured}`);
});
