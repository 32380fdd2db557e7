#!/usr/bin/env node
import { createRequire } from 'node:module';
import process from 'node:process';

process.stdout.on('error', (error) => {
  if (error.code === 'EPIPE') process.exit(0); // whoever read has heard enough, as `head` does
  throw error;
});

const require = createRequire(import.meta.url);
require('tsx/cjs'); // TypeScript is loaded as it is; what loads more by `await import` brings the rest of tsx
process.exitCode = await require('../src/cli/index.ts').main(process.argv.slice(2));
