import { setTimeout as sleep } from 'node:timers/promises';
import { examine } from './examine';
import { Examiner, probes, stock } from './probes';

describe('the probes can fail: tslab 1.0.22', () => {
  afterEach(() => sleep(250)); // it aborts what comes within 200 ms after an error
  examine(
    new Examiner(stock),
    probes.filter((probe) => probe.stock !== undefined),
    (probe) => probe.stock,
  );
});
