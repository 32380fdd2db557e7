import { join, sep } from 'node:path';
import ts from 'typescript';
import { target } from './parse';
import { CELLS } from './prelude';

interface Slot {
  version: number;
  snapshot: ts.IScriptSnapshot;
  /** `In[3]` */
  cell: string;
}

/**
 * The files of the cells, as the compiler sees them: one slot each. The list of slots, and what they import (one file of all
 * slots), stay as they are from cell to cell, so that TypeScript reuses nearly everything.
 */
export class Slots {
  private readonly slots: Slot[] = [];
  private readonly paths: string[] = [];
  private readonly files = new Map<string, { version: number; snapshot: ts.IScriptSnapshot }>();

  constructor(private readonly folder: string) {
    this.grow();
  }

  /** The cell of each slot. */
  names(): string[] {
    return this.slots.map(({ cell }) => cell);
  }

  readonly path = (slot: number): string => this.paths[slot];

  write(slot: number, code: string, after: string, cell = ''): void {
    if (slot === this.slots.length) this.grow();
    const version = (this.slots[slot]?.version ?? 0) + 1;
    const text = `${code}\n;import ${CELLS} = require('./${CELLS}');${after}`;
    this.slots[slot] = { version, snapshot: ts.ScriptSnapshot.fromString(text), cell };
    this.files.set(this.path(slot), this.slots[slot]);
  }

  private grow(): void {
    const length = Math.max(32, this.slots.length * 2);
    for (let slot = this.slots.length; slot < length; slot++) this.paths.push(join(this.folder, `${CELLS}${slot}.ts`).split(sep).join('/'));
    this.slots.push(...Array.from({ length: length - this.slots.length }, () => ({ version: 0, snapshot: ts.ScriptSnapshot.fromString(''), cell: '' })));
    this.slots.forEach(({ version }, slot) => version === 0 && this.write(slot, '', ''));
    const text = this.slots.map((_, slot) => `export * as _${slot} from './${CELLS}${slot}';`).join('\n');
    const path = join(this.folder, `${CELLS}.ts`).split(sep).join('/');
    this.files.set(path, { version: length, snapshot: ts.ScriptSnapshot.fromString(text) });
  }

  host(options: ts.CompilerOptions): ts.LanguageServiceHost {
    const read = new Map<string, { version: number; snapshot: ts.IScriptSnapshot }>();
    /** Modules beside the notebook may change; what is installed is read once. */
    const folder = `${this.folder.split(sep).join('/')}/`;
    const changed = (path: string) => (path.startsWith(folder) && !path.includes('/node_modules/') ? (ts.sys.getModifiedTime!(path)?.getTime() ?? 0) : 0);
    return {
      getCompilationSettings: () => options,
      getScriptFileNames: () => [join(__dirname, 'globals.d.ts'), ...this.paths],
      getScriptVersion: (path) => String(this.files.get(path)?.version ?? changed(path)),
      getScriptSnapshot: (path) => {
        const own = this.files.get(path);
        if (own) return own.snapshot;
        const version = changed(path);
        if (read.get(path)?.version === version) return read.get(path)!.snapshot;
        const text = ts.sys.readFile(path);
        if (text === undefined) return undefined;
        read.set(path, { version, snapshot: ts.ScriptSnapshot.fromString(text) });
        return read.get(path)!.snapshot;
      },
      useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
      getCurrentDirectory: () => this.folder,
      getDefaultLibFileName: (options) => ts.getDefaultLibFilePath(options),
      fileExists: (path) => this.files.has(path) || ts.sys.fileExists(path),
      readFile: (path) => ts.sys.readFile(path),
      directoryExists: (path) => ts.sys.directoryExists(path),
      getDirectories: (path) => ts.sys.getDirectories(path),
      readDirectory: (...args) => ts.sys.readDirectory(...args),
      realpath: (path) => (this.files.has(path) ? path : ts.sys.realpath!(path)),
    };
  }
}

/** Keeps every parsed file, also when no cell needs it for a while. */
export function keepingRegistry(): ts.DocumentRegistry {
  const files = new Map<string, { version: string; file: ts.SourceFile }>();
  const acquire: ts.DocumentRegistry['acquireDocumentWithKey'] = (name, path, _settings, _key, snapshot, version, scriptKind, options) => {
    const known = files.get(path);
    if (known?.version === version) return known.file;
    const file = ts.createLanguageServiceSourceFile(name, snapshot, typeof options === 'object' ? options : target, version, false, scriptKind);
    files.set(path, { version, file });
    return file;
  };
  const registry = ts.createDocumentRegistry();
  return { ...registry, acquireDocumentWithKey: acquire, updateDocumentWithKey: acquire, releaseDocument: () => {}, releaseDocumentWithKey: () => {} };
}
