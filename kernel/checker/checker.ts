/**
 * Checks, compiles, completes and explains cells by the project's own TypeScript. A cell is a file, a module (slots.ts); behind its
 * text stands a prelude that gives it the names of earlier cells with their types (prelude.ts).
 */
import { isAbsolute, join, relative } from 'node:path';
import ts from 'typescript';
import { diagnosticsError } from './diagnostics';
import type { Checked, Compiled, Completion } from '../messages';
import { kernelFolder, root } from '../paths';
import { parse, target } from './parse';
import { CELLS, exportsOf, prelude, TYPES, type Visible } from './prelude';
import { keepingRegistry, Slots } from './slots';
import { augmented, declaredNames, isAmbient, isAugmentation } from './syntax';
import { bindTopLevel } from './transform';


/** What the running Node has: TypeScript's library of that year. */
const library = (major: number) => (major >= 24 ? 'lib.esnext.d.ts' : major >= 22 ? 'lib.es2024.d.ts' : 'lib.es2023.d.ts');

export class Checker {
  private readonly service: ts.LanguageService;
  private readonly slots: Slots;
  private visible = new Map<string, Visible>();
  /** What the names of the last cell were before it. */
  private replaced = new Map<string, Visible | undefined>();
  /** Slots with `declare global`, and what stands in it. */
  private readonly augmentations = new Map<number, { code: string; after: string; cell: string; names: Set<string> }>();
  /** Names of cells that were not compiled: they do not exist. */
  private readonly failed = new Map<string, string>();
  private next = 0;
  private readonly options: ts.CompilerOptions;

  /** `folder` is the notebook's: imports are resolved from there. */
  constructor(folder: string) {
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
      paths: { tslab: [join(kernelFolder, 'cells/display.ts')], ...(inside ? {} : { '*': ['*', join(root, 'node_modules/*')] }) },
    };
    this.slots = new Slots(folder);
    this.service = ts.createLanguageService(this.slots.host(this.options), keepingRegistry());
  }

  /** Reads what every cell needs. */
  warm(): void {
    this.service.getProgram();
  }

  /** Reads the project's own package, which most cells import. */
  warmPackage(): void {
    const { name } = JSON.parse(ts.sys.readFile(join(root, 'package.json')) ?? '{}') as { name?: string };
    this.slots.write(this.next, `import * as _ from '${name}'; _;`, '');
    const program = this.service.getProgram();
    program?.getSemanticDiagnostics(program.getSourceFile(this.slots.path(this.next)));
    this.slots.write(this.next, '', '');
  }

  /** Compiles a cell whose name is `cell`; the names that it declares are known from then on. */
  check(text: string, cell: string): Checked {
    const code = text.replace(/^#!/, '//');
    const parsed = parse(code);
    if (parsed.parseDiagnostics.length > 0) return { error: diagnosticsError(parsed.parseDiagnostics, { code, cell, names: [], failed: this.failed }) };
    const declared = new Set(declaredNames(parsed.statements).map((name) => name.text));
    const used = [...this.visible].filter(([name]) => !declared.has(name) && parsed.identifiers.has(name));
    const names = augmented(parsed.statements);
    const replaced = [...this.augmentations].filter(([, other]) => [...names].some((name) => other.names.has(name)));
    for (const [other, { code, after, cell }] of replaced) this.slots.write(other, withoutAugmentations(code), after, cell);
    const slot = this.next;
    const after = prelude(used) + exportsOf(parsed, declared);
    this.slots.write(slot, code, after, cell);
    const program = this.service.getProgram()!;
    const file = program.getSourceFile(this.slots.path(slot))!;
    const errors = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].filter(
      ({ start, category, code: kind }) => (start ?? 0) <= code.length && category === ts.DiagnosticCategory.Error && !tolerated.has(kind),
    );
    errors.push(...this.besideErrors(program, file));
    if (errors.length > 0) {
      this.slots.write(slot, '', '');
      for (const [other, { code, after, cell }] of replaced) this.slots.write(other, code, after, cell);
      const error = diagnosticsError(errors, { code, cell, names: this.slots.names(), failed: this.failed });
      for (const name of declared) this.failed.set(name, cell);
      return { error };
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
      .filter(({ name, kindModifiers }) => name !== CELLS && name !== TYPES && name.startsWith(typed) && !kindModifiers?.includes('deprecated'))
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
    const source = this.service.getProgram()!.getSourceFile(this.slots.path(visible.slot))!;
    const name = declaredNames(source.statements).find(({ text }) => text === code.slice(info.textSpan.start, info.textSpan.start + info.textSpan.length));
    return (name && this.service.getQuickInfoAtPosition(this.slots.path(visible.slot), name.getStart(source))) ?? info;
  }

  /** Puts an unfinished cell, with all names before it, into the slot that the next cell will get. */
  private draft(code: string): string {
    const declared = new Set(declaredNames(parse(code).statements).map((name) => name.text));
    this.slots.write(this.next, code, prelude([...this.visible].filter(([name]) => !declared.has(name))));
    return this.slots.path(this.next);
  }

  /** Errors of the modules beside the notebook that the cell imports. */
  private besideErrors(program: ts.Program, file: ts.SourceFile): readonly ts.Diagnostic[] {
    const beside = new Set<ts.SourceFile>();
    for (const statement of file.statements) {
      const specifier = ts.isImportDeclaration(statement) && ts.isStringLiteral(statement.moduleSpecifier) ? statement.moduleSpecifier.text : '';
      if (!specifier.startsWith('.') || specifier === `./${CELLS}`) continue;
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
        const untyped = declaration && declaration.name === name ? untypedKind(declaration) : undefined;
        if (!this.replaced.has(name.text)) this.replaced.set(name.text, this.visible.get(name.text));
        this.visible.delete(name.text);
        this.visible.set(name.text, { slot, kind, global: isAmbient(statement), untyped });
      }
    }
    this.next++;
  }
}

