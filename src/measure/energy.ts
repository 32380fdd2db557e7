import type { LayerMacs } from './macs';

/** Picojoules of one operation in 45 nm (Horowitz 2014, as Courbariaux et al. 2016 print it in Table 2). */
export const OPERATIONS = { 'int8 multiply': 0.2, 'int8 add': 0.03, 'int32 multiply': 3.1, 'int32 add': 0.1, 'float16 multiply': 1.1, 'float16 add': 0.4, 'float32 multiply': 3.7, 'float32 add': 0.9 } as const;

/** Picojoules of reading 64 bits from a memory of at most so many bytes (Table 3); beyond is DRAM, 1,300 to 2,600, of which the least is taken. */
export const MEMORIES = [
  { bytes: 8 * 2 ** 10, picojoules: 10 },
  { bytes: 32 * 2 ** 10, picojoules: 20 },
  { bytes: 2 ** 20, picojoules: 100 },
  { bytes: Infinity, picojoules: 1300 },
] as const;

/** Bits of the gap that is stored beside a kept weight where some are zero (Han et al. 2016, section 2). */
const GAP_BITS = 4;

/** What a net takes for one image, in joules. */
export interface Energy {
  /** The multiplications and additions. */
  arithmetic: number;
  /** Reading the weights. */
  weights: number;
  /** Writing and reading what is between the layers. */
  activations: number;
  /** All three. */
  total: number;
}

/**
 * The energy of a net for one image by the tables of Courbariaux et al. 2016, in joules: each weight is read once, each input of a layer is written and read once, from the smallest memory that holds all weights of the net, or the largest layer's inputs.
 *
 * | operands | one multiply-accumulate |
 * |---|---|
 * | floats | a float32 multiply and add, for weights that are not zero |
 * | at most 8 bits each | an int8 multiply, an int32 add |
 * | a weight of one bit, floats | a float32 add |
 * | one bit each | 3/32 of an int32 add: XNOR, count and sum of 32 at once, which the tables do not have; each is taken to cost what an addition does |
 * | a weight of one bit, an input of n | n times that: bit planes |
 *
 * A weight takes its bits, and 4 for a gap where the layer has zeros.
 *
 * @param layers of `macs(model)`
 */
export function energy(layers: readonly LayerMacs[]): Energy {
  const sum = (of: (layer: LayerMacs) => number) => layers.reduce((total, layer) => total + of(layer), 0);
  const weightBits = sum(({ weights, density, weightBits }) => (density < 1 ? weights * density * (weightBits + GAP_BITS) : weights * weightBits));
  const largest = Math.max(...layers.map(({ inputs, inputBits }) => inputs * inputBits));
  const picojoules = {
    arithmetic: sum((layer) => layer.macs * ofOne(layer)),
    weights: (weightBits / 64) * ofMemory(weightBits / 8),
    activations: 2 * sum(({ inputs, inputBits }) => (inputs * inputBits) / 64) * ofMemory(largest / 8),
  };
  const { arithmetic, weights, activations } = picojoules;
  return { arithmetic: 1e-12 * arithmetic, weights: 1e-12 * weights, activations: 1e-12 * activations, total: 1e-12 * (arithmetic + weights + activations) };
}

const ofMemory = (bytes: number): number => MEMORIES.find((memory) => bytes <= memory.bytes)!.picojoules;

function ofOne({ density, weightBits, inputBits }: LayerMacs): number {
  if (weightBits === 1) return inputBits === 32 ? OPERATIONS['float32 add'] : (inputBits * 3 * OPERATIONS['int32 add']) / 32;
  if (weightBits <= 8 && inputBits <= 8) return OPERATIONS['int8 multiply'] + OPERATIONS['int32 add'];
  return density * (OPERATIONS['float32 multiply'] + OPERATIONS['float32 add']);
}
