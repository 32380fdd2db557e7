import { ERROR_POINTS, publishedIn, RELATIVE, ROUNDING, type Published } from './published';

/** Han, Mao & Dally, "Deep Compression", ICLR 2016, arXiv 1510.00149v5. */
const PAPER = 'Deep Compression (Han et al., 2016)';
const of = (net: string) => publishedIn(PAPER, net);

/** Table 1: what the whole pipeline promises; to be better is no miss. KB are 1,000 bytes: 1070 of them hold 266,610 floats. */
function table1(net: string, [referenceError, compressedError, referenceSize, compressedSize, ratio]: [number, number, number, number, number]) {
  const published = of(net);
  return {
    referenceError: published('Table 1', 'reference error', referenceError, '%', 'at most', ERROR_POINTS),
    compressedError: published('Table 1', 'compressed error', compressedError, '%', 'at most', ERROR_POINTS),
    referenceSize: published('Table 1', 'reference size', referenceSize, 'KB', 'within', 5), // printed in tens
    compressedSize: published('Table 1', 'compressed size', compressedSize, 'KB', 'at most', RELATIVE * compressedSize),
    ratio: published('Table 1', 'compression rate', ratio, 'times', 'at least', RELATIVE * ratio),
  };
}

/** A line of Tables 2 to 5: the statistics of a layer, or of a whole net. */
export interface LayerRow {
  /** Weights of the layer, in thousands. */
  weights: Published;
  /** Weights kept (P), in percent. */
  kept: Published;
  /** Bits of a kept weight: the code's width (P+Q). */
  weightBits: Published;
  /** Bits of a kept weight after Huffman coding (P+Q+H). */
  weightBitsHuffman: Published;
  /** Bits of a gap between kept weights (P+Q). */
  indexBits: Published;
  /** Bits of a gap after Huffman coding (P+Q+H). */
  indexBitsHuffman: Published;
  /** Compressed size in percent of the fp32 weights, codebooks counted (P+Q). */
  rate: Published;
  /** Likewise after Huffman coding (P+Q+H). */
  rateHuffman: Published;
}

/** Weights in thousands, kept in percent, bits P+Q and P+Q+H of a weight and of a gap, rates P+Q and P+Q+H in percent. */
type Printed = [weights: number, kept: number, weightBits: number, weightBitsHuffman: number, indexBits: number, indexBitsHuffman: number, rate: number, rateHuffman: number];

/** At the same densities and bits both sides of a value count. */
function layerRow(table: string, net: string, layer: string, printed: Printed, note?: string): LayerRow {
  const published = of(net);
  const value = (quantity: string, value: number, unit: string, tolerance: number, about?: string) =>
    published(table, `${layer}: ${quantity}`, value, unit, 'within', tolerance, about);
  const [weights, kept, weightBits, weightBitsHuffman, indexBits, indexBitsHuffman, rate, rateHuffman] = printed;
  return {
    weights: value('weights', weights, 'thousand', weights < 1 ? 0.05 : weights < 1000 ? ROUNDING : 500), // from a million on printed in millions
    kept: value('weights kept (P)', kept, '%', ROUNDING),
    weightBits: value('weight bits (P+Q)', weightBits, 'bits', Number.isInteger(weightBits) ? 0 : 0.05),
    weightBitsHuffman: value('weight bits (P+Q+H)', weightBitsHuffman, 'bits', RELATIVE * weightBitsHuffman, note),
    indexBits: value('index bits (P+Q)', indexBits, 'bits', 0),
    indexBitsHuffman: value('index bits (P+Q+H)', indexBitsHuffman, 'bits', RELATIVE * indexBitsHuffman),
    rate: value('compress rate (P+Q)', rate, '%', RELATIVE * rate),
    rateHuffman: value('compress rate (P+Q+H)', rateHuffman, '%', RELATIVE * rateHuffman),
  };
}

/** A net's rates as original / compressed. */
type Times = Record<'pruned' | 'shared' | 'coded', Published>;

/** The totals' rates by P, P+Q and P+Q+H. */
function totals(table: string, net: string, [pruned, shared, coded]: [number, number, number]): Times {
  const rate = (stage: string, times: number) => of(net)(table, `total: compression by ${stage}`, times, 'times', 'within', RELATIVE * times);
  return { pruned: rate('P', pruned), shared: rate('P+Q', shared), coded: rate('P+Q+H', coded) };
}

/** Tables 2 to 5: a line for each layer as the paper names it, one for the total, and the total's compression. */
export interface PublishedTable {
  times: Times;
  [layer: string]: LayerRow | Times;
}

/** A table's layers, with their names as printed; its total is the last line. */
const layerTable = <Layer extends string>(table: string, net: string, printed: Record<Layer, Printed>, times: [number, number, number], notes: Partial<Record<Layer, string>> = {}) => ({
  ...(Object.fromEntries(Object.entries<Printed>(printed).map(([layer, row]) => [layer, layerRow(table, net, layer, row, notes[layer as Layer])])) as Record<Layer, LayerRow>),
  times: totals(table, net, times),
});

