/**
 * Rewrites of a graph by which ONNX Runtime makes fewer passes over memory. Each keeps the meaning; only the order of
 * roundings changes. What the runtime does itself (constant folding, common subexpressions) is left to it.
 */
import type { Graph } from './graph';
import type { Node } from './onnx';

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

const size = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);

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
  const smaller = size(shapeA) < size(shapeB) ? a : b;
  if (size(graph.shapeOf(smaller)!) >= size(whole)) return undefined;
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

const REWRITES = [scaleOperand, addToProduct];

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
