import assert from 'node:assert/strict';
import type { Examiner, Probe } from './probes';

/** A test for each probe, all of one kernel. */
export function examine(examiner: Examiner, chosen: readonly Probe[], expected: (probe: Probe) => unknown): void {
  after(() => examiner.stop());
  for (const probe of chosen) {
    it(`${probe.group}: ${probe.name}`, async () => assert.deepEqual(await examiner.ask(probe, expected(probe)), expected(probe))).timeout(
      (probe.patience ?? 10_000) + 100_000,
    );
  }
}
