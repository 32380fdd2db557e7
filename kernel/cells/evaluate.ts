import vm from 'node:vm';
import { Scope } from './binding';
import { test } from './cellTests';
import { clear, display } from './display';
import { confirm, prompt } from './input';
import { RUNTIME, type Compiled } from '../messages';
import { bindImports, importOf, meta, requireOf } from './modules';
import { keep } from './resources';
import { keepingSigint } from './sigint';
import { html, md, svg } from './tags';

/** The bindings of all cells. */
export const scope = new Scope();

type Body = (...bindings: unknown[]) => Promise<unknown>;

/** What cells have besides their bindings. */
const environment = (resumed: (value: unknown) => unknown): Record<string, unknown> => ({
  require: requireOf,
  module: { exports: {} },
  exports: {},
  __dirname: meta.dirname,
  __filename: meta.filename,
  display,
  clear,
  html,
  md,
  svg,
  prompt,
  confirm,
  test,
  [RUNTIME.resumed]: resumed,
  [RUNTIME.dispose]: keep,
  [RUNTIME.meta]: meta,
  [RUNTIME.import]: importOf,
});

let starting: (() => Promise<unknown>) | undefined;
const START = Symbol.for('squeezelab.start');
Object.defineProperty(globalThis, START, { value: () => starting!() });
const startScript = new vm.Script("globalThis[Symbol.for('squeezelab.start')]()", { filename: 'kernel:start' });

/**
 * Runs a compiled cell and returns its last value. `resumed` gets what each of its own `await`s gives, and throws to end it. SIGINT stops
 * what it does before the first of them.
 */
export async function evaluate(name: string, compiled: Compiled, resumed: (value: unknown) => unknown): Promise<unknown> {
  await bindImports(compiled.imports, scope);
  resumed(undefined);
  const values = environment(resumed);
  const parameters = Object.keys(compiled.parameters);
  const text = `(function (${Object.keys(values).join(', ')}) { 'use strict'; return async function (${parameters.join(', ')}) {\n${compiled.js}\n}; })`;
  const script = new vm.Script(text, { filename: name, lineOffset: -1 });
  const body = (script.runInThisContext() as (...values: unknown[]) => Body)(...Object.values(values));
  starting = () => body(...parameters.map((parameter) => scope.get(compiled.parameters[parameter])));
  return keepingSigint(() => startScript.runInThisContext({ breakOnSigint: true, displayErrors: false }) as Promise<unknown>);
}

/** Which of the names that it declares a cell has not got to: `unreached` of a look before it ran. */
export function watchDefinitions({ defines }: Compiled): { unreached(): string[] } {
  const before = new Map(defines.map((name) => [name, scope.get(name).definitions]));
  return { unreached: () => [...before].filter(([name, count]) => scope.get(name).definitions === count).map(([name]) => name) };
}
