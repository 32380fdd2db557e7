import type { Standardization } from '../data';
import { Arena } from './arena';
import { CALL, source, TILE } from './binaryKernels';
import type { BinaryChain } from './binaryLayers';
import { type PlannedLayer, planLayer } from './binaryPlan';
import { type Call, encodeCalls, phasesOf, placeRoom, placeTile, type Room, share, type Tile } from './binaryProgram';
import { Thread } from './threads';
import { compileText, functionsOf, type Memory, memoryOf } from './webAssembly';

/** Products of one bit that are worth a second thread at all: about 40 µs of one. */
const LARGE = 2 ** 22;

let compiled: Promise<object> | undefined;
let made = 0;

/** A net in a memory of its own, with room for a batch a thread. */
export class Runner {
  /** Images that a thread can take at once. */
  readonly capacity: number;
  /** Of weights and limits. */
  readonly bytes: number;
  private readonly id = made++;
  private readonly layers: PlannedLayer[];
  private readonly rooms: Room[];
  private readonly tiles: Tile[];
  private readonly barrier: number;
  /** Where each thread's calls are. */
  private readonly programs: number[];
  private readonly memory: Memory;
  private readonly run: (at: number, calls: number) => void;
  /** Products of one bit that an image takes. */
  private readonly work: number;
  /** What the programs were made for, and how many calls each has. */
  private current = { name: '', calls: [0] };

  /** @param threads the most that will run it */
  static async create({ layers }: BinaryChain, standardization: Standardization | undefined, threads: number): Promise<Runner> {
    return new Runner(layers, standardization, threads, await (compiled ??= compileText('binary.wat', source, { threads: true })));
  }

  private constructor(
    layers: BinaryChain['layers'],
    standardization: Standardization | undefined,
    threads: number,
    private readonly module: object,
  ) {
    const arena = new Arena();
    const places = Array.from({ length: threads }, (_, i) => i);
    // Convolutions go image by image, and gain nothing from more.
    this.capacity = layers[0].kind === 'Dense' ? 256 : 16;
    this.layers = layers.map((layer, i) => planLayer(arena, layer, layers[i + 1], this.capacity, i === 0 ? { standardization } : undefined));
    this.bytes = this.layers.reduce((sum, { bytes }) => sum + bytes, 0);
    this.rooms = places.map(() => placeRoom(arena, this.layers, this.capacity));
    this.tiles = places.map(() => placeTile(arena, this.layers[0].images!.words.length));
    this.barrier = arena.place(8);
    this.work = this.phases(0, 1).reduce((sum, { bits }) => sum + bits, 0);
    const phases = this.phases(0, this.capacity);
    const most = phases.reduce((sum, { tasks }) => sum + tasks.reduce((calls, task) => calls + task(this.tiles[0]).length, 1), 0);
    this.programs = places.map(() => arena.place(4 * CALL * most));
    this.memory = memoryOf(arena.size, { shared: true });
    arena.fill(this.memory.buffer);
    this.run = functionsOf(module, this.memory).run;
  }

  /** The last layer's sums of so many images, at most `capacity` for each of so many threads: `[count, outputs]`. */
  sums(images: Uint8Array, count: number, threads: number): Int32Array {
    const used = this.work * count < LARGE && count <= this.capacity ? 1 : threads;
    // Enough images are split between the threads; of fewer, the layers are.
    const parts = used > 1 && count < used ? [count] : split(count, used);
    this.prepare(parts, used);
    let from = 0;
    parts.forEach((part, room) => {
      this.write(images, from, part, room);
      from += part;
    });
    const [own, ...others] = this.current.calls;
    const helpers = Thread.beside(used);
    helpers.forEach((thread, i) => thread.start({ net: this.id, module: this.module, memory: this.memory, at: this.programs[i + 1], calls: others[i] }));
    this.run(this.programs[0], own);
    for (const thread of helpers) thread.join();
    return this.read(parts);
  }

  dispose(): void {
    Thread.forget(this.id);
  }

  private phases(room: number, images: number): ReturnType<typeof phasesOf> {
    return phasesOf(this.layers, this.rooms[room], images, this.capacity);
  }

  /** Writes the threads' programs, unless they are there already. */
  private prepare(parts: readonly number[], threads: number): void {
    const name = `${parts.join()} ${threads}`;
    if (this.current.name === name) return;
    const tiles = this.tiles.slice(0, threads);
    const calls: Call[][] =
      parts.length < threads
        ? share(this.phases(0, parts[0]), tiles, this.barrier)
        : parts.map((part, room) => this.phases(room, part).flatMap(({ tasks }) => tasks.flatMap((task) => task(tiles[room]))));
    calls.forEach((own, i) => new Int32Array(this.memory.buffer, this.programs[i]).set(encodeCalls(own)));
    this.current = { name, calls: calls.map(({ length }) => length) };
  }

  private write(images: Uint8Array, from: number, count: number, room: number): void {
    const { input, layer } = this.layers[0];
    const [height, width] = layer.window.input;
    const line = width * layer.channels;
    for (let image = 0, at = from * height * line; image < count; image++) {
      for (let y = 0; y < height; y++, at += line) new Uint8Array(this.memory.buffer, this.rooms[room].inputs[0] + image * input.bytes + input.offsetOf(y * width), line).set(images.subarray(at, at + line));
    }
  }

  /** Sums from counts of differing bits. */
  private read(parts: readonly number[]): Int32Array {
    const { outputs, window, channels } = this.layers.at(-1)!.layer;
    const inputs = window.size[0] * window.size[1] * channels;
    const sums = new Int32Array(parts.reduce((sum, part) => sum + part, 0) * outputs);
    let i = 0;
    parts.forEach((part, room) => {
      const counts = new Int32Array(this.memory.buffer, this.rooms[room].sums);
      for (let image = 0; image < part; image++) {
        for (let output = 0; output < outputs; output++) sums[i++] = inputs - 2 * counts[(Math.floor(output / TILE.outputs) * this.capacity + image) * TILE.outputs + (output % TILE.outputs)];
      }
    });
    return sums;
  }
}

/** A count in so many parts, as equal as can be. */
const split = (count: number, parts: number): number[] => Array.from({ length: parts }, (_, i) => Math.round(((i + 1) * count) / parts) - Math.round((i * count) / parts));
