import { basename, resolve } from 'node:path';
import { readNotebook } from '../../lab/notebook';
import { declaresParameter, ParameterError, parametersOf, readParameters } from '../../lab/parameters';
import { environment, scales, type Scale } from '../../system';
import { notebookPath, type RunFlags } from '../options';
import { isFolder, UsageError } from '../usage';

/**
 * What to run: flags come before `SQUEEZELAB_*`, which only fill what a notebook has.
 *
 * @throws UsageError for parameters that it has not, or of another kind
 */
export function runOptions(name: string, { scale, seed, seeds, data = environment.data, set }: RunFlags, { onlyDeclared = false } = {}) {
  const path = notebookPath(name);
  const notebook = readNotebook(path);
  const flags = textsOf({ scale, seed, seeds });
  const declared = (texts: Record<string, string>) => Object.fromEntries(Object.entries(texts).filter(([parameter]) => declaresParameter(notebook, parameter)));
  if (data && !isFolder(data)) throw new UsageError(`data: the folder ${data} does not exist`);
  try {
    const texts = { ...declared(textsOf({ scale: environment.scale, seed: environment.seed })), ...(onlyDeclared ? declared(flags) : flags), ...set };
    const { scale: asked = 'quick', ...parameters } = readParameters(notebook, texts);
    if (!isScale(asked)) throw new UsageError(`scale: must be ${scales.join(' or ')}, got ${JSON.stringify(asked)}`);
    const choices = parametersOf(notebook).find((parameter) => parameter.name === 'scale')?.choices ?? [];
    return { notebook: path, scale: asked, parameters, choices, ...(data && { dataDir: resolve(data) }) };
  } catch (error) {
    throw error instanceof ParameterError ? new UsageError(`${basename(path)}: ${error.message}`) : error;
  }
}

const textsOf = (values: Record<string, string | number | undefined>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])));

const isScale = (value: unknown): value is Scale => scales.some((scale) => scale === value);
