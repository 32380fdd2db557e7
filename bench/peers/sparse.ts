/** Products of a vector, or sixteen, with drawn weights of some shape: sparse at several densities, and dense in ONNX Runtime; prints milliseconds as JSON. */
import * as os from 'node:os';
import * as ort from 'onnxruntime-node';
import { encodeModel, type Model } from '../../src/engine/onnx';
import { foldIn, fractions, key, normal } from '../../src/random';
import { csr, sparseCodes, type SparseMatrix } from '../../src/infer';
import { inTurns, median } from './turns';

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
  times: Record<Sparse | Dense, number>;
  /** Medians over the rounds of dense / sparse, both in the same round: [dense on one core / csr, ...]. */
  ratios: Record<Sparse, Record<Dense, number>>;
  bytes: Record<Sparse, number>;
}
export type Sparse = 'csr' | 'codes';
export type Dense = 'one core' | 'all cores';

interface Peer {
  run: () => unknown;
  /** Products that a run does. */
  products: number;
}

const names: readonly (Sparse | Dense)[] = ['csr', 'codes', 'one core', 'all cores'];

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

const threads: Record<Dense, number> = { 'one core': 1, 'all cores': os.availableParallelism() };

/** The dense product of so many rows, on one core and on all. */
async function densePeersOf(kernel: Float32Array, inputs: number, outputs: number, batch: number, x: Float32Array): Promise<Record<Dense, Peer>> {
  const steps = x.length / batch / inputs;
  const model = encodeModel(denseModel(kernel, inputs, outputs, batch, steps));
  const fed = { x: new ort.Tensor('float32', x, steps === 1 ? [batch, inputs] : [steps, batch, inputs]) };
  const peerOn = async (cores: Dense): Promise<Peer> => {
    const session = await ort.InferenceSession.create(model, { intraOpNumThreads: threads[cores], logSeverityLevel: 4 });
    return { run: () => session.run(fed), products: steps };
  };
  return { 'one core': await peerOn('one core'), 'all cores': await peerOn('all cores') };
}

/** Which weights are kept is drawn, and the code of each: for the speed it is all one which values they are. */
async function sparseMatrices(inputs: number, outputs: number, density: number): Promise<Record<Sparse, SparseMatrix>> {
  const next = fractions(foldIn(key(3), 1000 * density));
  const codes = Uint8Array.from({ length: inputs * outputs }, () => (next() < density ? 1 + Math.floor(CLUSTERS * next()) : 0));
  const codebook = normal(key(4), CLUSTERS);
  return {
    csr: await csr(Float32Array.from(codes, (code) => (code === 0 ? 0 : codebook[code - 1])), [inputs, outputs]),
    codes: await sparseCodes({ name: 'layer', shape: [inputs, outputs], codebook, codes }),
  };
}

/** Milliseconds of a product in each round. */
async function productTimes(peers: Record<Sparse | Dense, Peer>): Promise<Record<Sparse | Dense, number[]>> {
  const { csr, codes, 'one core': one, 'all cores': all } = peers;
  const times = await inTurns({ csr: csr.run, codes: codes.run, 'one core': one.run, 'all cores': all.run }, { rounds: ROUNDS, turn: TURN });
  for (const name of names) times[name] = times[name].map((time) => time / peers[name].products);
  return times;
}

async function main(): Promise<void> {
  const [inputs, outputs, ...densities] = process.argv.slice(2).map(Number);
  const kernel = normal(key(1), inputs * outputs);
  const steps = kernel.length < 1e6 ? STEPS : 1;
  const batches = await Promise.all(
    [1, 16].map(async (batch) => {
      const x = normal(key(2), steps * batch * inputs);
      return { batch, x: x.slice(0, batch * inputs), dense: await densePeersOf(kernel, inputs, outputs, batch, x) };
    }),
  );
  for (const density of densities) {
    const matrices = await sparseMatrices(inputs, outputs, density);
    for (const { batch, x, dense } of batches) {
      const peerOf = (sparse: Sparse): Peer => ({ run: () => matrices[sparse].multiply(x), products: 1 });
      const times = await productTimes({ csr: peerOf('csr'), codes: peerOf('codes'), ...dense });
      const ratio = (sparse: Sparse, dense: Dense) => median(times[dense].map((time, round) => time / times[sparse][round]));
      const ratios = (sparse: Sparse) => ({ 'one core': ratio(sparse, 'one core'), 'all cores': ratio(sparse, 'all cores') });
      const measured: Measured = {
        density,
        batch,
        times: { csr: median(times.csr), codes: median(times.codes), 'one core': median(times['one core']), 'all cores': median(times['all cores']) },
        ratios: { csr: ratios('csr'), codes: ratios('codes') },
        bytes: { csr: matrices.csr.bytes, codes: matrices.codes.bytes },
      };
      console.log(JSON.stringify(measured));
    }
  }
}

void main();
