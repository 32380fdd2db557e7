/**
 * How cells are compiled. tslab takes no options, so its TypeScript is replaced by one with another `createWatchCompilerHost`
 * (strict and quick) and another `transpileModule` (source maps).
 */
'use strict';
const { Buffer } = require('node:buffer');
const { isAbsolute, join, relative } = require('node:path');
const { addCell } = require('./traceback.cjs');

const root = join(__dirname, '..');
const id = require.resolve('@tslab/typescript-for-tslab', { paths: [require.resolve('tslab')] });
const ts = require(id);

const inside = (folder, file) => {
  const path = relative(folder, file);
  return !path.startsWith('..') && !isAbsolute(path);
};

/** The options of tsconfig.json that matter to a cell; only Node's types are global, not all of node_modules/@types. */
const options = {
  strict: true,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  types: ['node'],
  typeRoots: [join(root, 'node_modules/@types')],
  inlineSourceMap: true,
  // A notebook outside the project finds the project's packages too.
  ...(inside(root, process.cwd()) ? {} : { paths: { '*': ['*', join(root, 'node_modules/*')] } }),
};

/**
 * tslab checks and emits the cell and each source that it imports, then drops what came of a library. That costs seconds, so
 * here a library is no dependency: the checker looks only at what the cell uses of it.
 */
function createProgram(...args) {
  const builder = ts.createEmitAndSemanticDiagnosticsBuilderProgram(...args);
  const { getAllDependencies } = builder;
  builder.getAllDependencies = (file) =>
    getAllDependencies(file).filter((name) => !builder.getProgram().isSourceFileFromExternalLibrary(builder.getSourceFile(name)));
  return builder;
}

const replaced = {
  createWatchCompilerHost: (files, own, system, _createProgram, ...rest) =>
    ts.createWatchCompilerHost(files, { ...own, ...options }, system, createProgram, ...rest),

  /** tslab's second step, ES module to CommonJS: gives a cell its name and its line numbers. */
  transpileModule(input, { compilerOptions, ...rest }) {
    const [code, map] = input.split('//# sourceMappingURL=data:application/json;base64,');
    const output = ts.transpileModule(code, { ...rest, compilerOptions: { ...compilerOptions, sourceMap: true } });
    const outputText = output.outputText.replace(/\/\/# sourceMappingURL=.*\s*$/, '');
    if (!map) return { ...output, outputText };
    const toTypeScript = JSON.parse(Buffer.from(map, 'base64').toString());
    if (!toTypeScript.sources[0].endsWith('__tslab__.ts')) return { ...output, outputText };
    const name = addCell(outputText, [JSON.parse(output.sourceMapText), toTypeScript]);
    return { ...output, outputText: `${outputText}\n//# sourceURL=${name}` };
  },
};

const withReplaced = {};
for (const name of Object.keys(ts)) {
  Object.defineProperty(withReplaced, name, { enumerable: true, get: () => replaced[name] ?? ts[name] });
}
require.cache[id].exports = withReplaced;

// Sources are read once: a changed .ts file needs a restart anyway, and thousands of file watchers cost time.
ts.sys.watchFile = ts.sys.watchDirectory = () => ({ close() {} });
