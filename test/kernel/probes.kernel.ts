import { examine } from './examine';
import { Examiner, ours, probes } from './probes';

describe("the kernel keeps Jupyter's protocol", () => examine(new Examiner(ours), probes, (probe) => probe.ours));
