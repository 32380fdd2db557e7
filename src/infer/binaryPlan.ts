import type { Standardization } from '../data';
import { sizeOf } from '../system';
import type { Arena } from './arena';
import type { BinaryLayer } from './binaryLayers';
import { type BitLayout, bitLayout, bitRows, borderCases, constantsOf, imageLayout, limitsOf, type PixelGroups, pixelGroups, windowOffsets } from './bits';

/** A layer in memory: addresses of its weights and tables, and how its input and output lie. */
export interface PlannedLayer {
  layer: BinaryLayer;
  /** Whether it is dense: then the images of a batch are its rows, else each image's windows are. */
  whole: boolean;
  /** Rows of an image. */
  rows: number;
  input: BitLayout;
  /** Of one row, in the weights and in the windows that are gathered. */
  rowBytes: number;
  weights: number;
  /** Outputs in whole words of 32 bits. */
  padded: number;
  /** For each row where its window begins in an image. */
  windows: number;
  /** For each row the address of its limits, and where its bits go: see `pack`. */
  limits: number;
  pools: PlannedPool[];
  /** Where its bits are at last. */
  output: BitLayout;
  /** Of the first layer alone. */
  images?: PlannedImages;
  /** Bytes of weights and limits. */
  bytes: number;
}

export interface PlannedPool {
  input: BitLayout;
  pixels: number;
  /** Pixels of a window. */
  size: number;
  /** See `pool`. */
  table: number;
  flips: number;
}

export interface PlannedImages {
  /** Bytes of each window, by groups: where they are, and how many. */
  offsets: number;
  count: number;
  /** Words of 64 bits of each group in a row. */
  words: number[];
  /** A row of weights that are all +1. */
  ones: number;
  /** For each row the address of its constants: see `signs`. */
  constants: number;
  scales: number;
}

/** Puts a layer's weights and tables into memory: `capacity` images are a batch, `next` reads what it gives. */
export function planLayer(arena: Arena, layer: BinaryLayer, next: BinaryLayer | undefined, capacity: number, images?: { standardization?: Standardization }): PlannedLayer {
  const { window, channels, outputs, pools } = layer;
  const whole = layer.kind === 'Dense';
  const padded = 32 * Math.ceil(outputs / 32);
  const input = images ? imageLayout(window.input, channels, window) : bitLayout(window.input, channels, window);
  const layouts = [window, ...pools.map(({ window }) => window)].map(({ output }, i) => bitLayout(output, outputs, i < pools.length ? undefined : next?.window));
  const { caseOf, cases } = borderCases(window);
  const rows = caseOf.length;
  const [first] = layouts;
  /** For each row an address, by its case, and where its bits go. */
  const table = (addressOf: (rowCase: number) => number): number =>
    arena.put(Int32Array.from({ length: 2 * (whole ? capacity : rows) }, (_, i) => {
      const row = i >> 1;
      if (i % 2) return whole ? row * first.bytes : first.offsetOf(row);
      return addressOf(whole ? 0 : caseOf[row]);
    }));
  const windows = arena.put(whole ? Int32Array.from({ length: capacity }, (_, image) => image * input.bytes) : windowOffsets(window, input));
  const plannedPools = pools.map((pool, i) => planPool(arena, layer, pool, layouts[i], layouts[i + 1]));
  const shared = { layer, whole, rows, input, padded, windows, pools: plannedPools, output: layouts.at(-1)! };

  if (!images) {
    const rowBytes = 8 * Math.ceil((sizeOf(window.size) * input.pixel) / 8);
    const bits = bitRows(layer, rowBytes, (position, channel) => 8 * position * input.pixel + channel);
    const limits = next ? limitsOf(layer, cases, padded) : new Int32Array(0);
    const at = arena.put(limits);
    return { ...shared, rowBytes, weights: arena.put(bits), limits: table((rowCase) => at + 4 * padded * rowCase), bytes: bits.byteLength + limits.byteLength };
  }

  const groups = pixelGroups(images.standardization);
  const { words, rowBytes, placeOf, offsets } = byteRow(layer, groups, input);
  const bits = bitRows(layer, rowBytes, placeOf);
  const ones = bitRows({ ...layer, outputs: 1, direction: Float32Array.of(1), signs: new Uint8Array(sizeOf(window.size) * channels).fill(1) }, rowBytes, placeOf);
  const constants = constantsOf(layer, groups, cases, padded);
  const at = arena.put(constants);
  const signsFollow = arena.put(new Int32Array(padded).fill(-1));
  return {
    ...shared,
    rowBytes,
    weights: arena.put(bits),
    limits: table(() => signsFollow),
    bytes: bits.byteLength + constants.byteLength,
    images: {
      offsets: arena.put(offsets),
      count: offsets.length,
      words,
      ones: arena.put(ones),
      constants: table((rowCase) => at + 8 * padded * rowCase),
      scales: arena.put(Float64Array.from(groups.scales.flatMap((scale) => [2 * scale, scale]))),
    },
  };
}

/** A row of the first layer: a group of channels after the other, each filled up to words of 64 inputs. */
function byteRow({ window, channels }: BinaryLayer, { scales, group }: PixelGroups, input: BitLayout): { words: number[]; rowBytes: number; placeOf: (position: number, channel: number) => number; offsets: Int32Array } {
  const positions = sizeOf(window.size);
  const sizes = scales.map(() => 0);
  const rank = Int32Array.from({ length: channels }, (_, channel) => sizes[group(channel)]++);
  const words = sizes.map((size) => Math.ceil((positions * size) / 64));
  const starts = words.map((_, i) => 64 * sum(words.slice(0, i)));
  const rowBytes = 8 * sum(words);
  const placeOf = (position: number, channel: number): number => starts[group(channel)] + position * sizes[group(channel)] + rank[channel];
  const offsets = new Int32Array(8 * rowBytes);
  for (let position = 0; position < positions; position++) {
    const at = Math.floor(position / window.size[1]) * input.row + (position % window.size[1]) * input.pixel;
    for (let channel = 0; channel < channels; channel++) offsets[placeOf(position, channel)] = at + channel;
  }
  return { words, rowBytes, placeOf, offsets };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** Windows that reach beyond the input take its nearest pixels twice, which changes no maximum. */
function planPool(arena: Arena, { outputs, direction }: BinaryLayer, { window, ofSigns }: BinaryLayer['pools'][number], input: BitLayout, output: BitLayout): PlannedPool {
  const [height, width] = window.size;
  const pixels = window.output[0] * window.output[1];
  const near = (at: number, length: number): number => Math.min(Math.max(at, 0), length - 1);
  const table = Array.from({ length: pixels }, (_, pixel) => {
    const [top, left] = [Math.floor(pixel / window.output[1]) * window.strides[0] - window.before[0], (pixel % window.output[1]) * window.strides[1] - window.before[1]];
    const places = Array.from({ length: height * width }, (_, i) => near(top + Math.floor(i / width), window.input[0]) * window.input[1] + near(left + (i % width), window.input[1]));
    return [output.offsetOf(pixel), ...places.map(input.offsetOf)];
  });
  // The sign of the largest sum, where +1 is for sums up to a threshold, is the smallest of the signs.
  const flips = new Uint8Array(input.pixel);
  if (!ofSigns) for (let i = 0; i < outputs; i++) if (direction[i] < 0) flips[i >> 3] |= 1 << (i & 7);
  return { input, pixels, size: height * width, table: arena.put(Int32Array.from(table.flat())), flips: arena.put(flips) };
}
