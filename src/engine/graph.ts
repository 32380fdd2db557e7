import { TraceError } from './error';
import type { Attribute, ElementType, Initializer, Model, Node, ValueInfo } from './onnx';

/** The tensor types of tfjs that a program can hold. */
export type DType = 'float32' | 'int32' | 'bool';

/** @throws TraceError on a type of tfjs that a program cannot hold */
export function programType(dtype: string): DType {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype;
  throw new TraceError(`compile: a program holds float32, int32 and bool tensors, got ${dtype}`);
}

/** One traced tensor: the name of its value in the graph, and what tfjs knows of it. */
export interface Value {
  readonly name: string;
  shape: number[];
  dtype: DType;
  /** The name of the same images with their channels first, `[batch, channels, height, width]`, where it is known (planes.ts). */
  planes?: string;
  /** Makes `planes`, where that moves nothing: of what is broadcast from a constant or a vector. */
  makePlanes?: () => string;
  /** Of the result of a max pooling: the place of each maximum in the planes of the input, flattened. */
  places?: string;
  /** What this is a reshape of, so that a reshape of it starts from there. */
  reshapes?: Value;
}

const ARRAYS = { float32: Float32Array, uint8: Uint8Array, int8: Int8Array, int32: Int32Array, int64: BigInt64Array, bool: Uint8Array };

/** A call of a tfjs kernel while tracing. */
export interface Call {
  kernel: string;
  inputs: readonly Pick<Value, 'shape' | 'dtype'>[];
  at: Error;
}

/** A graph of ONNX operators under construction. Lowerings append nodes to it. */
export class Graph implements Model {
  readonly nodes: Node[] = [];
  readonly inputs: ValueInfo[] = [];
  readonly outputs: ValueInfo[] = [];
  readonly initializers: Initializer[] = [];
  /** The calls that nodes were traced from, in their order. */
  readonly calls: Call[] = [];
  /** How many rows there were of what a value has gathered: its indices are known to lie within so many. */
  readonly gathered = new Map<string, number>();
  private names = 0;
  private readonly constants = new Map<string, string>();
  private readonly shapes = new Map<string, readonly number[]>();

  fresh(prefix: string): string {
    return `${prefix}${this.names++}`;
  }

  /** The shape of a value, where it is known: not for what a lowering makes on the way to its result. */
  shapeOf(name: string): readonly number[] | undefined {
    return this.shapes.get(name);
  }

  setShape(name: string, shape: readonly number[]): void {
    this.shapes.set(name, shape);
  }

  private readonly declared = new Map<string, ValueInfo>();

  get known(): ValueInfo[] {
    return [...this.declared.values()];
  }

  /** Says what tfjs takes a value for. */
  declare({ name, shape, dtype }: Value): void {
    this.setShape(name, shape);
    this.declared.set(name, { name, shape, type: dtype });
  }

  /** Appends an operator with one output, and returns the output's name. */
  node(op: string, inputs: string[], attributes: Record<string, Attribute> = {}): string {
    return this.nodeOf(1, op, inputs, attributes)[0];
  }

  /** Appends an operator with several outputs, and returns their names. */
  nodeOf(count: number, op: string, inputs: string[], attributes: Record<string, Attribute> = {}): string[] {
    const outputs = Array.from({ length: count }, () => this.fresh('t'));
    this.nodes.push({ op, inputs, outputs, attributes, ...(this.calls.length && { call: this.calls.length - 1 }) });
    return outputs;
  }

  /** An empty graph for the body of a loop, whose names are none of this one's. */
  body(): Graph {
    const body = new Graph();
    body.fresh = (prefix) => this.fresh(prefix);
    body.calls.push(...this.calls.slice(-1));
    return body;
  }

  input(value: Value): void {
    this.inputs.push({ name: value.name, shape: value.shape, type: value.dtype });
  }

  /** Makes a value an output of the program and returns the output's name; inputs, constants and second uses are copied. */
  output(value: Value): string {
    const computed = this.nodes.some(({ outputs }) => outputs.includes(value.name));
    const name = computed && this.outputs.every((output) => output.name !== value.name) ? value.name : this.node('Identity', [value.name]);
    this.outputs.push({ name, shape: value.shape, type: value.dtype });
    return name;
  }

  /** A constant tensor; small ones are shared. */
  constant(values: ArrayLike<number>, shape: readonly number[], type: ElementType): string {
    const array = type === 'int64' ? BigInt64Array.from(Array.from(values, BigInt)) : ARRAYS[type].from(values);
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    const key = bytes.length <= 64 ? `${type}[${shape.join()}]${bytes.join()}` : undefined;
    const known = key && this.constants.get(key);
    if (known) return known;
    const name = this.fresh('c');
    if (key) this.constants.set(key, name);
    this.initializers.push({ name, shape, type, bytes });
    this.setShape(name, shape);
    return name;
  }

  scalar(value: number, type: ElementType = 'float32'): string {
    return this.constant([value], [], type);
  }

  /** A list of sizes or axes, as ONNX operators take them. */
  sizes(values: readonly number[]): string {
    return this.constant(values, [values.length], 'int64');
  }
}
