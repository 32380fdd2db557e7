/**
 * Checks, compiles, completes and explains cells by the project's own TypeScript.
 *
 * Each cell is a file, a module, in one of many slots; the list of slots and what they import (one file of all slots) stay as they
 * are from cell to cell, so that TypeScript reuses nearly everything. Behind the cell's text stands a prelude that gives it the
 * names of earlier cells with their types: an alias for classes, functions and types, a declaration for variables.
 */
import { isAbsolute, join, relative, sep } from 'node:path';
import ts from 'typescript';
import { diagnosticsError } from './diagnostics';
import type { Checked, Compiled, Completion } from './messages';
import { parse, target } from './parse';
import { augmented, declaredNames, isAmbient, isAugmentation } from './syntax';
import { bindTopLevel } from './transform';

const root = join(__dirname, '..');
const cells = '__squeezelabCells';
const types = '__squeezelabTypes';

/** What the running Node has: TypeScript's library of that year. */
const library = (major: number) => (major >= 24 ? 'lib.esnext.d.ts' : major >= 22 ? 'lib.es2024.d.ts' : 'lib.es2023.d.ts');

/** A name of an earlier cell. */
interface Visible {
  slot: number;
  kind: 'let' | 'const' | 'alias';
  /** Only declared, as in `declare const x: number`: a global of the running Node. */
  global: boolean;
  /** Declared without type and value: `let x;` */
  untyped: boolean;
}

interface Slot {
  version: number;
  snapshot: ts.IScriptSnapshot;
  /** Where the cell's own text ends and the prelude begins. */
  end: number;
  /** `In[3]` */
  cell: string;
}

export class Checker {
  private readonly service: ts.LanguageService;
  private readonly slots: Slot[] = [];
  private readonly files = new Map<string, { version: number; snapshot: ts.IScriptSnapshot }>();
  private visible = new Map<string, Visible>();
  /** What the names of the last cell were before it. */
  private replaced = new Map<string, Visible | undefined>();
  /** Slots with `declare global`, and what stands in it. */
  private readonly augmentations = new Map<number, { code: string; after: string; cell: string; names: Set<string> }>();
  private next = 0;
  private readonly options: ts.CompilerOptions;

  /** `folder` is the notebook's: imports are resolved from there. */
  constructor(private readonly folder: string) {
    const inside = !relative(root, folder).startsWith('..') && !isAbsolute(relative(root, folder));
    this.options = {
      target,
      lib: [library(Number(process.versions.node.split('.')[0]))],
      module: ts.ModuleKind.Preserve,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      moduleDetection: ts.ModuleDetectionKind.Force,
      strict: true,
      types: ['node'],
      typeRoots: [join(root, 'node_modules/@types')],
      skipLibCheck: true,
      resolveJsonModule: true,
      esModuleInterop: true,
      allowImportingTsExtensions: true,
      allowJs: true,
      maxNodeModuleJsDepth: 0,
      preserveConstEnums: true,
      sourceMap: true,
      noEmit: false,
      // A notebook outside the project finds the project's packages too.
      paths: { tslab: [join(__dirname, 'display.ts')], ...(inside ? {} : { '*': ['*', join(root, 'node_modules/*')] }) },
    };
    this.grow();
    this.service = ts.createLanguageService(this.host(), keepingRegistry());
  }

  /** Reads what every cell needs. */
  warm(): void {
    this.service.getProgram();
  }

  /** Reads the project's own package, which most cells import. */
  warmPackage(): void {
    const { name } = JSON.parse(ts.sys.readFile(join(root, 'package.json')) ?? '{}') as { name?: string };
    this.write(this.next, `import * as _ from '${name}'; _;`, '');
    const program = this.service.getProgram();
    program?.getSemanticDiagnostics(program.getSourceFile(this.path(this.next)));
    this.write(this.next, '', '');
  }

