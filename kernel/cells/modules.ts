/** How cells load what they import: TypeScript sources as they are, CommonJS and ES modules, from a notebook in any folder. */
import { statSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { delimiter, join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';
import type { Import } from '../messages';
import { root } from '../paths';
import type { Scope } from './binding';

process.env.NODE_PATH = [process.env.NODE_PATH, join(root, 'node_modules')].filter(Boolean).join(delimiter);
(Module as unknown as { _initPaths(): void })._initPaths();

/** The file that a cell would be. */
const file = join(process.cwd(), 'cell.ts');
const load = createRequire(file);

/** What the stock kernel offered under this name. */
const own: Record<string, string> = { tslab: join(__dirname, 'display.ts') };

/** `require` of cells. */
export const requireOf: NodeJS.Require = Object.assign((specifier: string): unknown => {
  const value: unknown = load(own[specifier] ?? specifier);
  noteLoaded();
  return value;
}, load);

/** `import.meta` of cells. */
export const meta = {
  dirname: process.cwd(),
  filename: file,
  url: pathToFileURL(file).href,
  resolve: (specifier: string): string => {
    const path = load.resolve(specifier);
    return Module.isBuiltin(specifier) ? path : pathToFileURL(path).href;
  },
};

// `USE_MAIN_CONTEXT_DEFAULT_LOADER` is no news to whoever writes a cell.
const emitWarning = process.emitWarning.bind(process) as (...args: unknown[]) => void;
process.emitWarning = (...args: unknown[]) => {
  if (!String(args[0]).includes('USE_MAIN_CONTEXT_DEFAULT_LOADER')) emitWarning(...args);
};

const importDynamically = new vm.Script('(specifier) => import(specifier)', {
  filename: file,
  importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
}).runInThisContext() as (specifier: string) => Promise<object>;

/** A TypeScript module as an ES module. (What tsx gives CommonJS for this does not find its own files.) */
async function importTypeScript(url: string): Promise<object> {
  const api = pathToFileURL(require.resolve('tsx/esm/api').replace(/\.cjs$/, '.mjs'));
  const { tsImport } = (await importDynamically(api.href)) as { tsImport: (url: string, parent: string) => Promise<object> };
  return tsImport(url, meta.url);
}

/** Codes of what `require` cannot load and `import` can: top-level await, a package with `import` alone. */
const onlyImport = new Set(['ERR_REQUIRE_ASYNC_MODULE', 'ERR_REQUIRE_ESM', 'ERR_PACKAGE_PATH_NOT_EXPORTED']);

/** Loads a module as `require` does, or as `import` does where it must. */
async function loaded(specifier: string): Promise<unknown> {
  try {
    return requireOf(specifier);
  } catch (error) {
    const { code } = error as { code?: string };
    // What waits at its top level cannot be compiled to CommonJS.
    const waits = (error as Error).name === 'TransformError' && /Top-level await/.test((error as Error).message);
    if (!waits && !onlyImport.has(code ?? '')) throw error;
    const path = code === 'ERR_PACKAGE_PATH_NOT_EXPORTED' ? specifier : load.resolve(specifier);
    if (/\.[cm]?tsx?$/.test(path)) return importTypeScript(pathToFileURL(path).href);
    return importDynamically(path === specifier ? specifier : pathToFileURL(path).href);
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => (typeof value === 'object' && value !== null) || typeof value === 'function';
const isModule = (value: unknown): value is Record<string, unknown> =>
  isObject(value) && (value.__esModule === true || Object.prototype.toString.call(value) === '[object Module]');

/** A CommonJS module as ES modules see it: its exports, and all of them as `default`. */
function namespaceOf(value: unknown): object {
  if (isModule(value)) return value;
  const namespace = {};
  const names = isObject(value) ? Object.keys(value).filter((name) => name !== 'default') : [];
  for (const name of names) Object.defineProperty(namespace, name, { get: () => (value as Record<string, unknown>)[name], enumerable: true });
  return Object.defineProperty(namespace, 'default', { value, enumerable: true });
}

/** `import(specifier)` of cells. */
export const importOf = async (specifier: string): Promise<object> => namespaceOf(await loaded(specifier));

/** When each module beside the notebook had been changed, as it was loaded. */
const loadedAt = new Map<string, number>();
const changedAt = (path: string) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
const beside = () => Object.keys(require.cache).filter((path) => path.startsWith(`${meta.dirname}${sep}`) && !path.includes(`${sep}node_modules${sep}`));

function noteLoaded(): void {
  for (const path of beside()) if (!loadedAt.has(path)) loadedAt.set(path, changedAt(path));
}

/** If a module beside the notebook has changed since it was loaded, all of them are loaded anew by who imports them next. */
function forgetChanged(): void {
  if (![...loadedAt].some(([path, time]) => changedAt(path) !== time)) return;
  for (const path of beside()) delete require.cache[path];
  loadedAt.clear();
}

/** Loads the modules of a cell and lets its names follow their exports. */
export async function bindImports(imports: readonly Import[], scope: Scope): Promise<void> {
  forgetChanged();
  for (const { specifier, names } of imports) {
    const value = await loaded(specifier);
    for (const [name, exported] of Object.entries(names)) {
      if (exported === '=') scope.get(name).define(value);
      else if (exported === '*') scope.get(name).define(namespaceOf(value));
      else if (exported === 'default' && !isModule(value)) scope.get(name).define(value);
      else scope.get(name).follow(() => (value as Record<string, unknown>)[exported]);
    }
  }
}

/** Loads a package before the cell that imports it has been checked; what goes wrong shows when the cell runs. */
export function preload(specifier: string): void {
  try {
    requireOf(specifier);
  } catch {
    // the cell will say
  }
}

/** A module whose code was stopped in the middle is loaded anew by who imports it next. */
export function forgetHalfLoaded(): void {
  for (const [path, module] of Object.entries(require.cache)) if (module && !module.loaded) delete require.cache[path];
}
