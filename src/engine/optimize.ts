/**
 * Rewrites of a graph by which ONNX Runtime makes fewer passes over memory. Each keeps the meaning; only the order of
 * roundings changes. What the runtime does itself (constant folding, common subexpressions) is left to it.
 */
import type { Graph } from './graph';
import type { Node } from './onnx';
import { sizeOf } from '../system';

/** What the rewrites ask of the graph. */
class Uses {
  readonly producer = new Map<string, Node>();
  private readonly count = new Map<string, number>();
  private readonly constants: Map<string, number>;

  constructor(private readonly graph: Graph) {
    for (const node of graph.nodes) {
      for (const output of node.outputs) this.producer.set(output, node);
      for (const input of node.inputs) this.count.set(input, (this.count.get(input) ?? 0) + 1);
    }
    for (const { name } of graph.outputs) this.count.set(name, (this.count.get(name) ?? 0) + 1);
    this.constants = new Map(
      graph.initializers
        .filter(({ type, bytes }) => type === 'float32' && bytes.length === 4)
        .map(({ name, bytes }) => [name, new Float32Array(bytes.slice().buffer)[0]]),
    );
  }

  /** The node that makes `name`, if it is an `op` whose result is used once. */
  only(name: string, op: string): Node | undefined {
    const node = this.producer.get(name);
    return node?.op === op && this.count.get(name) === 1 ? node : undefined;
  }

  number(name: string): number | undefined {
    return this.constants.get(name);
  }

  isScalar(name: string): boolean {
    return this.graph.shapeOf(name)?.length === 0;
  }
}


/** The other operand of a commutative node, given one. */
const other = ({ inputs }: Node, name: string): string => (inputs[0] === name ? inputs[1] : inputs[0]);

/** s · (A B) = A (s B) for a scalar s: scales the smaller matrix, not the product. */
function scaleOperand(graph: Graph, node: Node, uses: Uses): Node[] | undefined {
  if (node.op !== 'Mul') return undefined;
  const product = node.inputs.find((name) => uses.only(name, 'Gemm')?.inputs.length === 2);
  if (!product || !uses.isScalar(other(node, product))) return undefined;
  const gemm = uses.producer.get(product)!;
  const [a, b] = gemm.inputs;
  const [shapeA, shapeB, whole] = [a, b, product].map((name) => graph.shapeOf(name));
  if (!shapeA || !shapeB || !whole) return undefined;
  const smaller = sizeOf(shapeA) < sizeOf(shapeB) ? a : b;
  if (sizeOf(graph.shapeOf(smaller)!) >= sizeOf(whole)) return undefined;
  const scaled = graph.fresh('t');
  graph.setShape(scaled, graph.shapeOf(smaller)!);
  return [
    { op: 'Mul', inputs: [smaller, other(node, product)], outputs: [scaled], attributes: {} },
    { ...gemm, inputs: smaller === a ? [scaled, b] : [a, scaled], outputs: node.outputs },
  ];
}

/** A B + c · C is one Gemm: a bias, a decayed weight, a momentum. */
function addToProduct(graph: Graph, node: Node, uses: Uses): Node[] | undefined {
  if (node.op !== 'Add') return undefined;
  const product = node.inputs.find((name) => uses.only(name, 'Gemm')?.inputs.length === 2);
  if (!product) return undefined;
  const addend = other(node, product);
  const [sum, whole, part] = [node.outputs[0], product, addend].map((name) => graph.shapeOf(name));
  if (!sum || !whole || !part || sum.join() !== whole.join() || part.length > 2) return undefined;
  const scaling = uses.only(addend, 'Mul');
  const factor = scaling?.inputs.find((name) => uses.number(name) !== undefined);
  const gemm = uses.producer.get(product)!;
  const [third, beta] = scaling && factor ? [other(scaling, factor), uses.number(factor)!] : [addend, 1];
  return [{ ...gemm, inputs: [...gemm.inputs, third], outputs: node.outputs, attributes: { ...gemm.attributes, beta: { float: beta } } }];
}

/** From this size on a pass over a value is worth a rewrite that changes the order of roundings in everything around it. */
const LARGE = 2 ** 20;

const isLarge = (graph: Graph, name: string): boolean => sizeOf(graph.shapeOf(name) ?? []) >= LARGE;

