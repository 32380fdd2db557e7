import * as tf from '@tensorflow/tfjs';
import { BACKEND, backend, isTracing } from './backend';
import { TraceError } from './error';
import './host';
import { type DType, type Graph, programType, type Value } from './graph';

/** A tensor's shape and element type (float32 when left out). A tensor is a spec of itself. */
export interface Spec {
  shape: readonly number[];
  dtype?: tf.DataType;
}

/** What a traced function returns: a tensor, or tensors by name. */
export type Output = tf.Tensor | Record<string, tf.Tensor>;

/** A variable that a program reads (`input`) or writes (`output`). */
export interface State {
  variable: tf.Variable;
  input?: string;
  output?: string;
}

export interface Trace {
  graph: Graph;
  arguments: Value[];
  state: State[];
  /** The graph's output behind each name of the result; a lone tensor's name is ''. */
  results: Map<string, { output: string; shape: number[]; dtype: DType }>;
}

function randomWhileTracing(): never {
  throw new TraceError(
    'compile: Math.random was called while tracing (tf.dropout, tf.randomUniform and tf.randomNormal do), and one draw would be ' +
      'baked into the program; draw outside with a key and pass the draw as an argument',
  );
}

/** @throws TraceError while `compile` runs its function */
export function refuseInside(): void {
  if (isTracing()) throw new TraceError('compile: one compile was called inside another; compile the inner function on its own first');
}

/**
 * Runs `fn` once on symbols in place of tensors and returns the graph of what it computes. Registered variables become
 * symbols too: those whose symbol is used are read by the program, those that hold another one at the end are written.
 */
export function trace(fn: (...tensors: tf.Tensor[]) => Output, specs: readonly Spec[]): Trace {
  refuseInside();
  const engine = tf.engine();
  const previous = tf.getBackend();
  const random = Math.random;
  const variables = Object.values(engine.registeredVariables).filter(({ dtype }) => dtype !== 'string' && dtype !== 'complex64');
  const hostIds = variables.map(({ dataId }) => dataId);
  backend.reset();
  const { graph } = backend;
  void tf.setBackend(BACKEND);
  engine.startScope('compile');
  Math.random = randomWhileTracing;

  const symbol = (prefix: string, { shape, dtype = 'float32' }: Spec): { value: Value; tensor: tf.Tensor } => {
    const value = { name: graph.fresh(prefix), shape: [...shape], dtype: programType(dtype) };
    return { value, tensor: engine.makeTensorFromTensorInfo(backend.symbol(value)) };
  };
  const held: Value[] = [];
  try {
    for (const variable of variables) {
      const { value, tensor } = symbol('v', variable);
      held.push(value);
      variable.dataId = tensor.dataId;
      engine.incRef(variable, backend);
    }
    const inputs = specs.map((spec) => symbol('x', spec));
    const result: unknown = fn(...inputs.map(({ tensor }) => tensor));
    if (result instanceof Promise) {
      result.catch(() => undefined);
      throw new TraceError('compile: the function must be synchronous, got a promise; move what is awaited outside');
    }

    for (const variable of Object.values(engine.registeredVariables)) {
      if (!variables.includes(variable)) {
        throw new TraceError(`compile: the variable ${variable.name} was created while tracing; create variables (an optimiser's too) before compile`);
      }
    }
    const named: Record<string, unknown> = typeof result !== 'object' || result instanceof tf.Tensor ? { '': result } : { ...result };
    const results: Trace['results'] = new Map();
    for (const [name, tensor] of Object.entries<unknown>(named)) {
      if (!(tensor instanceof tf.Tensor)) throw new TraceError(`compile: the function must return a tensor or tensors by name, got ${typeof tensor}${name && ` for ${name}`}`);
      const value = backend.value(tensor);
      results.set(name, { output: graph.output(value), shape: value.shape, dtype: value.dtype });
    }
    const outputs = variables.map((variable, i) => {
      const now = backend.value(variable);
      return now === held[i] ? undefined : graph.output(now);
    });
    const state: State[] = [];
    variables.forEach((variable, i) => {
      const output = outputs[i];
      const read = graph.nodes.some((node) => node.inputs.includes(held[i].name));
      if (read) graph.input(held[i]);
      if (read || output) state.push({ variable, input: read ? held[i].name : undefined, output });
    });
    for (const { value } of inputs) graph.input(value);
    return { graph, arguments: inputs.map(({ value }) => value), state, results };
  } finally {
    variables.slice(0, held.length).forEach((variable, i) => {
      engine.disposeTensor(variable);
      variable.dataId = hostIds[i];
    });
    for (const variable of Object.values(engine.registeredVariables)) {
      if (!variables.includes(variable)) variable.dispose();
    }
    Math.random = random;
    engine.endScope();
    void tf.setBackend(previous);
  }
}
