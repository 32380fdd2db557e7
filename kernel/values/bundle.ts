import { types } from 'node:util';
import { attempt } from './attempt';
import { holder, map, matrix, records } from './collection';
import { displayed, type MimeBundle } from './display';
import { canvas, element, vega } from './drawing';
import { error } from './error';
import { image } from './image';
import { model } from './model';
import { plain } from './plain';
import { tensor } from './tensor';
import { typedArray } from './typedArray';

/** Returns undefined, or throws, for a value that is not of its kind. */
type Rule = (value: object) => MimeBundle | undefined;

const rules: Rule[] = [tensor, model, image, typedArray, records, matrix, holder, map, error, canvas, element, vega];

/**
 * What a notebook shows for the last value of a cell: 'text/plain' always, richer types where they help. Never throws or rejects, whatever
 * the value; a promise only if the value's own method gives one.
 *
 * @param patience how long the value's own `Symbol.for('Jupyter.display')` method may take, in ms
 */
export function mimeBundle(value: unknown, patience = 2000): MimeBundle | Promise<MimeBundle> {
  const withText = (bundle: MimeBundle): MimeBundle => (typeof bundle['text/plain'] === 'string' ? bundle : { ...bundle, 'text/plain': plain(value) });
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
  if (!isObject) return withText({});
  const bundle = displayed(value, patience) ?? firstOf(value);
  return bundle instanceof Promise ? bundle.then(withText) : withText(bundle);
}

/** What the first rule says that knows the value; a proxy is shown as its target, for its traps may pretend anything. */
function firstOf(value: object): MimeBundle {
  if (types.isProxy(value)) return {};
  for (const rule of rules) {
    const bundle = attempt(() => rule(value));
    if (bundle) return bundle;
  }
  return {};
}
