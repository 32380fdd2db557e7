import { createHash } from 'node:crypto';
import { type Attribute, type Model, type ValueInfo } from './onnx';
import type { Plan } from './repeat';

/**
 * Says what a plan computes: the same for the same operators, attributes, constants, shapes and order of arguments, variables and results, whatever its values are
 * called and whatever else was traced. Values are named by their first use.
 */
export function digestOf({ graph, arguments: args, state, results }: Plan): string {
  const hash = createHash('sha256');
  const names = new Map<string, number>();
  const called = (name: string): number => names.get(name) ?? (names.set(name, names.size), names.size - 1);
  const say = (part: unknown) => void hash.update(JSON.stringify(part)).update('\n');
  const infos = (values: readonly ValueInfo[]) => values.map(({ name, shape, type }) => [called(name), shape, type]);
  const attribute = (value: Attribute): unknown => (typeof value === 'object' && 'graph' in value ? (model(value.graph), 'body') : value);
  function model({ nodes, inputs, outputs, initializers }: Model): void {
    say(infos(inputs));
    for (const { name, shape, type, bytes } of initializers) {
      say([called(name), shape, type]);
      hash.update(bytes);
    }
    for (const { op, inputs: ins, outputs: outs, attributes } of nodes) {
      say([op, ins.map(called), Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => [name, attribute(value)]), outs.map(called)]);
    }
    say(infos(outputs));
  }
  say(args.map(({ name, shape, dtype }) => [called(name), shape, dtype]));
  say(state.map(({ variable: { shape, dtype }, input, output }) => [shape, dtype, input === undefined ? null : called(input), output === undefined ? null : called(output)]));
  model(graph);
  say([...results].map(([name, { output, shape, dtype }]) => [name, called(output), shape, dtype]));
  return hash.digest('hex');
}
