import { join } from 'node:path';

export const kernelFolder = __dirname;

/** The project's folder. */
export const root = join(__dirname, '..');
