import * as tf from '@tensorflow/tfjs';
import { callError } from './backend';
import { findBlocks, useBlocks } from './blocks';
import { digestOf } from './digest';
import { host } from './host';
import { encodeModel, type Model } from './onnx';
import { optimize } from './optimize';
import { type Plan, repeat } from './repeat';
import { ARRAYS, type Buffer, bufferOf, open, type Values } from './runtime';
import { front, spare, swap } from './state';
import { type Output, refuseInside, type Spec, trace } from './trace';
import { described, sizeOf } from '../system';

/** An argument of a program: a tensor, or its values in row-major order. */
export type Argument = tf.Tensor | Values;

/** A compiled function: called with an argument for each spec it runs and gives tensors, which are the caller's to dispose of. */
export interface Program<R extends Output> {
  /** Runs it, when earlier runs are done. @throws TypeError when an argument's shape or type is not its spec's */
  (...values: Argument[]): Promise<R>;
  /** The program as an ONNX file, made when it is first asked for, to be looked at: its variables are inputs and outputs, and it holds no weights. A net for other tools is written by `exportOnnx`. */
  readonly onnxWithoutWeights: Uint8Array;
  /** Says what is computed: the same for the same program, in whatever process and beside whatever else. */
  readonly digest: string;
  /** Gives its memory back. */
  dispose(): Promise<void>;
}

/** Runs wait for each other, for they share the variables' buffers. */
let running: Promise<unknown> = Promise.resolve();

/**
 * Compiles a function of tensors to one native program, run by ONNX Runtime on all cores.
 *
 * `fn` is plain tfjs code: operations, gradients (`tf.variableGrads`), `assign` to variables. It runs once, on symbols; what
 * it computes becomes the program. Variables that it read are read anew at each run, variables that it assigned are
 * assigned; any other tensor from outside is a constant. Shapes are static.
 *
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { compile } from 'squeezelab';
 *
 * const w = tf.variable(tf.scalar(3));
 * const step = await compile((x) => {
 *   const { value, grads } = tf.variableGrads(() => tf.mean(tf.square(tf.sub(tf.mul(w, x), 1))), [w]);
 *   w.assign(tf.sub(w, tf.mul(0.5, grads[w.name])));
 *   return value;
 * }, [{ shape: [2] }]);
 * const loss = await step(Float32Array.of(1, 1));
 * console.log(loss.arraySync(), w.arraySync()); // => 4 1
 * ```
 *
 * A run occupies the thread until it is done; runs take turns, and an array given as an argument is read when its turn comes:
 * await a run before refilling its arrays.
 *
 * Same inputs, same machine, same number of threads: the same bytes. Across processors only the statistics agree.
 *
 * @param inputs one spec for each argument of `fn`: an example tensor, or `{ shape, dtype }`
 * @param steps makes one run do so many in turn: each argument, and each result, then holds one value for each step along a
 *   new first axis. Small steps are faster so.
 * @throws TraceError where `fn` reads a value, draws random numbers, creates a variable, returns a promise, or uses a tfjs
 *   kernel that has no lowering; the program throws when an argument's shape or type is not its spec's.
 */
