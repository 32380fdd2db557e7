/** Makes docs/api.md of what src/index.ts exports and the doc comments: `npm run docs` writes it, api.test.ts checks it. */
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { writeAtomic } from '../../src/system';
import { root } from './documents';

export const PAGE = join(root, 'docs/api.md');
const INDEX = join(root, 'src/index.ts');

/** Made when a page is, for it takes seconds to know all types. */
let made: ts.Program | undefined;
function program(): ts.Program {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as { config: unknown };
  return (made ??= ts.createProgram([INDEX], ts.parseJsonConfigFileContent(config, ts.sys, root).options));
}
const checker = (): ts.TypeChecker => program().getTypeChecker();

/** A public name, as a notebook writes it: `fit`, or `data.cropAndFlip` if it is not flat. */
interface Entry {
  name: string;
  declarations: ts.Declaration[];
}

interface Room {
  name: string;
  /** Its index.ts. */
  source: ts.SourceFile;
  about: string;
  entries: Entry[];
}

/** What a doc comment says. */
interface Doc {
  sentence: string;
  /** Its list items, and further sentences with ` = `. */
  formulas: string[];
  /** Parameters, `returns ...`, `throws RangeError when ...`. */
  tags: string[];
  example?: string;
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
const code = (text: string): string => (text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``);
const byName = (a: string, b: string): number => a.localeCompare(b, 'en');

/** The doc comment before a node, without its stars. */
function commentOf(node: ts.Node): string {
  const holder = ts.isVariableDeclaration(node) ? node.parent.parent : node;
  const { text } = node.getSourceFile();
  const { pos, end } = ts.getLeadingCommentRanges(text, holder.getFullStart())?.at(-1) ?? { pos: 0, end: 0 };
  const comment = text.slice(pos, end);
  return comment.startsWith('/**') ? comment.slice(3, -2).replace(/^\s*\* ?/gm, '').trim() : '';
}

const sentences = (text: string): string[] => text.split(/(?<=[.!?]\)?)(?<!\b(?:al|cf|eq|vs|e\.g|i\.e)\.) (?=[A-Z`"(])/);

const TAG = /(?:^| )@(?=(?:param|returns|throws)\b)/m;

/** `@throws {RangeError} for ...` and `@throws RangeError for ...` alike; a parameter in code font. */
const tagText = (tag: string): string => oneLine(tag).replace(/^throws \{(\w+)\}/, 'throws $1').replace(/^param (\S+)/, (_, name: string) => code(name));

function docOf(node: ts.Node): Doc {
  const [prose, ...tags] = commentOf(node).split(TAG);
  const paragraphs = prose.replace(/^```.*?^```$/gms, '').split(/\n\s*\n|\n(?=- )/);
  // A comma before a formula on a line of its own: the formula comes next in the page, too.
  const [first = '', ...others] = paragraphs.map((text) => oneLine(text).replace(/,$/, ':')).filter(Boolean);
  const [sentence, ...further] = sentences(first);
  const formulas = [further.join(' '), ...others].flatMap((text) => (text.startsWith('- ') ? text.slice(2) : sentences(text).filter((one) => one.includes(' = '))));
  return { sentence, formulas, tags: tags.map(tagText), example: /^```ts\n(.*?)^```$/ms.exec(prose)?.[1] };
}

const aliased = (symbol: ts.Symbol): ts.Symbol => (symbol.flags & ts.SymbolFlags.Alias ? checker().getAliasedSymbol(symbol) : symbol);
const exportsOf = (source: ts.SourceFile): ts.Symbol[] => checker().getExportsOfModule(checker().getSymbolAtLocation(source)!);

/** @throws Error when a flat name is of no room */
function readRooms(): Room[] {
  const all = exportsOf(program().getSourceFile(INDEX)!);
  const isRoom = (symbol: ts.Symbol) => ts.isNamespaceExport(symbol.declarations![0]);
  const flat = new Map(all.filter((symbol) => !isRoom(symbol)).map((symbol) => [aliased(symbol), symbol.name]));
  const rooms = all.filter(isRoom).map((room) => {
    const source = aliased(room).declarations![0].getSourceFile();
    const entries = exportsOf(source)
      .map((symbol) => ({ name: flat.get(aliased(symbol)) ?? `${room.name}.${symbol.name}`, declarations: aliased(symbol).declarations! }))
      .sort((a, b) => byName(a.name, b.name));
    const about = docOf(source.statements[0]).sentence || docOf(room.declarations![0].parent).sentence;
    return { name: room.name, source, about, entries };
  });
  const listed = rooms.flatMap(({ entries }) => entries.map(({ name }) => name));
  const lost = [...flat.values()].filter((name) => !listed.includes(name));
  if (lost.length > 0) throw new Error(`api: a flat name must be of a room that src/index.ts exports as a namespace, too; check ${lost.join(', ')}`);
  return rooms;
}

/** Source text on one line, without comments. */
const textOf = (node: ts.Node): string => oneLine(node.getText().replace(/\/\*.*?\*\//gs, '')).replace(/;$/, '');
const typeText = (type: ts.Type): string => checker().typeToString(type, undefined, ts.TypeFormatFlags.UseAliasDefinedOutsideCurrentScope);

const generics = ({ typeParameters }: ts.DeclarationWithTypeParameterChildren): string => (typeParameters ? `<${typeParameters.map(textOf).join(', ')}>` : '');

/** Its parameters as they are written, with their defaults, and what it returns. */
function callText(declaration: ts.SignatureDeclaration): string {
  const returned = declaration.type ? textOf(declaration.type) : typeText(checker().getSignatureFromDeclaration(declaration)!.getReturnType());
  const parameters = declaration.parameters.map((parameter) => textOf(parameter).replace(/^(private|protected) (readonly )?/, ''));
  return `${generics(declaration)}(${parameters.join(', ')})${ts.isConstructorDeclaration(declaration) ? '' : `: ${returned}`}`;
}

/** The type of a value as it is written, or as it was found; of an object then the names alone. */
function valueText(declaration: ts.VariableDeclaration | ts.PropertyDeclaration): string {
  if (declaration.type) return textOf(declaration.type);
  const type = checker().getTypeAtLocation(declaration);
  const isObject = declaration.initializer && ts.isObjectLiteralExpression(declaration.initializer);
  return isObject ? `{ ${type.getProperties().map((property) => property.name).join(', ')} }` : typeText(type);
}

const isFunction = (node: ts.Node | undefined): node is ts.ArrowFunction | ts.FunctionExpression => !!node && (ts.isArrowFunction(node) || ts.isFunctionExpression(node));

/** How a declaration begins, on one line; '' for one that callers do not see: the body of a function with overloads. */
function signature(name: string, declaration: ts.Declaration, overloaded: boolean): string {
  const heritage = (of: ts.ClassDeclaration | ts.InterfaceDeclaration) => [generics(of), ...(of.heritageClauses ?? []).map((clause) => ` ${textOf(clause)}`)].join('');
  if (ts.isFunctionDeclaration(declaration)) return overloaded && declaration.body ? '' : name + callText(declaration);
  if (ts.isClassDeclaration(declaration)) return `class ${name}${heritage(declaration)}`;
  if (ts.isInterfaceDeclaration(declaration)) return `interface ${name}${heritage(declaration)}`;
  if (ts.isTypeAliasDeclaration(declaration)) return `type ${name}${generics(declaration)} = ${ts.isTypeLiteralNode(declaration.type) ? '{ … }' : textOf(declaration.type)}`;
  if (ts.isVariableDeclaration(declaration) && !declaration.type && isFunction(declaration.initializer)) return name + callText(declaration.initializer);
  return `const ${name}: ${valueText(declaration as ts.VariableDeclaration)}`;
}

const HIDDEN = ts.ModifierFlags.Private | ts.ModifierFlags.Protected | ts.ModifierFlags.Override | ts.ModifierFlags.Static;

/** The members that a type or a class declares, with what is said of them; not those that a class has for tfjs and Jupyter: overrides, statics, symbols. */
function members(declaration: ts.Declaration): string[][] {
  const holder = ts.isTypeAliasDeclaration(declaration) ? declaration.type : declaration;
  if (!ts.isClassDeclaration(holder) && !ts.isInterfaceDeclaration(holder) && !ts.isTypeLiteralNode(holder)) return [];
  const isHidden = ({ name }: ts.NamedDeclaration) => !!name && (ts.isComputedPropertyName(name) || ts.isPrivateIdentifier(name));
  return [...holder.members]
    .filter((member) => !(ts.getCombinedModifierFlags(member) & HIDDEN) && !isHidden(member))
    .map((member) => [code(memberText(member)), remark(member)]);
}

/** All that is said of a member, on one line. */
function remark(member: ts.Node): string {
  const [prose, ...tags] = commentOf(member).split(TAG);
  return [oneLine(prose), tags.map(tagText).join('; ')].filter(Boolean).join(' ');
}

function memberText(member: ts.ClassElement | ts.TypeElement): string {
  if (ts.isConstructorDeclaration(member)) return `constructor${callText(member)}`;
  const name = member.name?.getText() ?? '';
  if (ts.isMethodDeclaration(member)) return name + callText(member);
  if (ts.isGetAccessor(member)) return `get ${name}${callText(member).slice(2)}`;
  const isReadonly = ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Readonly;
  if (ts.isPropertyDeclaration(member)) return `${isReadonly ? 'readonly ' : ''}${name}${member.questionToken ? '?' : ''}: ${valueText(member)}`;
  return textOf(member);
}

function table(head: string[], rows: string[][]): string {
  const escaped = rows.map((cells) => cells.map((cell) => cell.replaceAll('|', '\\|')));
  return [head, head.map(() => '---'), ...escaped].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** One name: how it is called and its source, its sentence, formulas and errors, members, an example. */
function section({ name, declarations }: Entry): string {
  const { sentence, formulas, tags, example } = docOf(declarations[0]);
  const rows = declarations.flatMap(members);
  const signatures = declarations.map((declaration) => signature(name, declaration, declarations.length > 1)).filter(Boolean).map(code);
  const path = relative(root, declarations[0].getSourceFile().fileName);
  const head = [`${signatures.join('\\\n')} ([${path}](../${path}))`, sentence].filter(Boolean).join('\\\n');
  return [
    `### ${name}`,
    [head, ...[...formulas, ...tags].map((line) => `- ${line}`)].join('\n'),
    rows.length > 0 && table(['member', ''], rows),
    example && `\`\`\`text\n${example}\`\`\``, // not ts: the examples of doc comments run where they stand
  ].filter(Boolean).join('\n\n');
}

function isCallable(declaration: ts.Declaration): boolean {
  if (ts.isVariableDeclaration(declaration)) return checker().getTypeAtLocation(declaration).getCallSignatures().length > 0;
  return ts.isClassDeclaration(declaration) || ts.isFunctionDeclaration(declaration);
}

/** The public functions and classes whose doc comment has no sentence, or code alone. */
export const undocumented = (): string[] =>
  readRooms().flatMap(({ entries }) => entries)
    .filter(({ declarations }) => declarations.some(isCallable) && !/[a-z]{2}/i.test(docOf(declarations[0]).sentence.replace(/`[^`]*`/g, '')))
    .map(({ name }) => name);

/** Links to headings, by the anchors that GitHub gives to them: those that differ in nothing but case or points are numbered. */
function linksTo(headings: readonly string[]): (heading: string, text?: string) => string {
  const anchor = (heading: string) => heading.toLowerCase().replace(/[^\w-]/g, '');
  return (heading, text = heading) => {
    const before = headings.slice(0, headings.indexOf(heading)).filter((other) => anchor(other) === anchor(heading)).length;
    return `[${text}](#${anchor(heading)}${before > 0 ? `-${before}` : ''})`;
  };
}

export function apiPage(): string {
  const rooms = readRooms();
  const link = linksTo(rooms.flatMap(({ name, entries }) => [name, ...entries.map((entry) => entry.name)]));
  const folderOf = ({ source }: Room) => relative(root, dirname(source.fileName));
  const namesOf = ({ entries }: Room) => entries.map(({ name }) => name);
  const flat = rooms.flatMap(namesOf).filter((name) => !name.includes('.')).sort(byName);
  return `${[
    '# The public names',
    "Every name that `import * as lab from 'squeezelab'` brings, by its room, with its form, the sentence of its doc comment, formulas, errors and members; the source that is linked has the whole comment. `npm run docs` writes this page from `src/index.ts`.",
    `Flat, as in \`lab.fit\`: ${flat.map((name) => link(name)).join(', ')}.`,
    'By room; those that are not flat are in the namespace of their room, as in `lab.data.cropAndFlip`:',
    table(['room', 'folder', 'names'], rooms.map((room) => [link(room.name), code(folderOf(room)), namesOf(room).map((name) => link(name, name.split('.').at(-1))).join(', ')])),
    ...rooms.flatMap(({ name, about, entries }) => [`## ${name}`, about, ...entries.map(section)]),
  ].filter(Boolean).join('\n\n')}\n`;
}

if (require.main === module) writeAtomic(PAGE, apiPage());
