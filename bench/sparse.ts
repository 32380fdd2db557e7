/** How fast pruned layers multiply, held sparse, beside ONNX Runtime's dense product. */
import { spawnSync } from 'node:child_process';
import * as os from 'node:os';
import { join } from 'node:path';
import { lineChart } from '../src/plot';
import { textTable, writeAtomic } from '../src/system';
import type { Dense, Measured, Sparse } from './peers/sparse';

/** `han`: the density in Han et al. 2016, Table 4. */
const LAYERS: readonly { name: string; inputs: number; outputs: number; han?: number }[] = [
  { name: 'fc1 of LeNet-300-100', inputs: 784, outputs: 300 },
  { name: 'fc2 of LeNet-300-100', inputs: 300, outputs: 100 },
  { name: 'fc1 of LeNet-5', inputs: 800, outputs: 500 },
  { name: 'fc6 of AlexNet', inputs: 9216, outputs: 4096, han: 0.09 },
  { name: 'fc7 of AlexNet', inputs: 4096, outputs: 4096, han: 0.09 },
  { name: 'fc8 of AlexNet', inputs: 4096, outputs: 1000, han: 0.25 },
];
const DENSITIES = [0.01, 0.02, 0.05, 0.09, 0.15, 0.25, 0.35, 0.5];

const comparisons = ['csr, one core', 'csr, all', 'codes, one core', 'codes, all'];

function measure(inputs: number, outputs: number): Measured[] {
  const { status, stdout } = spawnSync(process.execPath, ['--import', 'tsx', join(__dirname, 'peers/sparse.ts'), ...[inputs, outputs, ...DENSITIES].map(String)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (status !== 0) throw new Error(`bench: sparse must end well, got exit code ${status}`);
  return stdout.trim().split('\n').map((line) => JSON.parse(line) as Measured);
}

/** The density at which sparse and dense are equally fast: between two measured ones, a straight line in logarithms. */
function breakEven(rows: readonly Measured[], sparse: Sparse, dense: Dense): string {
  const ratios = rows.map((row) => row.ratios[sparse][dense]);
  const crossing = ratios.findIndex((ratio) => ratio < 1);
  if (crossing < 0) return `> ${percent(DENSITIES.at(-1)!)}`;
  if (crossing === 0) return `< ${percent(DENSITIES[0])}`;
  const [low, high] = [crossing - 1, crossing];
  const part = Math.log(ratios[low]) / Math.log(ratios[low] / ratios[high]);
  return percent(rows[low].density * (rows[high].density / rows[low].density) ** part);
}

const percent = (density: number): string => `${Math.round(100 * density)}%`;
const milliseconds = (time: number): string => time.toPrecision(3);
const times = (ratio: number): string => `${ratio.toFixed(1)}x`;
const kib = (bytes: number): string => Math.round(bytes / 1024).toLocaleString('en');
const geometricMean = (values: readonly number[]): number => Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

export function benchSparse(): string[] {
  const layers = LAYERS.map((layer) => ({ ...layer, measured: measure(layer.inputs, layer.outputs) }));
  const text = [
    '## A pruned layer times a vector, or sixteen, beside the dense product',
    '',
    `Drawn weights. *csr* and *codes* multiply on one core, in WebAssembly; *dense* is ONNX Runtime's product, on one core and on all ${os.availableParallelism()}. One call of ONNX Runtime does 64 products of a LeNet layer in turn, so that what the call itself costs does not count against it; ours does. Times are in milliseconds; \`csr, one core\` says how many times faster CSR is than dense on one core.`,
  ];
  for (const batch of [1, 16]) {
    const speedups = lineChart({
      title: `CSR beside dense, batch ${batch}, one core`,
      x: 'weights kept (%)',
      y: 'times faster than dense',
      log: ['x', 'y'],
      lines: layers.map(({ name, measured }) => {
        const rows = measured.filter((row) => row.batch === batch);
        return { name, x: rows.map(({ density }) => 100 * density), mean: rows.map(({ ratios }) => ratios.csr['one core']) };
      }),
    });
    writeAtomic(join(__dirname, `sparse-batch-${batch}.svg`), speedups.svg());
    const rows = layers.flatMap(({ name, measured }) =>
      measured
        .filter((row) => row.batch === batch)
        .map(({ density, times: ms, ratios }) => [
          name,
          percent(density),
          ...[ms.csr, ms.codes, ms['one core'], ms['all cores']].map(milliseconds),
          ...[ratios.csr['one core'], ratios.csr['all cores'], ratios.codes['one core'], ratios.codes['all cores']].map(times),
        ]),
    );
    const table = textTable(['layer', 'density', 'csr', 'codes', 'dense, one core', 'dense, all', ...comparisons], rows);
    text.push('', `### Batch ${batch}`, '', `![Times faster than dense over the density, CSR on one core, batch ${batch}](sparse-batch-${batch}.svg)`, '', '```', table.trimEnd(), '```');
  }

  const even = layers.flatMap(({ name, measured }) =>
    [1, 16].map((batch) => {
      const rows = measured.filter((row) => row.batch === batch);
      return [name, batch, ...(['csr', 'codes'] as const).flatMap((sparse) => (['one core', 'all cores'] as const).map((dense) => breakEven(rows, sparse, dense)))];
    }),
  );
  text.push('', '### Break-even: the density below which sparse is faster', '', '```', textTable(['layer', 'batch', ...comparisons], even).trimEnd(), '```');

  const atHan = layers.filter(({ han }) => han !== undefined).map(({ measured, ...layer }) => ({ ...layer, measured: measured.filter(({ density }) => density === layer.han) }));
  const speedups = atHan.flatMap(({ name, han, measured }) =>
    measured.map(({ batch, ratios }) => ({ name, han: han!, batch, ratios: [ratios.csr['one core'], ratios.csr['all cores'], ratios.codes['one core'], ratios.codes['all cores']] })),
  );
  const means = [1, 16].map((batch) => {
    const rows = speedups.filter((row) => row.batch === batch);
    return ['geometric mean', '', batch, ...rows[0].ratios.map((_, i) => times(geometricMean(rows.map(({ ratios }) => ratios[i]))))];
  });
  const memory = atHan.map(({ name, inputs, outputs, measured: [{ bytes }] }) => [name, ...[4 * inputs * outputs, bytes.csr, bytes.codes].map(kib)]);
  text.push(
    '',
    `### Han's 3 times`,
    '',
    'Han et al. 2016 report that pruned fully connected layers, held as CSR, are 3 times faster than dense ones on a CPU at batch 1. Here, at the densities of their Table 4 (like with like is one core):',
    '',
    '```',
    textTable(['layer', 'density', 'batch', ...comparisons], [...speedups.map(({ name, han, batch, ratios }) => [name, percent(han), batch, ...ratios.map(times)]), ...means]).trimEnd(),
    '```',
    '',
    'Their memory, in KiB:',
    '',
    '```',
    textTable(['layer', 'dense', 'csr', 'codes'], memory).trimEnd(),
    '```',
  );
  return text;
}
