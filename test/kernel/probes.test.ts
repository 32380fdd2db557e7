import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Examiner, ours, probes, stock, type Probe } from './probes';

function examine(examiner: Examiner, chosen: readonly Probe[], expected: (probe: Probe) => unknown): void {
  after(() => examiner.stop());
  for (const probe of chosen) {
    it(`${probe.group}: ${probe.name}`, async () => assert.deepEqual(await examiner.ask(probe, expected(probe)), expected(probe))).timeout(
      (probe.patience ?? 10_000) + 30_000,
    );
  }
}

describe("the kernel keeps Jupyter's protocol", () => examine(new Examiner(ours), probes, (probe) => probe.ours));

describe('the probes can fail: tslab 1.0.22', () => {
  afterEach(() => sleep(250)); // it aborts what comes within 200 ms after an error
  examine(
    new Examiner(stock),
    probes.filter((probe) => probe.stock !== undefined),
    (probe) => probe.stock,
  );
});
