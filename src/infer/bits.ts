import type { Standardization } from '../data';
import { sizeOf } from '../system';
import type { BinaryLayer } from './binaryLayers';
import { beginnings, bordered, inside, isWhole, type Window } from './windows';

/** How bits of an image lie: a pixel's channels in whole words of 32 bits, row by row, within the border that the windows of the layer that reads them reach. */
export interface BitLayout {
  pixel: number;
  /** Bytes of an image. */
  bytes: number;
  /** Bytes of a row of pixels. */
  row: number;
  /** Where a pixel's bits begin, in bytes. */
  offsetOf: (pixel: number) => number;
}

export function bitLayout([height, width]: readonly [number, number], channels: number, reader?: Window): BitLayout {
  return imageLayout([height, width], 4 * Math.ceil(channels / 32), reader, 8);
}

/** The same for values of any size; an image's bytes are a multiple of `unit`. */
export function imageLayout([height, width]: readonly [number, number], pixel: number, reader?: Window, unit = 1): BitLayout {
  const border = reader && !isWhole(reader) ? { lengths: bordered(reader), before: reader.before } : { lengths: [height, width], before: [0, 0] };
  const row = pixel * border.lengths[1];
  return {
    pixel,
    row,
    bytes: Math.ceil((row * border.lengths[0]) / unit) * unit,
    offsetOf: (i) => row * (border.before[0] + Math.floor(i / width)) + pixel * (border.before[1] + (i % width)),
  };
}

/** Where each window begins in the image of a layout, in bytes. */
export const windowOffsets = (window: Window, { pixel, row }: BitLayout): Int32Array =>
  Int32Array.from(beginnings(window), (at) => (at.row + window.before[0]) * row + (at.column + window.before[1]) * pixel);

/** 1 for the outputs whose direction is −1. */
const turned = ({ direction }: BinaryLayer): Uint8Array => Uint8Array.from(direction, (value) => Number(value < 0));

/** Weights as rows of bits, an even number of them, `[outputs, bytes]`: 1 for +1, turned where an output's direction is −1, so that all are +1. `placeOf` gives each weight's bit in its row. */
export function bitRows(layer: BinaryLayer, bytes: number, placeOf: (position: number, channel: number) => number): Uint8Array {
  const { window, channels, outputs, signs } = layer;
  const turn = turned(layer);
  // By columns first, for then memory is gone through in order: four times as fast.
  const columns = new Uint8Array(bytes * outputs);
  let i = 0;
  for (let position = 0; position < sizeOf(window.size); position++) {
    for (let channel = 0; channel < channels; channel++) {
      const place = placeOf(position, channel);
      const [column, bit] = [(place >> 3) * outputs, place & 7];
      for (let output = 0; output < outputs; output++) columns[column + output] |= (signs[i++] ^ turn[output]) << bit;
    }
  }
  const rows = new Uint8Array(bytes * (outputs + (outputs % 2)));
  for (let output = 0, at = 0; output < outputs; output++) for (let byte = 0; byte < bytes; byte++) rows[at++] = columns[byte * outputs + output];
  return rows;
}

/** How the bytes of images become numbers: channels whose scale is one and the same are a group. */
export interface PixelGroups {
  /** x = scale · byte + shift; scales of the groups, shifts of the channels. */
  scales: number[];
  shift: (channel: number) => number;
  group: (channel: number) => number;
}

export function pixelGroups({ mean, standardDeviation }: Standardization = { mean: [0], standardDeviation: [1] }): PixelGroups {
  const own = standardDeviation.map((deviation) => 1 / (255 * deviation));
  const scales = [...new Set(own)];
  return {
    scales,
    shift: (channel) => -mean[channel % mean.length] / standardDeviation[channel % mean.length],
    group: (channel) => scales.indexOf(own[channel % own.length]),
  };
}

/** Which windows lie on the input in the same way: the case of each, and for each case the places that lie on it. */
export function borderCases(window: Window): { caseOf: number[]; cases: boolean[][] } {
  const cases = new Map<string, { index: number; places: boolean[] }>();
  const caseOf = beginnings(window).map((at) => {
    const places = inside(window, at);
    const name = places.map(Number).join('');
    if (!cases.has(name)) cases.set(name, { index: cases.size, places });
    return cases.get(name)!.index;
  });
  return { caseOf, cases: [...cases.values()].map(({ places }) => places) };
}

/** The least sum, in the weights as `bitRows` turns them, whose sign is +1: `[outputs]`. */
const least = ({ outputs, scales, bias, threshold, direction }: BinaryLayer): Float64Array =>
  Float64Array.from({ length: outputs }, (_, i) => {
    const sum = (direction[i] * (threshold[i] - (bias?.[i] ?? 0))) / scales[i];
    return Number.isNaN(sum) ? Infinity : sum; // of a filter of zeros
  });

/** Σ of a number a channel over the weights at each place of the window, as `bitRows` turns them: `[places, outputs]`. */
function placeSums(layer: BinaryLayer, plus: (channel: number) => number, minus: (channel: number) => number): Float64Array {
  const { window, channels, outputs, signs } = layer;
  const turn = turned(layer);
  const sums = new Float64Array(sizeOf(window.size) * outputs);
  for (let i = 0, place = 0; place < sums.length; place += outputs) {
    for (let channel = 0; channel < channels; channel++) {
      const numbers = [minus(channel), plus(channel)];
      for (let output = 0; output < outputs; output++) sums[place + output] += numbers[signs[i++] ^ turn[output]];
    }
  }
  return sums;
}

/**
 * For each case of the border and each output, most bits that may differ for a sign of +1: `[cases, padded outputs]`. A window's n bits on the input with d differing ones make a sum of n − 2 d; on the border
 * all inputs are 0 bits, so that as many differ as the weights there have bits.
 */
export function limitsOf(layer: BinaryLayer, cases: readonly boolean[][], padded: number): Int32Array {
  const [wanted, ones] = [least(layer), placeSums(layer, () => 1, () => 0)];
  return Int32Array.from({ length: cases.length * padded }, (_, i) => {
    const [places, output] = [cases[Math.floor(i / padded)], i % padded];
    if (output >= layer.outputs) return -(2 ** 31);
    let [on, beyond] = [0, 0];
    places.forEach((isOn, place) => (isOn ? (on += layer.channels) : (beyond += ones[place * layer.outputs + output])));
    return Math.min(Math.max(Math.floor((on - wanted[output]) / 2) + beyond, -(2 ** 31)), 2 ** 31 - 1);
  });
}

/** Of the first layer, what a sum has besides the bytes, less the least sum for a sign of +1: `[cases, padded outputs]`. */
export function constantsOf(layer: BinaryLayer, { shift }: PixelGroups, cases: readonly boolean[][], padded: number): Float64Array {
  const [wanted, shifts] = [least(layer), placeSums(layer, shift, (channel) => -shift(channel))];
  return Float64Array.from({ length: cases.length * padded }, (_, i) => {
    const [places, output] = [cases[Math.floor(i / padded)], i % padded];
    if (output >= layer.outputs) return -Infinity;
    return places.reduce((sum, isOn, place) => (isOn ? sum + shifts[place * layer.outputs + output] : sum), -wanted[output]);
  });
}
