/** Prints, as JSON, the memory in use after two thousand steps and after ten thousand more: MiB of heap, external and resident memory, and tfjs' counts. */
import * as tf from '@tensorflow/tfjs';
import { compile } from '../../src/engine';
import { LABELS, network, X } from './network';

async function main(): Promise<void> {
  const step = await compile(network(3).step, [X, LABELS]);
  const measure = async (steps: number) => {
    for (let i = 0; i < steps; i++) (await step(X, LABELS)).dispose();
    gc!();
    const { heapUsed, external, rss } = process.memoryUsage();
    const { numTensors, numDataBuffers, numBytes } = tf.memory();
    return { mebibytes: [heapUsed, external, rss].map((bytes) => bytes / 2 ** 20), tensors: [numTensors, numDataBuffers, numBytes] };
  };
  console.log(JSON.stringify([await measure(2_000), await measure(10_000)]));
}

void main();
