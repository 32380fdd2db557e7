import { join, resolve } from 'node:path';
import listed from '../../data/sources.json';

/** One file of a set. */
export interface SourceFile {
  /** Its name at the address and in the data folder. */
  file: string;
  /** The length of its uncompressed contents. */
  bytes: number;
  /** Each good SHA-256 of its uncompressed contents, and what has it: `official`, or how a copy differs. */
  accepted: readonly { sha256: string; what: string }[];
}

/** Where a data set comes from: an entry of `data/sources.json`. */
export interface Source {
  title: string;
  terms: string;
  /** Folders on the web that hold the files, tried in order. */
  addresses: readonly string[];
  files: readonly SourceFile[];
}

export const sources: Readonly<Record<string, Source>> = listed;

const ROOT = resolve(__dirname, '../..');

/**
 * The folder that holds the data sets, one folder each: `dataDir` if given (a relative path counts from the package's root, not from
 * the working directory), else the environment variable SQUEEZELAB_DATA, else the package's `data/`.
 */
export const dataFolder = (dataDir?: string): string => resolve(ROOT, givenFolder(dataDir) ?? 'data');

/** The folder that the user names, or undefined: an empty name counts as none. */
export const givenFolder = (dataDir?: string): string | undefined => [dataDir, process.env.SQUEEZELAB_DATA].find((folder) => folder);

/** The folder of one set. */
export const setFolder = (name: string, dataDir?: string): string => join(dataFolder(dataDir), name);
