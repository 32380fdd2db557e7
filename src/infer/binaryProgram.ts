import type { Arena } from './arena';
import { CALL, type FunctionName, FUNCTIONS, TILE } from './binaryKernels';
import type { PlannedLayer } from './binaryPlan';

export type Call = readonly [name: FunctionName, ...numbers: number[]];
/** Calls that need a thread's own room for a tile. */
type Task = (tile: Tile) => Call[];
/** Tasks that may run in any order, and at once. `bits` says how much they are: products of one bit. */
export interface Phase {
  tasks: Task[];
  bits: number;
}

/** A thread's own room. */
export interface Tile {
  /** Sums of each group, `[groups, TILE.rows, TILE.outputs]`. */
  sums: number;
  /** Sums of all bytes, `[groups, TILE.rows]`. */
  totals: number;
  /** `[TILE.rows, TILE.outputs]` */
  signs: number;
}

export function placeTile(arena: Arena, groups: number): Tile {
  const size = 4 * TILE.rows * TILE.outputs;
  return { sums: arena.place(groups * size), totals: arena.place(4 * TILE.rows * groups), signs: arena.place(size) };
}

/** Room for a batch: what each layer reads and gathers, its pools read, and the sums that the last one gives. */
export interface Room {
  inputs: number[];
  windows: number[];
  pools: number[][];
  /** `[outputs / TILE.outputs, capacity, TILE.outputs]` */
  sums: number;
}

export function placeRoom(arena: Arena, layers: readonly PlannedLayer[], capacity: number): Room {
  const last = layers.at(-1)!;
  return {
    inputs: layers.map(({ whole, input, images }) => arena.place(input.bytes * (whole || images ? capacity : 1))),
    windows: layers.map(({ whole, rows, rowBytes, images }) => arena.place(images ? 8 * rowBytes * (whole ? capacity : rows) : whole ? 0 : rows * rowBytes)),
    pools: layers.map(({ pools }) => pools.map(({ input }) => arena.place(input.bytes))),
    sums: arena.place(4 * TILE.outputs * capacity * Math.ceil(last.layer.outputs / TILE.outputs)),
  };
}

/** The whole net's phases for so many images: convolutions image by image, then the layers that take the batch at once. */
export function phasesOf(layers: readonly PlannedLayer[], room: Room, images: number, capacity: number): Phase[] {
  const firstWhole = layers.findIndex(({ whole }) => whole);
  const convolutions = Array.from({ length: firstWhole > 0 ? images : 0 }, (_, image) => layers.slice(0, firstWhole).flatMap((_, i) => layerPhases(layers, i, room, image, 1, capacity)));
  return [...convolutions.flat(), ...layers.flatMap((_, i) => (i < firstWhole ? [] : layerPhases(layers, i, room, 0, images, capacity)))];
}

/** Of one layer, for an image, or for a batch from image 0 on. */
function layerPhases(layers: readonly PlannedLayer[], index: number, room: Room, image: number, count: number, capacity: number): Phase[] {
  const plan = layers[index];
  const { layer, whole, input, rowBytes, images, windows } = plan;
  const next = layers[index + 1];
  const rows = whole ? count : plan.rows;
  const x = room.inputs[index] + (images && !whole ? image * input.bytes : 0);
  const gathered = room.windows[index];
  const phases: Phase[] = [];

  if (images) {
    const { offsets, count: bytes } = images;
    phases.push({ bits: rows * bytes, tasks: tiles(rows, TILE.rows).map(([row, rows]) => () => [['gatherBytes', x, windows + 4 * row, rows, offsets, bytes, gathered + bytes * row], ['planes', gathered + bytes * row, (rows * bytes) / 64, gathered + bytes * row]]) });
  } else if (!whole) {
    const { size } = layer.window;
    phases.push({ bits: rows * rowBytes, tasks: tiles(rows, TILE.rows).map(([row, rows]) => () => [['gather', x, windows + 4 * row, rows, size[0], size[1] * input.pixel, input.row, gathered + rowBytes * row, rowBytes]]) });
  }

  const target = next && room.inputs[index + 1] + (next.whole && !whole ? image * next.input.bytes : 0);
  const [pooled] = room.pools[index];
  phases.push({
    bits: rows * layer.outputs * rowBytes * (images ? 64 : 8),
    tasks: tiles(plan.padded, TILE.outputs).flatMap((outputs) => tiles(rows, TILE.rows).map((rows) => (tile: Tile) => product(plan, images || !whole ? gathered : x, outputs, rows, tile, pooled ?? target, room.sums, capacity))),
  });
  plan.pools.forEach(({ pixels, size, table, flips, input: from }, i) =>
    phases.push({ bits: 0, tasks: [() => [['pool', room.pools[index][i], table, pixels, size, from.pixel / 4, flips, room.pools[index][i + 1] ?? target]]] }),
  );
  return phases;
}

