import ts from 'typescript';
import { nearestOf } from '../system';
import { evaluated, type Value } from './literals';
import type { Cell, CodeCell, Notebook } from './notebook';

/** Values for the variables of a notebook's parameter cell, by name, or by a path into an object or a list: `seeds`, `densities.fc1`, `budgets.0`. */
export type Parameters = Record<string, Value>;

/** A variable of the parameter cell. */
export interface Parameter {
  name: string;
  /** What it begins with; undefined when only running the cell would tell. */
  value: Value | undefined;
  /** All that its type allows, when that is a list of texts or numbers: `'smoke' | 'quick' | 'paper'`. */
  choices?: (string | number | boolean)[];
}

const INJECTED = 'injected-parameters';
const hasTag = (cell: Cell, tag: string) => cell.metadata.tags?.includes(tag) ?? false;

/** Whether a cell is one that `injectParameters` put in. */
export const isInjected = (cell: Cell): boolean => hasTag(cell, INJECTED);

/** The place of the cell tagged `parameters`, −1 without one. */
export const parameterCell = (notebook: Notebook): number => notebook.cells.findIndex((cell) => hasTag(cell, 'parameters'));

/** What the cell tagged `parameters` declares by `let`, so that it can be set. */
export function parametersOf(notebook: Notebook): Parameter[] {
  const source = ts.createSourceFile('cell.ts', notebook.cells[parameterCell(notebook)]?.source ?? '', ts.ScriptTarget.Latest, false);
  return source.statements
    .filter(ts.isVariableStatement)
    .filter(({ declarationList }) => declarationList.flags & ts.NodeFlags.Let)
    .flatMap(({ declarationList }) => [...declarationList.declarations])
    .flatMap(({ name, type, initializer }) => (ts.isIdentifier(name) ? [{ name: name.text, value: initializer && evaluated(initializer), choices: type && choicesOf(type) }] : []));
}

function choicesOf(type: ts.TypeNode): Parameter['choices'] {
  if (!ts.isUnionTypeNode(type)) return undefined;
  const values = type.types.map((member) => (ts.isLiteralTypeNode(member) ? evaluated(member.literal) : undefined));
  return values.every(isChoice) ? values : undefined;
}

const isChoice = (value: Value | undefined): value is string | number | boolean => typeof value !== 'object' && value !== undefined;

export const declaresParameter = (notebook: Notebook, name: string): boolean => parametersOf(notebook).some((parameter) => parameter.name === name);

/**
 * The parameters that texts of a command line stand for, `{ seeds: '5', 'densities.fc1': '0.05' }`: JSON where they are JSON, else texts.
 *
 * @throws Error for a name that there is not, with the nearest and all there are, and for a value of another kind than the cell's
 */
export function readParameters(notebook: Notebook, texts: Record<string, string>): Parameters {
  const declared = parametersOf(notebook);
  return Object.fromEntries(Object.entries(texts).map(([path, text]) => [path, readValue(path, text, found(notebook, declared, path))]));
}

/** What lies at a path; only `name` of it is a parameter of its own. */
function found(notebook: Notebook, declared: readonly Parameter[], path: string): Parameter {
  const [name, ...inside] = path.split('.');
  let at = declared.find((parameter) => parameter.name === name) ?? fail(unknown('the notebook', name, declared.map((parameter) => parameter.name), parameterCell(notebook) < 0));
  for (const step of inside) {
    const { value } = at;
    if (value === undefined) return { name: path, value };
    if (typeof value !== 'object' || value === null) fail(`${at.name} is ${JSON.stringify(value)} in the notebook and has no ${step} to set`);
    else {
      if (!Object.hasOwn(value, step)) fail(unknown(at.name, step, Object.keys(value)));
      at = { name: `${at.name}.${step}`, value: (value as Record<string, Value>)[step] };
    }
  }
  return at;
}