export async function compile<R extends Output>(
  fn: (...tensors: tf.Tensor[]) => R,
  inputs: readonly Spec[],
  { steps }: { steps?: number } = {},
): Promise<Program<R>> {
  if (typeof fn !== 'function') throw new TypeError(`compile: it must be a function of tensors, got ${described(fn)}`);
  if (!Array.isArray(inputs) || !inputs.every((spec) => Array.isArray((spec as Spec | undefined)?.shape))) throw new TypeError(`compile: the inputs must be a list with an example tensor or { shape, dtype } for each argument, such as [{ shape: [32, 784] }], got ${described(inputs)}`);
  refuseInside();
  await findBlocks();
  const traced = trace(fn, inputs);
  optimize(traced.graph);
  const planned = (): Plan => (steps === undefined ? traced : repeat(traced, steps));
  // Blocks are of this machine: what is given away, or known again, is the graph before.
  const before = planned();
  const portable = { ...before, graph: copyOf(before.graph) };
  useBlocks(traced.graph);
  const { graph, arguments: args, state, results } = planned();
  const session = await open(encodeModel(graph)).catch((error: Error) => {
    const call = traced.graph.calls[Number(/call (\d+)/.exec(error.message)?.[1])];
    throw call ? callError(call, error.message.replace(/.*(?:ShapeInferenceError\]|Error:)\s*/s, '').replace(/ in node \(call [^)]*\)?/, '')) : error;
  });
  const fed = session.inputs;

  function argument(i: number, value: Argument): Buffer {
    const { shape, dtype } = args[i];
    const values: Values = value instanceof tf.Tensor ? value.dataSync() : value;
    const wrong =
      value instanceof tf.Tensor
        ? value.dtype !== dtype || value.shape.join() !== shape.join()
        : !(value instanceof ARRAYS[dtype]) || value.length !== sizeOf(shape);
    if (wrong) {
      const got = value instanceof tf.Tensor ? `${value.dtype} [${value.shape.join()}]` : `${value?.constructor?.name} of ${value?.length} values`;
      throw new TypeError(`program: argument ${i} must be ${dtype} [${shape.join()}], got ${got}; a program's shapes are static, compile another for this one`);
    }
    return bufferOf(dtype, values instanceof ARRAYS[dtype] ? values : ARRAYS[dtype].from(values), shape);
  }

  async function run(feeds: Record<string, Buffer>): Promise<R> {
    const fetches: Record<string, Buffer | null> = {};
    for (const { variable, input, output } of state) {
      if (input && fed.has(input)) feeds[input] = front(variable);
      if (output) fetches[output] = spare(variable);
    }
    for (const { output } of results.values()) fetches[output] = null;
    const outputs = await session.run(feeds, fetches);
    for (const { variable, output } of state) if (output) swap(variable);
    const tensors = [...results].map(([name, { output, shape, dtype }]) => {
      const { data, dims } = outputs[output];
      if (dims.join() !== shape.join()) throw new Error(`program: a result must be [${shape.join()}], got [${dims.join()}]; a lowering is wrong, please report it`);
      return [name, tf.engine().makeTensor(data as Float32Array, shape, dtype, host)] as const;
    });
    return (results.has('') ? tensors[0][1] : Object.fromEntries(tensors)) as R;
  }

  const program = async (...values: Argument[]): Promise<R> => {
    if (values.length !== args.length) throw new TypeError(`program: takes ${args.length} arguments, got ${values.length}`);
    const feeds: Record<string, Buffer> = {};
    values.forEach((value, i) => {
      const fed_ = argument(i, value);
      if (fed.has(args[i].name)) feeds[args[i].name] = fed_;
    });
    const turn = running.then(() => run(feeds));
    running = turn.catch(() => undefined);
    return turn;
  };
  let onnx: Uint8Array | undefined;
  let digest: string | undefined;
  return Object.defineProperties(program, {
    onnxWithoutWeights: { get: () => (onnx ??= encodeModel(portable.graph)) },
    digest: { get: () => (digest ??= digestOf(portable)) },
    dispose: { value: () => session.dispose() },
  }) as Program<R>;
}

/** A model whose lists stay as they are, those of a loop's body too. */
const copyOf = ({ nodes, inputs, outputs, initializers, known }: Model): Model => ({
  nodes: nodes.map((node) => ({ ...node, attributes: Object.fromEntries(Object.entries(node.attributes).map(([name, value]) => [name, typeof value === 'object' && 'graph' in value ? { graph: copyOf(value.graph) } : value])) })),
  inputs: [...inputs],
  outputs: [...outputs],
  initializers: [...initializers],
  known,
});