const table2 = layerTable(
  'Table 2',
  'LeNet-300-100',
  {
    ip1: [235, 8, 6, 4.4, 5, 3.7, 3.1, 2.32],
    ip2: [30, 9, 6, 4.4, 5, 4.3, 3.8, 3.04],
    ip3: [1, 26, 6, 4.3, 5, 3.2, 15.7, 12.7],
    total: [266, 8, 6, 5.1, 5, 3.7, 3.1, 2.49],
  },
  [12, 32, 40],
  { total: 'the printed total does not follow from the layers, whose mean by kept weights is 4.4' },
);

const table3 = layerTable(
  'Table 3',
  'LeNet-5',
  {
    conv1: [0.5, 66, 8, 7.2, 5, 1.5, 78.5, 67.45],
    conv2: [25, 12, 8, 7.2, 5, 3.9, 6, 5.28],
    ip1: [400, 8, 5, 4.5, 5, 4.5, 2.7, 2.45],
    ip2: [5, 19, 5, 5.2, 5, 3.7, 6.9, 6.13],
    total: [431, 8, 5.3, 4.1, 5, 4.4, 3.05, 2.55],
  },
  [12, 33, 39],
  { total: 'the printed total does not follow from the layers, whose mean by kept weights is 4.8', ip2: 'printed above the 5 bits of the code before Huffman coding' },
);

const table4 = layerTable(
  'Table 4',
  'AlexNet',
  {
    conv1: [35, 84, 8, 6.3, 4, 1.2, 32.6, 20.53],
    conv2: [307, 38, 8, 5.5, 4, 2.3, 14.5, 9.43],
    conv3: [885, 35, 8, 5.1, 4, 2.6, 13.1, 8.44],
    conv4: [663, 37, 8, 5.2, 4, 2.5, 14.1, 9.11],
    conv5: [442, 37, 8, 5.6, 4, 2.5, 14, 9.43],
    fc6: [38_000, 9, 5, 3.9, 4, 3.2, 3, 2.39],
    fc7: [17_000, 9, 5, 3.6, 4, 3.7, 3, 2.46],
    fc8: [4000, 25, 5, 4, 4, 3.2, 7.3, 5.85],
    total: [61_000, 11, 5.4, 4, 4, 3.2, 3.7, 2.88],
  },
  [9, 27, 35],
);

const table5 = layerTable(
  'Table 5',
  'VGG-16',
  {
    conv1_1: [2, 58, 8, 6.8, 5, 1.7, 40, 29.97],
    conv1_2: [37, 22, 8, 6.5, 5, 2.6, 9.8, 6.99],
    conv2_1: [74, 34, 8, 5.6, 5, 2.4, 14.3, 8.91],
    conv2_2: [148, 36, 8, 5.9, 5, 2.3, 14.7, 9.31],
    conv3_1: [295, 53, 8, 4.8, 5, 1.8, 21.7, 11.15],
    conv3_2: [590, 24, 8, 4.6, 5, 2.9, 9.7, 5.67],
    conv3_3: [590, 42, 8, 4.6, 5, 2.2, 17, 8.96],
    conv4_1: [1000, 32, 8, 4.6, 5, 2.6, 13.1, 7.29],
    conv4_2: [2000, 27, 8, 4.2, 5, 2.9, 10.9, 5.93],
    conv4_3: [2000, 34, 8, 4.4, 5, 2.5, 14, 7.47],
    conv5_1: [2000, 35, 8, 4.7, 5, 2.5, 14.3, 8],
    conv5_2: [2000, 29, 8, 4.6, 5, 2.7, 11.7, 6.52],
    conv5_3: [2000, 36, 8, 4.6, 5, 2.3, 14.8, 7.79],
    fc6: [103_000, 4, 5, 3.6, 5, 3.5, 1.6, 1.1],
    fc7: [17_000, 4, 5, 4, 5, 4.3, 1.5, 1.25],
    fc8: [4000, 23, 5, 4, 5, 3.4, 7.1, 5.24],
    total: [138_000, 7.5, 6.4, 4.1, 5, 3.1, 3.2, 2.05],
  },
  [13, 31, 49],
);

/** Table 1, of the nets that are not trained here. */
const compressedSize = (net: string, size: number) => of(net)('Table 1', 'compressed size', size, 'MB', 'within', RELATIVE * size);

/** What Han et al. 2016 print in Tables 1 to 5: both LeNets, AlexNet and VGG-16. */
export const han2016 = {
  table1: table1('LeNet-300-100', [1.64, 1.58, 1070, 27, 40]),
  table2,
  lenet5: { table1: table1('LeNet-5', [0.8, 0.74, 1720, 44, 39]), table3 },
  alexnet: { table4, size: compressedSize('AlexNet', 6.9) },
  vgg16: { table5, size: compressedSize('VGG-16', 11.3) },
};
