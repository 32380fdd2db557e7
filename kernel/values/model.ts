/** Models of TensorFlow.js as a table of their layers. */
import { attempt, classOf } from './attempt';
import type { MimeBundle } from './display';
import { plainLine, count } from './plain';
import { htmlTable, textTable, type Table } from './table';

interface LayerLike {
  name: unknown;
  outputShape: unknown;
  getClassName(): unknown;
  countParams(): unknown;
}

const mostLayers = 300;

const cell = (read: () => unknown): string => {
  const value = attempt(read);
  return typeof value === 'string' ? value.slice(0, 100) : value === undefined ? '?' : plainLine(value);
};

/** Each layer's name, class, output shape and parameters, and the sum; `?` for what a layer that is not built cannot tell. */
export function model(value: { layers?: unknown; summary?: unknown; name?: unknown }): MimeBundle | undefined {
  if (!Array.isArray(value.layers) || typeof value.summary !== 'function') return undefined;
  const layers = value.layers as LayerLike[];
  const parameters = layers.map((layer) => Number(attempt(() => layer.countParams()) ?? NaN));
  const table: Table = {
    head: ['layer', 'class', 'output shape', 'parameters'],
    rows: layers
      .slice(0, mostLayers)
      .map((layer, index) => [
        cell(() => layer.name),
        cell(() => layer.getClassName()),
        cell(() => shapeText(layer.outputShape)),
        Number.isNaN(parameters[index]) ? '?' : count(parameters[index]),
      ]),
    of: layers.length,
    foot: ['total', '', '', count(parameters.reduce((sum, n) => sum + (n || 0), 0)) + (parameters.some(Number.isNaN) ? ' and ?' : '')],
  };
  const title = [classOf(value), cell(() => value.name)].join(' ').trim();
  return { 'text/plain': `${title}\n${textTable(table, mostLayers)}`, 'text/html': htmlTable(table) };
}

/** `[null, 3]`, with several outputs `[null, 3], [null, 4]`. */
function shapeText(shape: unknown): string | undefined {
  if (!Array.isArray(shape)) return undefined;
  return shape.some(Array.isArray) ? shape.map(shapeText).join(', ') : `[${shape.map(String).join(', ')}]`;
}
