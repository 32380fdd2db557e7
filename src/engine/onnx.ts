/** The ONNX file format, as far as the engine writes it: https://github.com/onnx/onnx/blob/v1.17.0/onnx/onnx.proto */
import { parse } from 'protobufjs';

const schema = parse(`
  syntax = "proto3";
  message AttributeProto {
    string name = 1; float f = 2; int64 i = 3; bytes s = 4; GraphProto g = 6; repeated float floats = 7; repeated int64 ints = 8; int32 type = 20;
  }
  message NodeProto {
    repeated string input = 1; repeated string output = 2; string name = 3; string op_type = 4; repeated AttributeProto attribute = 5; string domain = 7;
  }
  message TensorProto { repeated int64 dims = 1; int32 data_type = 2; string name = 8; bytes raw_data = 9; }
  message Dimension { oneof value { int64 dim_value = 1; string dim_param = 2; } }
  message TensorShapeProto { repeated Dimension dim = 1; }
  message TensorTypeProto { int32 elem_type = 1; TensorShapeProto shape = 2; }
  message TypeProto { TensorTypeProto tensor_type = 1; }
  message ValueInfoProto { string name = 1; TypeProto type = 2; }
  message GraphProto {
    repeated NodeProto node = 1; string name = 2; repeated TensorProto initializer = 5;
    repeated ValueInfoProto input = 11; repeated ValueInfoProto output = 12; repeated ValueInfoProto value_info = 13;
  }
  message OperatorSetIdProto { string domain = 1; int64 version = 2; }
  message ModelProto { int64 ir_version = 1; string producer_name = 2; GraphProto graph = 7; repeated OperatorSetIdProto opset_import = 8; }
`, { keepCase: true }).root.lookupType('ModelProto');

/** TensorProto.DataType of ONNX. */
export const ELEMENT_TYPE = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7, bool: 9 } as const;
export type ElementType = keyof typeof ELEMENT_TYPE;

/** A number that ONNX must take for a float; plain numbers are integers. */
export interface FloatAttribute {
  float: number;
}
/** The body of a loop. */
export interface GraphAttribute {
  graph: Model;
}
export type Attribute = number | FloatAttribute | GraphAttribute | readonly number[] | string;

export interface Node {
  /** `Conv`, or with the domain of an operator of ONNX Runtime's own: `com.microsoft:FusedMatMul`. */
  op: string;
  inputs: string[];
  outputs: string[];
  attributes: Record<string, Attribute>;
  /** The number of the tfjs kernel's call that it was traced from. */
  call?: number;
}

export interface ValueInfo {
  name: string;
  shape: readonly number[];
  /** What is written for the shape where a length has a name, for it may be any. */
  lengths?: readonly (number | string)[];
  type: ElementType;
}

export interface Initializer extends ValueInfo {
  bytes: Uint8Array;
}

export interface Model {
  nodes: Node[];
  inputs: ValueInfo[];
  outputs: ValueInfo[];
  initializers: Initializer[];
  /** What is known of values on the way, which the runtime checks. */
  known?: readonly ValueInfo[];
}

function attributeProto(name: string, value: Attribute): object {
  if (typeof value === 'number') return { name, i: value, type: 2 };
  if (typeof value === 'string') return { name, s: Buffer.from(value), type: 3 };
  if ('float' in value) return { name, f: value.float, type: 1 };
  if ('graph' in value) return { name, g: graphProto(value.graph, 'body'), type: 5 };
  return { name, ints: value, type: 7 };
}

const valueInfoProto = ({ name, shape, lengths = shape, type }: ValueInfo): object => ({
  name,
  type: { tensor_type: { elem_type: ELEMENT_TYPE[type], shape: { dim: lengths.map((length) => (typeof length === 'string' ? { dim_param: length } : { dim_value: length })) } } },
});

const domainOf = (op: string): string => (op.includes(':') ? op.split(':')[0] : '');

const graphProto = (model: Model, name: string): object => ({
  name,
  node: model.nodes.map(({ op, inputs, outputs, attributes, call }) => ({
    name: call === undefined ? '' : `call ${call} ${outputs[0]}`,
    op_type: op.split(':').at(-1),
    domain: domainOf(op),
    input: inputs,
    output: outputs,
    attribute: Object.entries(attributes).map(([name, value]) => attributeProto(name, value)),
  })),
  initializer: model.initializers.map(({ name, shape, type, bytes }) => ({ name, dims: shape, data_type: ELEMENT_TYPE[type], raw_data: bytes })),
  input: model.inputs.map(valueInfoProto),
  output: model.outputs.map(valueInfoProto),
  value_info: knownOf(model).map(valueInfoProto),
});

/** Of values that nodes make, and that are no outputs. */
function knownOf({ nodes, outputs, known = [] }: Model): ValueInfo[] {
  const made = new Set(nodes.flatMap(({ outputs }) => outputs));
  outputs.forEach(({ name }) => made.delete(name));
  return known.filter(({ name }) => made.has(name));
}

/** The domains of a model's operators, loop bodies included. */
const domains = ({ nodes }: Model): string[] =>
  nodes.flatMap(({ op, attributes }) => [
    domainOf(op),
    ...Object.values(attributes).flatMap((value) => (typeof value === 'object' && 'graph' in value ? domains(value.graph) : [])),
  ]);

/** The version of ONNX's operators that files are of. */
export const OPSET = 18;

/** The operator that makes the first output of an ONNX file. */
export function lastOperator(bytes: Uint8Array): string | undefined {
  const { graph } = schema.decode(bytes) as unknown as { graph?: { node: { output: string[]; op_type: string }[]; output: { name: string }[] } };
  return graph?.node.find(({ output }) => output.includes(graph.output[0].name))?.op_type;
}

/** The bytes of an ONNX file that holds `model`. */
export function encodeModel(model: Model): Uint8Array {
  const opsets = [...new Set(['', ...domains(model)])].map((domain) => ({ domain, version: domain ? 1 : OPSET }));
  return schema.encode({ ir_version: 9, producer_name: 'squeezelab', opset_import: opsets, graph: graphProto(model, 'program') }).finish();
}
