import assert from 'node:assert/strict';
import { testNotebooks } from './notebooks';

testNotebooks('smoke', 'solved', 'one', (file, { text }) => {
  if (file === '01-deep-compression.ipynb') assert.match(text, /outputs bit-identical/);
});
