import type { Model, ValueInfo } from './onnx';
import type { Trace } from './trace';

/** A trace whose graph is finished. */
export type Plan = Omit<Trace, 'graph'> & { graph: Model };

/**
 * The plan that runs another `steps` times in turn, as one `Scan` of ONNX: variables are carried from step to step inside
 * the runtime, arguments hold one value for each step along a new first axis, and so do results.
 *
 * A call of a program costs a copy of every variable that it assigns, for onnxruntime-node returns outputs as new arrays;
 * a small net's step is a quarter faster when eight steps share that cost.
 */
export function repeat({ graph, arguments: args, state, results }: Plan, steps: number): Plan {
  const infos = new Map([...graph.inputs, ...graph.outputs].map((info) => [info.name, info]));
  const carried = state
    .filter(({ output }) => output)
    .map(({ variable, input, output }, i) => ({ variable, input: input ?? `carried${i}`, output: output!, info: infos.get(output!)! }));
  const constant = state.filter(({ output }) => !output);
  const stacked = ({ shape, type }: ValueInfo, name: string): ValueInfo => ({ name, shape: [steps, ...shape], type });

  const argumentInfos = args.map(({ name, shape, dtype }) => ({ name, shape, type: dtype }));
  const resultInfos = [...results.values()].map(({ output }) => infos.get(output)!);
  const body: Model = {
    nodes: graph.nodes,
    known: graph.known,
    initializers: graph.initializers,
    inputs: [...carried.map(({ input, info }) => ({ ...info, name: input })), ...argumentInfos],
    outputs: [...carried.map(({ info }) => info), ...resultInfos],
  };
  const inputs = [...carried.map(({ input, info }) => ({ ...info, name: `${input}.first` })), ...argumentInfos.map((info) => stacked(info, `${info.name}.all`))];
  const outputs = [...carried.map(({ output, info }) => ({ ...info, name: `${output}.last` })), ...resultInfos.map((info) => stacked(info, `${info.name}.all`))];
  const names = (values: ValueInfo[]): string[] => values.map(({ name }) => name);
  return {
    graph: {
      nodes: [{ op: 'Scan', inputs: names(inputs), outputs: names(outputs), attributes: { body: { graph: body }, num_scan_inputs: args.length } }],
      initializers: [],
      inputs: [...inputs, ...constant.map(({ input }) => infos.get(input!)!)],
      outputs,
    },
    arguments: args.map((value) => ({ ...value, name: `${value.name}.all`, shape: [steps, ...value.shape] })),
    state: [...carried.map(({ variable, input, output }) => ({ variable, input: `${input}.first`, output: `${output}.last` })), ...constant],
    results: new Map([...results].map(([name, result]) => [name, { ...result, output: `${result.output}.all`, shape: [steps, ...result.shape] }])),
  };
}