/** A cell with spaces where it augments globals or modules. */
function withoutAugmentations(code: string): string {
  const parsed = parse(code);
  return parsed.statements.filter(isAugmentation).reduce((text, { pos, end }) => text.slice(0, pos) + text.slice(pos, end).replace(/[^\n]/g, ' ') + text.slice(end), code);
}

/** The type of a variable whose declaration says none, and that the compiler finds out only within its cell. */
function untypedKind({ type, initializer, parent }: ts.VariableDeclaration): 'any' | 'any[]' | undefined {
  if (type || ts.isForInStatement(parent.parent) || ts.isForOfStatement(parent.parent)) return undefined;
  if (initializer && ts.isArrayLiteralExpression(initializer) && initializer.elements.length === 0) return 'any[]';
  const nothing = !initializer || initializer.kind === ts.SyntaxKind.NullKeyword || (ts.isIdentifier(initializer) && initializer.text === 'undefined');
  return nothing ? 'any' : undefined;
}

/** What does not keep a cell from running: an untyped package, which is `any`; a function that is to be filled in, as in an exercise. */
const tolerated = new Set([7016, 2355]);

function described(signature: string, documentation: ts.SymbolDisplayPart[] | undefined, tags: ts.JSDocTagInfo[] | undefined) {
  const text = ts.displayPartsToString(documentation);
  const notes = (tags ?? []).map(({ name, text: of }) => `@${name} ${ts.displayPartsToString(of)}`.trimEnd()).join('\n');
  const short = signature.replaceAll(`${TYPES}.`, '').replaceAll(new RegExp(`${CELLS}\\._\\d+\\.`, 'g'), '');
  return {
    plain: [short, text, notes].filter(Boolean).join('\n\n'),
    markdown: [`\`\`\`ts\n${short}\n\`\`\``, text, notes].filter(Boolean).join('\n\n'),
  };
}
