/** How fast binary products and whole binary nets run on bits, beside float kernels and ONNX Runtime. */
import { spawnSync } from 'node:child_process';
import * as os from 'node:os';
import { join } from 'node:path';
import { textTable } from '../src/system';
import type { Measured, Peer } from './peers/binary';

const ROUNDS = 9;

const COLUMNS: Record<Peer, string> = { bits: 'bits', 'bits, all': 'bits, all', scalar: 'loop', simd: 'SIMD', runtime: 'float', 'runtime, all': 'float, all' };

/** What is measured: for peers/binary.ts, and for the page. */
const PARTS = [
  { what: 'product', size: 4096, batches: [1, 16, 64, 256], title: 'A product of 4096 × 4096 weights' },
  { what: 'product', size: 2048, batches: [1, 16, 64, 256], title: 'A product of 2048 × 2048 weights' },
  { what: 'mlp', size: 4096, batches: [1, 100], title: 'The net of MNIST, 784-4096-4096-4096-10' },
  { what: 'mlp', size: 2048, batches: [1, 100], title: 'The net of MNIST, 784-2048-2048-2048-10' },
  { what: 'convnet', size: 0, batches: [1, 16, 100], title: 'The ConvNet of CIFAR-10 at a quarter of its width' },
] as const;

function measure({ what, size, batches }: (typeof PARTS)[number], rounds: number): Measured[] {
  const args = [what, size, rounds, ...batches].map(String);
  // Above 4 GB: the floats of 4096 × 4096 weights are there several times.
  const options = ['--max-old-space-size=6000', '--import', 'tsx', join(__dirname, 'peers/binary.ts'), ...args];
  const { status, stdout } = spawnSync(process.execPath, options, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, SQUEEZELAB_THREADS: String(os.availableParallelism()) } });
  if (status !== 0) throw new Error(`bench: ${args.join(' ')} must end well, got exit code ${status}`);
  return stdout.trim().split('\n').map((line) => JSON.parse(line) as Measured);
}

const milliseconds = (time: number): string => time.toPrecision(3);
const ratio = (value: number): string => `${value < 10 ? value.toFixed(1) : Math.round(value)}x`;

/** @param rounds in which the peers take turns */
export function benchBinary(rounds = ROUNDS): string[] {
  const tables = PARTS.flatMap((part) => {
    const measured = measure(part, rounds);
    const peers = Object.keys(measured[0].times) as Peer[];
    const others = peers.filter((peer) => !peer.startsWith('bits'));
    const rows = measured.map(({ batch, times, ratios }) => [batch, ...peers.map((peer) => milliseconds(times[peer]!)), ...others.map((peer) => ratio(ratios[peer]!))]);
    const table = textTable(['batch', ...peers.map((peer) => COLUMNS[peer]), ...others.map((peer) => `x ${COLUMNS[peer]}`)], rows);
    return ['', `### ${part.title}`, '', '```', table.trimEnd(), '```'];
  });
  return [
    '## Binary nets on bits, beside float products',
    '',
    `Drawn weights of ±1, on ${os.cpus()[0].model}. *bits* is \`infer\`, in WebAssembly, on one core and on all ${os.availableParallelism()}; *loop* a float kernel in WebAssembly that multiplies number by number, *SIMD* one of vectors of four, both on one core; *float* ONNX Runtime's float product or net, on one core and on all. ` +
      `Times are in milliseconds, a batch; \`x loop\` says how many times as long the loop takes as bits on as many cores. Inputs of a product are bits already, as a layer before has them; of a net they are bytes, and floats for the others. Medians of ${rounds} rounds.`,
    '',
    `Courbariaux et al. 2016 report, on a GTX 750: XNOR and popcount 23 times as fast as an unoptimised float kernel and 3.4 times as fast as cuBLAS, for 8192 × 8192 × 8192; the whole net of MNIST 7 times as fast as with the unoptimised kernel. Like with like here is \`x loop\` and \`x float\`.`,
    ...tables,
  ];
}
