/** One training step of LeNet-300-100, batch 128, beside what people would use instead: samples a second. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import * as os from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const BATCH = 128;
const ROUNDS = 15;
/** Seconds that a peer runs in each round, about. */
const TURN = 0.4;

const threads = os.availableParallelism();
const peer = (file: string) => join(__dirname, 'peers', file);
const node = (file: string, ...args: string[]) => [process.execPath, '--import', 'tsx', peer(file), ...args];

interface Peer {
  name: string;
  process: ChildProcess;
  next: () => Promise<string>;
  steps: number;
  /** Samples a second in each round. */
  speeds: number[];
}

async function start(name: string, [command, ...args]: string[]): Promise<Peer> {
  const process = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: process.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = (await lines.next()) as IteratorResult<string, undefined>;
    if (done) throw new Error(`bench: ${name} ended before it answered`);
    return value;
  };
  while ((await next()) !== 'ready');
  return { name, process, next, steps: 1, speeds: [] };
}

async function run({ process, next, steps }: Peer): Promise<number> {
  process.stdin!.write(`${steps}\n`);
  return Number(await next());
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

export interface Row {
  peer: string;
  /** Median over the rounds. */
  samplesPerSecond: number;
  /** Median over the rounds of our speed / theirs, both in the same round. */
  ratio: number;
}

export const hasTorch = (): boolean => spawnSync('python3', ['-c', 'import torch']).status === 0;

export async function benchTraining(optimizer: 'sgd' | 'adam'): Promise<Row[]> {
  const peers = [
    await start('squeezelab', node('squeezelab.ts', optimizer)),
    await start('tfjs wasm', node('tfjs.ts', optimizer, 'wasm')),
    await start('tfjs cpu', node('tfjs.ts', optimizer, 'cpu')),
    ...(hasTorch() ? [await start('PyTorch', ['python3', peer('pytorch.py'), optimizer, String(threads)])] : []),
  ];
  for (const one of peers) one.steps = Math.max(1, Math.round(TURN / (await run(one))));
  for (const one of peers) one.steps = Math.max(1, Math.round((TURN * one.steps) / (await run(one))));
  for (let round = 0; round < ROUNDS; round++) {
    for (const one of peers) one.speeds.push((one.steps * BATCH) / (await run(one)));
  }
  for (const { process } of peers) process.kill();
  return peers.map(({ name, speeds }) => ({
    peer: name,
    samplesPerSecond: median(speeds),
    ratio: median(speeds.map((speed, round) => peers[0].speeds[round] / speed)),
  }));
}
