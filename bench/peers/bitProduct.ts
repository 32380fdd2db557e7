import { Arena } from '../../src/infer/arena';
import { source } from '../../src/infer/binaryKernels';
import type { BinaryLayer } from '../../src/infer/binaryLayers';
import { planLayer } from '../../src/infer/binaryPlan';
import { encodeCalls, phasesOf, placeRoom, placeTile, share } from '../../src/infer/binaryProgram';
import { bitRows } from '../../src/infer/bits';
import { threadsNow } from '../../src/system';
import { Thread } from '../../src/infer/threads';
import { compileText, functionsOf, memoryOf } from '../../src/infer/webAssembly';
import { wholeOf } from '../../src/infer/windows';

const signsOf = (values: Float32Array): Uint8Array => Uint8Array.from(values, (value) => Number(value > 0));

/** The counts of a product of signs x `[batch, inputs]`, already bits as a layer before has them, with weights `[inputs, outputs]`, on so many threads. */
export async function bitProduct(weights: Float32Array, [inputs, outputs]: readonly [number, number], x: Float32Array): Promise<(threads: number) => void> {
  const batch = x.length / inputs;
  const ones = (length: number): Float32Array => new Float32Array(length).fill(1);
  const layer = (signs: Uint8Array, outputs: number): BinaryLayer => ({ name: 'product', kind: 'Dense', window: wholeOf([1, 1]), channels: inputs, outputs, signs, scales: ones(outputs), threshold: ones(outputs), direction: ones(outputs), pools: [] });
  const most = threadsNow();
  const arena = new Arena();
  const plan = planLayer(arena, layer(signsOf(weights), outputs), undefined, batch);
  const room = placeRoom(arena, [plan], batch);
  const tiles = Array.from({ length: most }, () => placeTile(arena, 1));
  const barrier = arena.place(8);
  const phases = phasesOf([plan], room, batch, batch);
  const programs = Array.from({ length: most }, (_, i) => share(phases, tiles.slice(0, i + 1), barrier).map((calls) => ({ calls: calls.length, at: arena.put(encodeCalls(calls)) })));
  const memory = memoryOf(arena.size, { shared: true });
  arena.fill(memory.buffer);
  // Columns of x are its rows' bits: [inputs, batch].
  const columns = Float32Array.from({ length: x.length }, (_, i) => x[(i % batch) * inputs + Math.floor(i / batch)]);
  const rows = bitRows(layer(signsOf(columns), batch), plan.rowBytes, (_, channel) => channel);
  new Uint8Array(memory.buffer, room.inputs[0], batch * plan.rowBytes).set(rows.subarray(0, batch * plan.rowBytes));
  const module = await compileText('binary.wat', source, { threads: true });
  const { run } = functionsOf(module, memory);
  const net = -1 - batch; // no number of a net's
  return (threads) => {
    const [own, ...others] = programs[threads - 1];
    const helpers = Thread.beside(threads);
    helpers.forEach((thread, i) => thread.start({ net, module, memory, ...others[i] }));
    run(own.at, own.calls);
    for (const thread of helpers) thread.join();
  };
}
