/** Products of a vector, or sixteen, with drawn weights of some shape: sparse at several densities, and dense in ONNX Runtime; prints milliseconds as JSON. */
import * as os from 'node:os';
import * as ort from 'onnxruntime-node';
import { encodeModel, type Model } from '../../src/engine/onnx';
import { foldIn, integers, key, normal } from '../../src/random';
import { csr, sparseCodes } from '../../src/sparse';

const ROUNDS = 9;
/** Milliseconds that a peer runs in each round, about. */
const TURN = 30;
/** Products that one call of ONNX Runtime does of a small layer, so that what the call itself costs (15 µs) does not count. */
const STEPS = 64;
const CLUSTERS = 31;

export interface Measured {
  density: number;
  batch: number;
  /** Median milliseconds of a product. */
  times: Record<Peer, number>;
  /** Medians over the rounds of dense / sparse, both in the same round: [dense on one core / csr, ...]. */
  ratios: Record<Sparse, Record<Dense, number>>;
  bytes: Record<Sparse, number>;
}
export type Sparse = 'csr' | 'codes';
export type Dense = 'one core' | 'all cores';
type Peer = Sparse | Dense;

const sparsePeers: readonly Sparse[] = ['csr', 'codes'];
const densePeers: readonly Dense[] = ['one core', 'all cores'];
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** y = x W, `steps` times with an x of its own each. */
function denseModel(kernel: Float32Array, inputs: number, outputs: number, batch: number, steps: number): Model {
  const float = (name: string, shape: number[]) => ({ name, shape, type: 'float32' as const });
  const product = (x: string, y: string) => [{ op: 'MatMul', inputs: [x, 'w'], outputs: [y], attributes: {} }];
  const initializers = [{ ...float('w', [inputs, outputs]), bytes: new Uint8Array(kernel.buffer) }];
  if (steps === 1) return { nodes: product('x', 'y'), inputs: [float('x', [batch, inputs])], outputs: [float('y', [batch, outputs])], initializers };
  const body = { nodes: product('one', 'product'), inputs: [float('one', [batch, inputs])], outputs: [float('product', [batch, outputs])], initializers: [] };
  return {
    nodes: [{ op: 'Scan', inputs: ['x'], outputs: ['y'], attributes: { body: { graph: body }, num_scan_inputs: 1 } }],
    inputs: [float('x', [steps, batch, inputs])],
    outputs: [float('y', [steps, batch, outputs])],
    initializers,
  };
}

async function main(): Promise<void> {
  const [inputs, outputs, ...densities] = process.argv.slice(2).map(Number);
  const size = inputs * outputs;
  const steps = size < 1e6 ? STEPS : 1;
  const kernel = normal(key(1), size);
  const threads: Record<Dense, number> = { 'one core': 1, 'all cores': os.availableParallelism() };
  for (const batch of [1, 16]) {
    const inTurn = normal(key(2), steps * batch * inputs);
    const x = inTurn.slice(0, batch * inputs);
    const fed = { x: new ort.Tensor('float32', inTurn, steps === 1 ? [batch, inputs] : [steps, batch, inputs]) };
    const sessions = {} as Record<Dense, ort.InferenceSession>;
    for (const peer of densePeers) sessions[peer] = await ort.InferenceSession.create(encodeModel(denseModel(kernel, inputs, outputs, batch, steps)), { intraOpNumThreads: threads[peer], logSeverityLevel: 4 });
    const dense = (peer: Dense) => async (): Promise<unknown> => sessions[peer].run(fed);

    for (const density of densities) {
      // Which weights are kept is drawn, as is the code of each: for the speed it is all one which values they are.
      const kept = integers(foldIn(key(3), 1000 * density), size, 1000);
      const codes = Uint8Array.from(integers(foldIn(key(4), 1000 * density), size, CLUSTERS), (code, i) => (kept[i] < 1000 * density ? 1 + code : 0));
      const codebook = normal(key(5), CLUSTERS);
      const matrices = {
        csr: await csr(Float32Array.from(codes, (code) => (code === 0 ? 0 : codebook[code - 1])), [inputs, outputs]),
        codes: await sparseCodes({ name: 'layer', shape: [inputs, outputs], codebook, codes }),
      };
      const peers: Record<Peer, { run: () => unknown; products: number }> = {
        csr: { run: () => matrices.csr.multiply(x), products: 1 },
        codes: { run: () => matrices.codes.multiply(x), products: 1 },
        'one core': { run: dense('one core'), products: steps },
        'all cores': { run: dense('all cores'), products: steps },
      };
      const times: Record<Peer, number[]> = { csr: [], codes: [], 'one core': [], 'all cores': [] };
      const runs: Partial<Record<Peer, number>> = {};
      for (let round = -1; round < ROUNDS; round++) {
        for (const peer of [...sparsePeers, ...densePeers]) {
          const { run, products } = peers[peer];
          if (round < 0) await run();
          const count = runs[peer] ?? 1;
          const start = performance.now();
          for (let i = 0; i < count; i++) await run();
          const taken = (performance.now() - start) / count;
          if (round < 0) runs[peer] = Math.max(1, Math.round(TURN / taken));
          else times[peer].push(taken / products);
        }
      }
      const ratio = (sparse: Sparse, dense: Dense) => median(times[dense].map((time, round) => time / times[sparse][round]));
      const measured: Measured = {
        density,
        batch,
        times: { csr: median(times.csr), codes: median(times.codes), 'one core': median(times['one core']), 'all cores': median(times['all cores']) },
        ratios: {
          csr: { 'one core': ratio('csr', 'one core'), 'all cores': ratio('csr', 'all cores') },
          codes: { 'one core': ratio('codes', 'one core'), 'all cores': ratio('codes', 'all cores') },
        },
        bytes: { csr: matrices.csr.bytes, codes: matrices.codes.bytes },
      };
      console.log(JSON.stringify(measured));
    }
    for (const peer of densePeers) await sessions[peer].release();
  }
}

void main();
