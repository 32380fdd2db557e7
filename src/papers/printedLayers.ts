/** Tables 2 to 5 of Han et al. 2016, reckoned with: what their layers should add up to. */
import type { StoredLayer } from '../measure';
import type { LayerRow, PublishedTable } from './han2016';

/** Weights of each layer, by its name in the tables, which print them rounded. AlexNet's conv2, conv4 and conv5 are in two groups, as its authors had two cards. */
export const layerSizes = {
  'LeNet-300-100': { ip1: 784 * 300, ip2: 300 * 100, ip3: 100 * 10 },
  'LeNet-5': { conv1: 5 * 5 * 20, conv2: 5 * 5 * 20 * 50, ip1: 800 * 500, ip2: 500 * 10 },
  AlexNet: { conv1: 11 * 11 * 3 * 96, conv2: 5 * 5 * 48 * 256, conv3: 9 * 256 * 384, conv4: 9 * 192 * 384, conv5: 9 * 192 * 256, fc6: 9216 * 4096, fc7: 4096 * 4096, fc8: 4096 * 1000 },
  'VGG-16': {
    conv1_1: 9 * 3 * 64,
    conv1_2: 9 * 64 * 64,
    conv2_1: 9 * 64 * 128,
    conv2_2: 9 * 128 * 128,
    conv3_1: 9 * 128 * 256,
    conv3_2: 9 * 256 * 256,
    conv3_3: 9 * 256 * 256,
    conv4_1: 9 * 256 * 512,
    conv4_2: 9 * 512 * 512,
    conv4_3: 9 * 512 * 512,
    conv5_1: 9 * 512 * 512,
    conv5_2: 9 * 512 * 512,
    conv5_3: 9 * 512 * 512,
    fc6: 25088 * 4096,
    fc7: 4096 * 4096,
    fc8: 4096 * 1000,
  },
} as const satisfies Record<string, Record<string, number>>;

type Sizes = Readonly<Record<string, number>>;

/** The printed layers as `measure.account` takes them, of the sizes that the architecture has. */
export function printedLayers(table: PublishedTable, sizes: Sizes): StoredLayer[] {
  return Object.entries(sizes).map(([layer, weights]) => {
    const row = rowOf(table, layer);
    return {
      layer,
      weights,
      density: row.kept.value / 100,
      weightBits: row.weightBits.value,
      indexBits: row.indexBits.value,
      weightBitsCoded: row.weightBitsHuffman.value,
      indexBitsCoded: row.indexBitsHuffman.value,
    };
  });
}

/** A printed total, and what the printed layers give for it. */
export interface CheckedTotal {
  quantity: keyof LayerRow;
  /** As a claim names it: `weight bits (P+Q)`. */
  name: string;
  unit: string;
  /** The mean over the layers: of densities and rates by the weights, of bits by the kept weights. */
  fromLayers: number;
  printed: number;
}

const checked: (keyof LayerRow)[] = ['kept', 'weightBits', 'weightBitsHuffman', 'indexBitsHuffman', 'rate', 'rateHuffman'];

/** What the printed layers of a table add up to, beside its printed total. */
export function checkTotals(table: PublishedTable, sizes: Sizes): CheckedTotal[] {
  const layers = Object.entries(sizes).map(([layer, weights]) => ({ row: rowOf(table, layer), weights }));
  return checked.map((quantity) => {
    const { quantity: full, unit, value: printed } = rowOf(table, 'total')[quantity];
    const by = ({ row, weights }: (typeof layers)[number]) => (unit === 'bits' ? weights * row.kept.value : weights);
    const sum = layers.reduce((total, layer) => total + layer.row[quantity].value * by(layer), 0);
    return { quantity, name: full.replace(/^.*total: /, ''), unit, fromLayers: sum / layers.reduce((total, layer) => total + by(layer), 0), printed };
  });
}

function rowOf(table: PublishedTable, layer: string): LayerRow {
  const row = Object.hasOwn(table, layer) ? table[layer] : undefined;
  if (!row || !('kept' in row)) throw new RangeError(`printedLayers: the table must print ${layer}; it has ${Object.keys(table).join(', ')}`);
  return row;
}