function unknown(where: string, name: string, names: readonly string[], untagged = false): string {
  if (untagged) return `the notebook has no parameter ${name}: no cell of it is tagged "parameters"; tag one that declares "let ${name}"`;
  const nearest = nearestOf(name, names);
  return `${where} has no parameter ${name}${nearest ? `; did you mean ${nearest}` : ''}; there ${names.length === 1 ? 'is' : 'are'} ${names.join(', ') || 'none'}${nearest ? '' : `, declared by "let"`}`;
}

function readValue(path: string, text: string, { value: initial, choices }: Parameter): Value {
  const value = parsed(text, initial);
  if (choices && !choices.some((choice) => choice === value)) fail(`${path} must be ${choices.map(String).join(' or ')}, got ${text}`);
  const wrong = mismatch(path, initial, value);
  if (wrong) fail(`${wrong}, as in the notebook's parameter cell, got ${text}`);
  return value;
}

function parsed(text: string, initial: Value | undefined): Value {
  if (typeof initial === 'number' && text.trim() && Number.isFinite(Number(text))) return Number(text);
  try {
    const value = JSON.parse(text) as Value;
    return typeof initial === 'string' && typeof value !== 'string' ? text : value;
  } catch {
    return text;
  }
}

/** How `value` is of another kind than what the cell has; a list's values are all of its first one's kind. */
function mismatch(path: string, initial: Value | undefined, value: Value | undefined): string | undefined {
  if (initial === undefined || initial === null) return undefined;
  if (Array.isArray(initial)) {
    if (!Array.isArray(value)) return `${path} must be a list`;
    return initial.length > 0 ? value.map((entry, i) => mismatch(`${path}.${i}`, initial[0], entry)).find(Boolean) : undefined;
  }
  if (typeof initial !== 'object') return typeof value === typeof initial ? undefined : `${path} must be a ${typeof initial}`;
  const names = Object.keys(initial);
  if (typeof value !== 'object' || value === null || Array.isArray(value) || names.join() !== Object.keys(value).join()) return `${path} must have ${names.join(', ')}, in this order`;
  return names.map((name) => mismatch(`${path}.${name}`, initial[name], value[name])).find(Boolean);
}

/** Those of `parameters` that are not what the notebook's cell has anyway. */
export function otherThanDeclared(notebook: Notebook, parameters: Parameters): Parameters {
  const declared = parametersOf(notebook);
  return Object.fromEntries(Object.entries(parameters).filter(([path, value]) => JSON.stringify(found(notebook, declared, path).value) !== JSON.stringify(value)));
}

/**
 * Fills the cell tagged `parameters` as papermill does: a cell tagged `injected-parameters` right after it assigns the
 * values, and takes the place of an earlier one. They are assigned, not declared again, so that
 * `let scale: 'quick' | 'paper'` keeps its type.
 */
export function injectParameters(notebook: Notebook, parameters: Parameters): void {
  removeInjected(notebook);
  const entries = Object.entries(parameters);
  if (entries.length === 0) return;
  const declared = parametersOf(notebook);
  for (const [path] of entries) found(notebook, declared, path);
  const source = ['// Parameters', ...entries.map(([path, value]) => `${expression(path)} = ${JSON.stringify(value)};`)].join('\n');
  const cell: CodeCell = { id: INJECTED, cell_type: 'code', source, metadata: { tags: [INJECTED] }, execution_count: null, outputs: [] };
  notebook.cells.splice(parameterCell(notebook) + 1, 0, cell);
}

export function removeInjected(notebook: Notebook): void {
  notebook.cells = notebook.cells.filter((cell) => !isInjected(cell));
}

function expression(path: string): string {
  const [name, ...inside] = path.split('.');
  return name + inside.map((step) => (/^\d+$/.test(step) ? `[${step}]` : /^[A-Za-z_$][\w$]*$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`)).join('');
}

function fail(message: string): never {
  throw new ParameterError(message);
}

/** A parameter that the notebook does not take. */
export class ParameterError extends Error {}
