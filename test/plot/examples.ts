import { errorByStage, evidenceMap, figure, imageGrid, softTargetsChart, learningCurve, ledgerBars, lineChart, heatmap, rooflineChart, weightHistogram, type Figure } from '../../src/plot';
import { fractions, key, normal, split } from '../../src/random';

const drawn = { name: 'drawn digits', real: false };
const mnist = { name: 'MNIST', real: true };

const layer = (name: string, seed: number, count: number, density: number) => {
  const before = normal(key(seed), count, { standardDeviation: 0.05 });
  const threshold = [...before].map(Math.abs).sort((a, b) => b - a)[Math.floor(count * density)];
  return { name, before, after: before.map((weight) => (Math.abs(weight) > threshold ? weight * 1.2 : 0)) };
};

/** Rings that grow, 28 × 28. */
function rings(): Figure {
  const pixels = Array.from({ length: 20 * 784 }, (_, i) => {
    const distance = Math.hypot((i % 28) - 13.5, (Math.floor(i / 28) % 28) - 13.5);
    return Math.max(0, 255 - 80 * Math.abs(distance - Math.floor(i / 784) / 1.6));
  });
  return imageGrid({ title: 'Twenty images to classify', images: pixels, shape: [28, 28], labels: Array.from({ length: 20 }, (_, i) => i), data: drawn });
}

/** Two digits of stripes, and what a teacher may know of them. */
function stripes(): Figure {
  const pixels = Uint8Array.from({ length: 2 * 784 }, (_, i) => (i < 784 ? i % 5 : Math.floor(i / 28) % 5) === 0 ? 255 : 0);
  const targets = [1e-12, 0.9, 1e-6, 0.1 - 1e-6, 0.2, 0.3, 0.4, 0.1];
  return softTargetsChart({ title: 'What a teacher knows', images: pixels, shape: [28, 28], labels: [1, 2], classes: ['a', 'b', 'c', 'd'], soft: [{ temperature: 1, targets }, { temperature: 4, targets: targets.map((p) => 0.125 + p / 2) }], data: drawn });
}

/** A ring in colour, and evidence in one corner. */
function evidence(): Figure {
  const image = Uint8Array.from({ length: 60 * 60 * 3 }, (_, i) => [250, 180, 60][i % 3] * Number(Math.abs(Math.hypot((Math.floor(i / 3) % 60) - 29.5, Math.floor(i / 180) - 29.5) - 20) < 5));
  const lies = Float32Array.from({ length: 3600 }, (_, i) => Math.exp(-Math.hypot((i % 60) - 15, Math.floor(i / 60) - 15) / 12) - 0.05);
  return evidenceMap({ title: 'A ring', image, shape: [60, 60, 3], evidence: lies });
}

/** Each figure of the course on small fixed data. */
export const examples: Record<string, () => Figure> = {
  weightHistogram: () => weightHistogram({ stage: 'pruning', layers: [layer('ip1', 1, 20_000, 0.08), layer('ip2', 2, 3000, 0.09), layer('ip3', 3, 1000, 0.26)], data: drawn }),
  errorByStage: () =>
    errorByStage({
      stages: [
        { name: 'reference', errors: [0.0161, 0.0164, 0.017, 0.0158, 0.0166] },
        { name: 'pruned', errors: [0.0155, 0.0162, 0.0166, 0.0157, 0.016] },
        { name: 'shared', errors: [0.016, 0.0164, 0.0172, 0.0161, 0.0163] },
        { name: 'coded', errors: [0.016, 0.0164, 0.0172, 0.0161, 0.0163] },
      ],
      data: mnist,
    }),
  errorOfKinds: () =>
    errorByStage({
      title: 'Two kinds of nets, which are compared with each other by a title that is too long for one line, mean of 2 seeds',
      x: 'kind of net',
      stages: [
        { name: 'signs', errors: [0.02, 0.021] },
        { name: 'floats', errors: [0.012, 0.013] },
      ],
      data: drawn,
    }),
  ledgerBars: () => {
    const row = (layer: string, [gapBytes, codeBytes, codebookBytes, tableBytes, biasBytes, headerBytes]: number[]) => ({
      ...{ layer, gapBytes, codeBytes, codebookBytes, tableBytes, biasBytes, headerBytes, valueBytes: 0 },
      bytes: gapBytes + codeBytes + codebookBytes + tableBytes + biasBytes + headerBytes,
    });
    const rows = [row('ip1', [8600, 10_300, 256, 71, 1200, 14]), row('ip2', [1440, 1500, 256, 68, 400, 14]), row('ip3', [105, 140, 256, 60, 40, 14]), row('file', [0, 0, 0, 0, 0, 212])];
    return ledgerBars({ ledger: [...rows, row('total', [10_145, 11_940, 768, 199, 1640, 254])] });
  },
  learningCurve: () => learningCurve({ y: 'error (%)', curves: { training: [[9, 4, 2.5, 1.4, 0.9], [9.5, 4.1, 2.2, 1.3, 1]], test: [[8, 4.4, 3, 2.3, 2.1], [8.8, 4.3, 3.1, 2.2, 2]] }, data: drawn }),
  images: rings,
  knowledge: stripes,
  matrix: () =>
    heatmap({
      title: 'Pruning worked by hand',
      matrices: {
        weights: [[0.9, -0.1, 0.05], [-0.7, 0.3, -0.02], [0.11, -0.4, 0.6]],
        mask: [[1, 0, 0], [1, 1, 0], [0, 1, 1]],
        'weights that are left': [[0.9, 0, 0], [-0.7, 0.3, 0], [0, -0.4, 0.6]],
      },
    }),
  lines: () =>
    lineChart({
      title: 'Error against what is kept',
      x: 'weights kept (%)',
      y: 'error on the test set (%)',
      log: ['x'],
      lines: [
        { name: 'with retraining', x: [2, 4, 8, 16, 32], mean: [3.1, 2, 1.62, 1.6, 1.61], standardDeviation: [0.3, 0.1, 0.06, 0.05, 0.05] },
        { name: 'without', x: [2, 4, 8, 16, 32], mean: [60, 31, 9, 2.4, 1.7], standardDeviation: [8, 5, 2, 0.3, 0.1] },
      ],
      data: mnist,
    }),
  evidence,
  roofline: () =>
    rooflineChart({
      title: 'Layers below the roofs of a machine',
      peaks: { operations: 120e9, bandwidth: 10e9 },
      nets: {
        small: [{ name: 'conv1', intensity: 11, operations: 40e9 }, { name: 'conv2', intensity: 55, operations: 100e9 }, { name: 'conv3', intensity: 6, operations: 30e9 }],
        large: [{ name: 'fc6', intensity: 0.5, operations: 4.5e9 }, { name: 'fc7', intensity: 0.5, operations: 4e9 }],
      },
    }),
  longNames: () =>
    figure({
      title: 'A bar chart with long names <and signs & such>',
      x: 'samples a second (thousands)',
      y: 'method',
      traces: [{ type: 'bar', orientation: 'h', y: ['ONNX Runtime, compiled step', 'tfjs, backend wasm', 'tfjs, backend cpu', 'PyTorch with two threads'], x: [83, 4.2, 0.3, 89] }],
    }),
  longCurve: () => {
    const [noise] = split(key(7), 1).map(fractions);
    const steps = Array.from({ length: 4000 }, (_, i) => i);
    return lineChart({ title: 'Loss while training', x: 'step', y: 'loss (nats)', lines: [{ name: 'loss', x: steps, mean: steps.map((i) => 2.3 * Math.exp(-i / 600) + 0.1 * noise()) }] });
  },
};
