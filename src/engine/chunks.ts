/** Sums over chunks of a batch. */
import type { Graph } from './graph';

/** Zeros that take no place in the file. */
export const zerosOf = (graph: Graph, shape: readonly number[]): string => graph.node('Expand', [graph.scalar(0), graph.sizes(shape)]);

/**
 * The sum, over chunks of `chunk` along the first axis of `inputs`, of what `product` makes of one chunk of each, as a `Scan`: `product` adds to `sum`,
 * of shape `shape`, and returns the new sum. What one chunk needs in between stays in the cache.
 */
export function sumOverChunks(
  graph: Graph,
  inputs: string[],
  shapes: readonly (readonly number[])[],
  chunk: number,
  shape: readonly number[],
  product: (body: Graph, inputs: string[], sum: string) => string,
): string {
  const zeros = zerosOf(graph, shape);
  const chunks = shapes[0][0] / chunk;
  if (chunks === 1) return product(graph, inputs, zeros);
  const body = graph.body();
  const names = inputs.map(() => graph.fresh('s'));
  const sum = graph.fresh('s');
  const result = product(body, names, sum);
  body.inputs.push({ name: sum, shape, type: 'float32' }, ...names.map((name, i) => ({ name, shape: [chunk, ...shapes[i].slice(1)], type: 'float32' as const })));
  body.outputs.push({ name: result, shape, type: 'float32' });
  const stacked = inputs.map((name, i) => graph.node('Reshape', [name, graph.sizes([chunks, chunk, ...shapes[i].slice(1)])]));
  return graph.node('Scan', [zeros, ...stacked], { body: { graph: body }, num_scan_inputs: inputs.length });
}
