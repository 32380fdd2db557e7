/** Peers that take turns in one process. */
export const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Turns that a peer runs for before it counts, until what was compiled in haste has been compiled well. */
const WARM = 10;

/** Milliseconds of a run in each round: a peer runs for about `turn` of them before the next one does. */
export async function inTurns<Name extends string>(peers: Record<Name, () => unknown>, { rounds, turn }: { rounds: number; turn: number }): Promise<Record<Name, number[]>> {
  const names = Object.keys(peers) as Name[];
  const times = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, number[]>;
  const runs = new Map<Name, number>();
  for (const name of names) {
    const end = performance.now() + WARM * turn;
    let taken = Infinity;
    do {
      const start = performance.now();
      await peers[name]();
      taken = Math.min(taken, performance.now() - start);
    } while (performance.now() < end);
    runs.set(name, Math.max(1, Math.round(turn / taken)));
  }
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      const count = runs.get(name)!;
      const start = performance.now();
      for (let i = 0; i < count; i++) await peers[name]();
      times[name].push((performance.now() - start) / count);
    }
  }
  return times;
}
