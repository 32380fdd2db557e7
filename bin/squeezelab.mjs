#!/usr/bin/env node
import 'tsx';
await import('../src/lab/cli.ts');
