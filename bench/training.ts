/** A net's training step beside what people would use instead: samples a second, memory, time to compile. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import * as os from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type BenchName, nets, type OptimizerName, words } from './nets';

/** What a step takes: images, or words. */
const samplesOf = (net: BenchName): number => (net === 'words' ? words.batch * words.steps : nets[net].batch);

const ROUNDS = 15;
/** Seconds that a peer runs in each round, about. */
const TURN = 0.5;

const threads = os.availableParallelism();
const peer = (file: string) => join(__dirname, 'peers', file);
const node = (file: string, ...args: string[]) => [process.execPath, '--import', 'tsx', peer(file), ...args];

interface Peer {
  name: string;
  process: ChildProcess;
  next: () => Promise<string>;
  /** Seconds until the first step was ready. */
  prepared: number;
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
  let line = '';
  while (!line.startsWith('ready ')) line = await next();
  return { name, process, next, prepared: Number(line.slice(6)), steps: 1, speeds: [] };
}

async function ask({ process, next }: Peer, line: string | number): Promise<number> {
  process.stdin!.write(`${line}\n`);
  return Number(await next());
}

const run = (peer: Peer): Promise<number> => ask(peer, peer.steps);

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

export interface Row {
  peer: string;
  /** Median over the rounds. */
  samplesPerSecond: number;
  /** Median over the rounds of our speed / theirs, both in the same round. */
  ratio: number;
  /** The most MiB that the process had. */
  memory: number;
  /** Seconds that tracing and compiling took; 0 for a peer that does not compile. */
  prepared: number;
}

export const hasTorch = (): boolean => spawnSync('python3', ['-c', 'import torch']).status === 0;

/** @param backends those of tfjs to be measured too: only dense nets train there in reasonable time, or at all */
export async function benchTraining(net: BenchName, optimizer: OptimizerName, backends: readonly string[]): Promise<Row[]> {
  const peers = [
    await start('squeezelab', node(net === 'words' ? 'words.ts' : 'squeezelab.ts', net, optimizer)),
    ...(await Promise.all(backends.map((backend) => start(`tfjs ${backend}`, node('tfjs.ts', net, optimizer, backend))))),
    ...(hasTorch() ? [await start('PyTorch', ['python3', peer('pytorch.py'), net, optimizer, String(threads)])] : []),
  ];
  for (const one of peers) one.steps = Math.max(1, Math.round(TURN / (await run(one))));
  for (const one of peers) one.steps = Math.max(1, Math.round((TURN * one.steps) / (await run(one))));
  for (let round = 0; round < ROUNDS; round++) {
    if (process.stderr.isTTY) process.stderr.write(`\r${net}: round ${round + 1} of ${ROUNDS}${round + 1 < ROUNDS ? '' : '\n'}`);
    for (const one of peers) one.speeds.push((one.steps * samplesOf(net)) / (await run(one)));
  }
  const rows: Row[] = [];
  for (const { name, speeds, prepared, ...one } of peers) {
    const ratio = median(speeds.map((speed, round) => peers[0].speeds[round] / speed));
    rows.push({ peer: name, samplesPerSecond: median(speeds), ratio, memory: await ask({ name, speeds, prepared, ...one }, 'memory'), prepared });
    one.process.kill();
  }
  return rows;
}
