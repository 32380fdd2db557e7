import { join, resolve } from 'node:path';
import { environment, projectRoot } from '../system';
import listed from '../../data/sources.json';

/** Contents that are good. */
export interface Accepted {
  /** Of the uncompressed contents. */
  sha256: string;
  /** What has it: `official`, or how a copy differs. */
  what: string;
  /** True if these contents hold the file's `substitutes`. */
  substituted?: boolean;
  /** True if the SHA-256 is of the contents with zeros where the file's `substitutes` lie: all else is checked, these bytes are not. */
  zeroed?: boolean;
}

/** One file of a set. */
export interface SourceFile {
  /** Its name at the address (or in the archive there) and in the data folder. */
  file: string;
  /** The length of its uncompressed contents. */
  bytes: number;
  /** Tried in order. */
  accepted: readonly Accepted[];
  /** Where a copy differs from the official file: in these of its records, which are `stride` bytes long, from byte `from` to their end. */
  substitutes?: { stride: number; from: number; records: readonly number[] };
}

/** Where a data set comes from: an entry of `data/sources.json`. */
export interface Source {
  title: string;
  /** Under which it may be used. */
  terms: string;
  /** Folders on the web that hold the files, tried in order. */
  addresses: readonly string[];
  /** The tar.gz there that holds all files, if they do not lie there one by one. */
  archive?: string;
  files: readonly SourceFile[];
}

/** The sets that `data/sources.json` lists, by name. */
export const sources: Readonly<Record<string, Source>> = listed;

/**
 * The folder that holds the data sets, one folder each: `dataDir` if given (a relative path counts from the package's root, not from
 * the working directory), else the environment variable SQUEEZELAB_DATA, else the package's `data/`.
 */
export const dataFolder = (dataDir?: string): string => resolve(projectRoot, givenFolder(dataDir) ?? 'data');

/** The folder that the user names, or undefined: an empty name counts as none. */
export const givenFolder = (dataDir?: string): string | undefined => [dataDir, environment.data].find((folder) => folder);

/** The folder of one set. */
export const setFolder = (name: string, dataDir?: string): string => join(dataFolder(dataDir), name);
