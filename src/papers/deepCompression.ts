import { ERROR_POINTS, publishedIn, RELATIVE, ROUNDING, type Published } from './published';

/** Han, Mao & Dally, "Deep Compression", ICLR 2016, arXiv 1510.00149v5: both LeNets on MNIST. */
const PAPER = 'Deep Compression (Han et al., 2016)';
const published = publishedIn(PAPER, 'LeNet-300-100');
const publishedOfLenet5 = publishedIn(PAPER, 'LeNet-5');

/** Table 1: what the whole pipeline promises; to be better is no miss. KB are 1,000 bytes: 1070 of them hold 266,610 floats. */
const table1 = {
  referenceError: published('Table 1', 'reference error', 1.64, '%', 'at most', ERROR_POINTS),
  compressedError: published('Table 1', 'compressed error', 1.58, '%', 'at most', ERROR_POINTS),
  referenceSize: published('Table 1', 'reference size', 1070, 'KB', 'within', 5), // printed in tens
  compressedSize: published('Table 1', 'compressed size', 27, 'KB', 'at most', RELATIVE * 27),
  ratio: published('Table 1', 'compression rate', 40, 'times', 'at least', RELATIVE * 40),
};

export interface Table2Row {
  /** Weights of the layer, in thousands. */
  weights: Published;
  /** Weights kept (P), in percent. */
  kept: Published;
  /** Bits a kept weight: the code's width (P+Q), and after Huffman coding (P+Q+H). */
  weightBits: Published;
  weightBitsHuffman: Published;
  /** Bits a gap between kept weights, likewise. */
  indexBits: Published;
  indexBitsHuffman: Published;
  /** Compressed size in percent of the fp32 weights, codebooks counted: P+Q and P+Q+H. */
  rate: Published;
  rateHuffman: Published;
}

const notDerivable = 'the printed total does not follow from the layers, whose mean by kept weights is 4.4';

function table2Row(layer: string, row: [number, number, number, number, number, number, number, number], note?: string): Table2Row {
  const of = (quantity: string, value: number, unit: string, tolerance: number, about?: string) =>
    published('Table 2', `${layer}: ${quantity}`, value, unit, 'within', tolerance, about);
  const [weights, kept, weightBits, weightBitsHuffman, indexBits, indexBitsHuffman, rate, rateHuffman] = row;
  return {
    weights: of('weights', weights, 'thousand', ROUNDING),
    kept: of('weights kept (P)', kept, '%', ROUNDING),
    weightBits: of('weight bits (P+Q)', weightBits, 'bits', 0),
    weightBitsHuffman: of('weight bits (P+Q+H)', weightBitsHuffman, 'bits', RELATIVE * weightBitsHuffman, note),
    indexBits: of('index bits (P+Q)', indexBits, 'bits', 0),
    indexBitsHuffman: of('index bits (P+Q+H)', indexBitsHuffman, 'bits', RELATIVE * indexBitsHuffman),
    rate: of('compress rate (P+Q)', rate, '%', RELATIVE * rate),
    rateHuffman: of('compress rate (P+Q+H)', rateHuffman, '%', RELATIVE * rateHuffman),
  };
}

/** Table 2: the statistics of each layer. At the same densities and bits both sides of a value count. */
const table2 = {
  ip1: table2Row('ip1', [235, 8, 6, 4.4, 5, 3.7, 3.1, 2.32]),
  ip2: table2Row('ip2', [30, 9, 6, 4.4, 5, 4.3, 3.8, 3.04]),
  ip3: table2Row('ip3', [1, 26, 6, 4.3, 5, 3.2, 15.7, 12.7]),
  total: table2Row('total', [266, 8, 6, 5.1, 5, 3.7, 3.1, 2.49], notDerivable),
  /** The totals' rates as original / compressed. */
  times: {
    pruned: published('Table 2', 'total: compression by P', 12, 'times', 'within', RELATIVE * 12),
    shared: published('Table 2', 'total: compression by P+Q', 32, 'times', 'within', RELATIVE * 32),
    coded: published('Table 2', 'total: compression by P+Q+H', 40, 'times', 'within', RELATIVE * 40),
  },
};

/** What Table 1 prints of LeNet-5. */
const lenet5 = {
  table1: {
    referenceError: publishedOfLenet5('Table 1', 'reference error', 0.8, '%', 'at most', ERROR_POINTS),
    referenceSize: publishedOfLenet5('Table 1', 'reference size', 1720, 'KB', 'within', 5), // printed in tens
  },
};

export const deepCompression = { table1, table2, lenet5 };