  /** Compiles a cell whose name is `cell`; the names that it declares are known from then on. */
  check(text: string, cell: string): Checked {
    const code = text.replace(/^#!/, '//');
    const parsed = parse(code);
    if (parsed.parseDiagnostics.length > 0) return { error: diagnosticsError(parsed.parseDiagnostics, { code, cell, names: [] }) };
    const declared = new Set(declaredNames(parsed.statements).map((name) => name.text));
    const used = [...this.visible].filter(([name]) => !declared.has(name) && parsed.identifiers.has(name));
    const names = augmented(parsed.statements);
    const replaced = [...this.augmentations].filter(([, other]) => [...names].some((name) => other.names.has(name)));
    for (const [other, { code, after, cell }] of replaced) this.write(other, withoutAugmentations(code), after, cell);
    const slot = this.next;
    const after = prelude(used) + exports(parsed, declared);
    this.write(slot, code, after, cell);
    const program = this.service.getProgram()!;
    const file = program.getSourceFile(this.path(slot))!;
    const errors = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].filter(
      ({ start, category, code: kind }) => (start ?? 0) <= code.length && category === ts.DiagnosticCategory.Error && kind !== UNTYPED_PACKAGE,
    );
    errors.push(...this.besideErrors(program, file));
    if (errors.length > 0) {
      this.write(slot, '', '');
      for (const [other, { code, after, cell }] of replaced) this.write(other, code, after, cell);
      return { error: diagnosticsError(errors, { code, cell, names: this.slots.map((other) => other.cell) }) };
    }
    const compiled: Compiled = { js: '', map: '', parameters: {}, defines: [], imports: [] };
    const emitted = new Map<string, string>();
    const globals = new Set(used.filter(([, { global }]) => global).map(([name]) => name));
    const before = [bindTopLevel(program.getTypeChecker(), code.length, globals, compiled)];
    program.emit(file, (name, text) => emitted.set(name.slice(name.lastIndexOf('.')), text), undefined, undefined, { before });
    compiled.js = emitted.get('.js')!.replace(/(\nexport \{\};)?\n?\/\/# sourceMappingURL=.*\s*$/, '');
    compiled.map = emitted.get('.map')!;
    for (const [other] of replaced) this.augmentations.delete(other);
    if (names.size > 0) this.augmentations.set(slot, { code, after, cell, names });
    this.declare(file, code.length, slot);
    return { compiled };
  }

  /** Names of the last cell that it did not get to are what they were before. */
  restore(names: readonly string[]): void {
    for (const name of names) {
      const before = this.replaced.get(name);
      if (before) this.visible.set(name, before);
    }
  }

  /** What can stand at `offset` of a cell that is being written. */
  complete(code: string, offset: number): Completion {
    const file = this.draft(code);
    const word = /[\p{ID_Continue}$]*$/u.exec(code.slice(0, offset))![0];
    const found = this.service.getCompletionsAtPosition(file, offset, { includeCompletionsForModuleExports: false, includeCompletionsWithInsertText: false });
    const span = found?.entries.find(({ replacementSpan }) => replacementSpan)?.replacementSpan ?? found?.optionalReplacementSpan;
    const start = span && span.start <= offset ? span.start : offset - word.length;
    const typed = code.slice(start, offset);
    const entries = (found?.entries ?? [])
      .filter(({ name, kindModifiers }) => name !== cells && name !== types && name.startsWith(typed) && !kindModifiers?.includes('deprecated'))
      .sort((a, b) => a.sortText.localeCompare(b.sortText) || a.name.localeCompare(b.name));
    const end = offset;
    const signed = entries.length <= 10; // they take a while
    return {
      matches: entries.map((entry) => entry.name),
      start,
      end,
      types: entries.map((entry) => ({ text: entry.name, type: entry.kind, ...(signed && { signature: this.signature(file, offset, entry) }), start, end })),
    };
  }

  private signature(file: string, offset: number, { name, source, data }: ts.CompletionEntry): string | undefined {
    const details = this.service.getCompletionEntryDetails(file, offset, name, undefined, source, undefined, data);
    return details && ts.displayPartsToString(details.displayParts);
  }

  /** The signature and documentation of what stands at `offset`, as plain text and Markdown. */
  inspect(code: string, offset: number): { plain: string; markdown: string } | undefined {
    const file = this.draft(code);
    for (const position of [offset, offset - 1]) {
      const info = position >= 0 && this.explain(file, code, position);
      if (info) return described(ts.displayPartsToString(info.displayParts), info.documentation, info.tags);
    }
    const help = this.service.getSignatureHelpItems(file, offset, undefined);
    const item = help?.items[help.selectedItemIndex];
    if (!item) return undefined;
    const parts = [...item.prefixDisplayParts, ...item.parameters.flatMap((parameter, k) => [...(k > 0 ? item.separatorDisplayParts : []), ...parameter.displayParts]), ...item.suffixDisplayParts];
    return described(ts.displayPartsToString(parts), item.documentation, item.tags);
  }

  /** A name of an earlier cell is explained where that cell declares it. */
  private explain(file: string, code: string, position: number): ts.QuickInfo | undefined {
    const info = this.service.getQuickInfoAtPosition(file, position);
    if (!info || ts.displayPartsToString(info.displayParts) === 'any') return undefined; // nothing of that name
    const visible = this.visible.get(code.slice(info.textSpan.start, info.textSpan.start + info.textSpan.length));
    const definition = this.service.getDefinitionAtPosition(file, position)?.[0];
    const here = definition?.fileName === file && definition.textSpan.start < code.length;
    if (!visible || !definition || here) return info;
    const source = this.service.getProgram()!.getSourceFile(this.path(visible.slot))!;
    const name = declaredNames(source.statements).find(({ text }) => text === code.slice(info.textSpan.start, info.textSpan.start + info.textSpan.length));
    return (name && this.service.getQuickInfoAtPosition(this.path(visible.slot), name.getStart(source))) ?? info;
  }

  /** Puts an unfinished cell, with all names before it, into the slot that the next cell will get. */
  private draft(code: string): string {
    const declared = new Set(declaredNames(parse(code).statements).map((name) => name.text));
    this.write(this.next, code, prelude([...this.visible].filter(([name]) => !declared.has(name))));
    return this.path(this.next);
  }

  /** Errors of the modules beside the notebook that the cell imports. */
  private besideErrors(program: ts.Program, file: ts.SourceFile): readonly ts.Diagnostic[] {
    const beside = new Set<ts.SourceFile>();
    for (const statement of file.statements) {
      const specifier = ts.isImportDeclaration(statement) && ts.isStringLiteral(statement.moduleSpecifier) ? statement.moduleSpecifier.text : '';
      if (!specifier.startsWith('.') || specifier === `./${cells}`) continue;
      const { resolvedModule } = ts.resolveModuleName(specifier, file.fileName, this.options, ts.sys);
      const source = resolvedModule && program.getSourceFile(resolvedModule.resolvedFileName);
      if (source && !source.isDeclarationFile && /\.[cm]?ts$/.test(source.fileName)) beside.add(source);
    }
    return [...beside].flatMap((source) => [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]);
  }

  private declare(file: ts.SourceFile, end: number, slot: number): void {
    const own = file.statements.filter(({ pos }) => pos < end);
    if (declaredNames(own).length > 0) this.replaced = new Map();
    for (const statement of own) {
      for (const name of declaredNames([statement])) {
        const declaration = ts.findAncestor(name, ts.isVariableDeclaration);
        const list = declaration?.parent;
        const kind = !list ? 'alias' : list.flags & (ts.NodeFlags.Const | ts.NodeFlags.Using) ? 'const' : 'let';
        const untyped = !!declaration && declaration.name === name && !declaration.type && !declaration.initializer && ts.isVariableDeclarationList(list!) && !ts.isForInStatement(list.parent) && !ts.isForOfStatement(list.parent);
        if (!this.replaced.has(name.text)) this.replaced.set(name.text, this.visible.get(name.text));
        this.visible.delete(name.text);
        this.visible.set(name.text, { slot, kind, global: isAmbient(statement), untyped });
      }
    }
    if (++this.next === this.slots.length) this.grow();
  }

  // --- files

  private readonly path = (slot: number) => join(this.folder, `${cells}${slot}.ts`).split(sep).join('/');

  private write(slot: number, code: string, after: string, cell = ''): void {
    const version = (this.slots[slot]?.version ?? 0) + 1;
    const text = `${code}\n;import * as ${cells} from './${cells}';${after}`;
    this.slots[slot] = { version, snapshot: ts.ScriptSnapshot.fromString(text), end: code.length, cell };
    this.files.set(this.path(slot), this.slots[slot]);
  }

  private grow(): void {
    const length = Math.max(32, this.slots.length * 2);
    for (let slot = this.slots.length; slot < length; slot++) this.write(slot, '', '');
    const text = this.slots.map((_, slot) => `export * as _${slot} from './${cells}${slot}';`).join('\n');
    const path = join(this.folder, `${cells}.ts`).split(sep).join('/');
    this.files.set(path, { version: length, snapshot: ts.ScriptSnapshot.fromString(text) });
  }

  private host(): ts.LanguageServiceHost {
    const read = new Map<string, ts.IScriptSnapshot | undefined>();
    const snapshotOf = (path: string) => {
      const text = ts.sys.readFile(path);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    };
    return {
      getCompilationSettings: () => this.options,
      getScriptFileNames: () => [join(__dirname, 'globals.d.ts'), ...this.slots.map((_, slot) => this.path(slot))],
      getScriptVersion: (path) => String(this.files.get(path)?.version ?? 0),
      getScriptSnapshot: (path) => {
        const own = this.files.get(path);
        if (own) return own.snapshot;
        if (!read.has(path)) read.set(path, snapshotOf(path)); // sources are read once
        return read.get(path);
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

/** A cell with spaces where it augments globals or modules. */
function withoutAugmentations(code: string): string {
  const parsed = parse(code);
  return parsed.statements.filter(isAugmentation).reduce((text, { pos, end }) => text.slice(0, pos) + text.slice(pos, end).replace(/[^\n]/g, ' ') + text.slice(end), code);
}

/** An untyped package is `any`. */
const UNTYPED_PACKAGE = 7016;

/**
 * Gives a cell the names of earlier ones. A variable's `typeof` stands in a namespace: the flow of the cell, which could narrow
 * it, does not reach there.
 */
function prelude(names: [string, Visible][]): string {
  const variables = names.filter(([, { kind }]) => kind !== 'alias');
  const typed = variables.map(([name, { slot, untyped }]) => `export type ${name} = ${untyped ? 'any' : `typeof ${cells}._${slot}.${name}`};`);
  const declared = names.map(([name, { slot, kind }]) => (kind === 'alias' ? `import ${name} = ${cells}._${slot}.${name};` : `declare ${kind} ${name}: ${types}.${name};`));
  return `declare namespace ${types} {${typed.join('')}}${declared.join('')}`;
}

/** Exports what is declared and not exported by the cell itself. */
function exports(parsed: ts.SourceFile, declared: ReadonlySet<string>): string {
  const exported = new Set<string>();
  for (const statement of parsed.statements) {
    const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
    const itself = modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) && !modifiers.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword);
    if (itself) for (const { text } of declaredNames([statement])) exported.add(text);
    if (ts.isExportDeclaration(statement) && statement.exportClause && ts.isNamedExports(statement.exportClause)) {
      for (const { name } of statement.exportClause.elements) exported.add(name.text);
    }
  }
  const names = [...declared].filter((name) => !exported.has(name));
  return `export {${names.join(',')}};`;
}

/** Keeps every parsed file, also when no cell needs it for a while. */
function keepingRegistry(): ts.DocumentRegistry {
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

function described(signature: string, documentation: ts.SymbolDisplayPart[] | undefined, tags: ts.JSDocTagInfo[] | undefined) {
  const text = ts.displayPartsToString(documentation);
  const notes = (tags ?? []).map(({ name, text: of }) => `@${name} ${ts.displayPartsToString(of)}`.trimEnd()).join('\n');
  const short = signature.replaceAll(`${types}.`, '').replaceAll(new RegExp(`${cells}\\._\\d+\\.`, 'g'), '');
  return {
    plain: [short, text, notes].filter(Boolean).join('\n\n'),
    markdown: [`\`\`\`ts\n${short}\n\`\`\``, text, notes].filter(Boolean).join('\n\n'),
  };
}