/** Σ x² in one pass. */
function sumOfSquares(graph: Graph, node: Node, uses: Uses): Node[] | undefined {
  if (node.op !== 'ReduceSum') return undefined;
  const square = uses.only(node.inputs[0], 'Mul');
  if (!square || square.inputs[0] !== square.inputs[1] || !isLarge(graph, node.inputs[0])) return undefined;
  return [{ ...node, op: 'ReduceSumSquare', inputs: [square.inputs[0], ...node.inputs.slice(1)] }];
}

/** A large product c x of a number c, if `name` is one: x, and c. */
function scaledBy(graph: Graph, name: string, uses: Uses): { x: string; factor: number } | undefined {
  const node = uses.producer.get(name);
  const scale = node?.op === 'Mul' && isLarge(graph, name) ? numberIn(node, uses) : undefined;
  return scale && { x: other(node!, scale.name), factor: scale.factor };
}

/** A reshape of c x is c times one of x: so the factor comes to where it costs nothing. */
function scaleReshaped(graph: Graph, node: Node, uses: Uses): Node[] | undefined {
  const scaled = node.op === 'Reshape' ? scaledBy(graph, node.inputs[0], uses) : undefined;
  if (!scaled) return undefined;
  const reshaped = graph.fresh('t');
  graph.setShape(reshaped, graph.shapeOf(node.outputs[0])!);
  return [
    { ...node, inputs: [scaled.x, node.inputs[1]], outputs: [reshaped] },
    { op: 'Mul', inputs: [reshaped, graph.scalar(scaled.factor)], outputs: node.outputs, attributes: {} },
  ];
}

/** (c x) B = c (x B) and Σ c x = c Σ x for a number c: scales the product, in whose pass it costs nothing, or the sum. */
function scaleAfter(graph: Graph, node: Node, uses: Uses): Node[] | undefined {
  if (node.op !== 'Gemm' && node.op !== 'ReduceSum') return undefined;
  const name = node.inputs.slice(0, 2).find((input) => scaledBy(graph, input, uses));
  if (name === undefined) return undefined;
  const { x, factor } = scaledBy(graph, name, uses)!;
  const inputs = node.inputs.map((input) => (input === name ? x : input));
  if (node.op === 'Gemm') {
    const alpha = (node.attributes.alpha as { float: number } | undefined)?.float ?? 1;
    return [{ ...node, inputs, attributes: { ...node.attributes, alpha: { float: alpha * factor } } }];
  }
  const sum = graph.fresh('t');
  return [{ ...node, inputs, outputs: [sum] }, { op: 'Mul', inputs: [sum, graph.scalar(factor)], outputs: node.outputs, attributes: {} }];
}

/** The operand of a product that is a number, be it a constant or a product of such. */
function numberIn({ inputs }: Node, uses: Uses): { name: string; factor: number } | undefined {
  for (const name of inputs) {
    const known = uses.number(name);
    if (known !== undefined) return { name, factor: known };
    const product = uses.producer.get(name);
    const factors = product?.op === 'Mul' ? product.inputs.flatMap((input) => uses.number(input) ?? []) : [];
    if (factors.length === 2) return { name, factor: factors[0] * factors[1] };
  }
  return undefined;
}

const REWRITES = [scaleOperand, sumOfSquares, scaleReshaped, scaleAfter, addToProduct];

/** Removes nodes whose results nobody uses. */
export function removeUnused(graph: Graph): void {
  const needed = new Set(graph.outputs.map(({ name }) => name));
  const kept: Node[] = [];
  for (const node of [...graph.nodes].reverse()) {
    if (!node.outputs.some((name) => needed.has(name))) continue;
    kept.push(node);
    node.inputs.forEach((name) => needed.add(name));
  }
  graph.nodes.splice(0, Infinity, ...kept.reverse());
}

export function optimize(graph: Graph): Graph {
  removeUnused(graph);
  for (const rewrite of REWRITES) {
    const uses = new Uses(graph);
    const nodes = graph.nodes.flatMap((node) => rewrite(graph, node, uses) ?? [node]);
    graph.nodes.splice(0, Infinity, ...nodes);
    removeUnused(graph);
  }
  return graph;
}