/** Products of a tile, and their bits; of the last layer, which has no target, their sums. */
function product({ layer, rowBytes, weights, limits, images }: PlannedLayer, x: number, [output, outputs]: Part, [row, rows]: Part, tile: Tile, target: number | undefined, results: number, capacity: number): Call[] {
  const own = Math.min(outputs, layer.outputs - output);
  const w = weights + rowBytes * output;
  const pack = (sums: number): Call => ['pack', sums, rows, limits + 8 * row, output, outputs, target!];
  if (images) {
    const { words, ones, constants, scales } = images;
    const start = (group: number): number => words.slice(0, group).reduce((sum, count) => sum + count, 0);
    const planes = (group: number, w: number, outputs: number, y: number, yBytes: number): Call => ['planeProduct', x + 8 * rowBytes * row + 64 * start(group), 8 * rowBytes, rows, words[group], w + 8 * start(group), rowBytes, outputs, y, yBytes];
    return [
      ...words.map((_, group) => planes(group, ones, 1, tile.totals + 4 * TILE.rows * group, 4)),
      ...words.map((_, group) => planes(group, w, own, tile.sums + 4 * TILE.rows * TILE.outputs * group, 4 * TILE.outputs)),
      ['signs', tile.sums, rows, constants + 8 * row, 8 * output, scales, words.length, tile.totals, outputs, tile.signs],
      pack(tile.signs),
    ];
  }
  const even = own + (own % 2);
  const pairs = rows - (rows % 2);
  const sums = target === undefined ? results + 4 * (output * capacity + row * TILE.outputs) : tile.sums;
  const calls: Call[] = [];
  if (pairs) calls.push(['product2', x + rowBytes * row, rowBytes, pairs, w, even, sums]);
  if (pairs < rows) calls.push(['product1', x + rowBytes * (row + pairs), rowBytes, 1, w, even, sums + 4 * TILE.outputs * pairs]);
  return target === undefined ? calls : [...calls, pack(sums)];
}

type Part = readonly [start: number, count: number];
/** A length in parts of at most `size`. */
const tiles = (length: number, size: number): Part[] => Array.from({ length: Math.ceil(length / size) }, (_, i) => [i * size, Math.min(size, length - i * size)]);

/** Calls as `run` takes them. */
export function encodeCalls(calls: readonly Call[]): Int32Array {
  const program = new Int32Array(CALL * calls.length);
  calls.forEach(([name, ...numbers], i) => program.set([FUNCTIONS.indexOf(name), ...numbers], CALL * i));
  return program;
}

/** Products of one bit that are worth another thread: about 10 µs of one. */
const SHARED = 2 ** 20;

/** Each thread's calls, to share the phases of a few images: threads wait for each other where one needs what another has made. */
export function share(phases: readonly Phase[], tiles: readonly Tile[], barrier: number): Call[][] {
  const threads = tiles.map((): Call[] => []);
  let together = false;
  for (const { tasks, bits } of phases) {
    const parts = bits < SHARED ? 1 : Math.min(tiles.length, tasks.length);
    if (parts > 1 || together) threads.forEach((calls) => calls.push(['wait', barrier, tiles.length]));
    together = parts > 1;
    for (let part = 0; part < parts; part++) {
      const own = tasks.slice(Math.round((part * tasks.length) / parts), Math.round(((part + 1) * tasks.length) / parts));
      threads[part].push(...own.flatMap((task) => task(tiles[part])));
    }
  }
  return threads;
}
