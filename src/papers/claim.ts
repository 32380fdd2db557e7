import type { Scale } from '../system';
import type { Bound, Published, Target } from './published';
import { spread } from './spread';

/** How a claim is judged; `not judged` below paper scale, and on data that is not real. */
export type Verdict = 'held' | 'missed' | 'not judged';

/** What all claims of a notebook share. */
export interface ClaimContext {
  /** The notebook's name: `01-deep-compression`. */
  notebook: string;
  scale: Scale;
  /** The dataset, or what matters of it here. */
  data: { name: string; real: boolean };
  seeds: readonly number[];
  /** Each deviation from the paper's set-up, by name. */
  deviations?: readonly string[];
}

/** A measurement beside what it is judged by, as it stands in the files of claims. */
export interface Claim {
  paper: string;
  /** Where in the paper: `Table 2`; for a target of our own, `own target`. */
  table: string;
  quantity: string;
  /** Of `published`, `measured`, `deviation`, `spread` and `tolerance`. */
  unit: string;
  /** The published value, or the target. */
  published: number;
  /** Whether the published value was read or derived; absent for a target of our own. */
  kept?: Published['kept'];
  bound: Bound;
  /** The mean over the seeds. */
  measured: number;
  /** Measured minus published. */
  deviation: number;
  /** The standard deviation between the seeds; null for a single measurement. */
  spread: number | null;
  /** How far `measured` may be off; on the wrong side only, for `at most` and `at least`. */
  tolerance: number;
  verdict: Verdict;
  scale: ClaimContext['scale'];
  /** The name of the dataset. */
  data: string;
  seeds: number[];
  notebook: string;
  /** The named deviations from the paper's set-up. */
  deviations: string[];
  /** What is known of the value or the difference. */
  note?: string;
}

/** A target of our own, which no paper published: `target('Deep Compression ...', 'file ratio', 'at least', 40, 'times')`. */
export const target = (paper: string, quantity: string, bound: Bound, value: number, unit: string, tolerance = 0): Target => ({
  paper,
  table: 'own target',
  quantity,
  value,
  unit,
  bound,
  tolerance,
});

/** Without the digits that only arithmetic made: 0.1 × 2.32 is 0.232. */
const clean = (value: number): number => Number(value.toPrecision(9));

/**
 * Sets a measurement, one value or one for each seed, beside what was published. Its mean is judged: `held` if it is off
 * by no more than the tolerance or on the side that the bound allows. Below paper scale and on data that is not real
 * nothing is judged. `note` says what is known of a miss; a claim that is held drops it.
 * @throws {RangeError} for measurements that are not finite, or not as many as there are seeds.
 */
export function claim(expected: Target | Published, measured: number | readonly number[], context: ClaimContext, note?: string): Claim {
  const { paper, table, quantity, unit, value, bound, tolerance } = expected;
  const values = typeof measured === 'number' ? [measured] : measured;
  if (values.length === 0 || !values.every(Number.isFinite)) throw new RangeError(`claim: ${quantity}: every measurement must be a finite number, got [${values.join(', ')}]`);
  if (typeof measured !== 'number' && values.length !== context.seeds.length)
    throw new RangeError(`claim: ${quantity}: there must be one measurement for each of the ${context.seeds.length} seeds, got ${values.length}`);
  const { mean, standardDeviation } = spread(values);
  const off = clean(clean(mean) - value);
  const allowed = clean(tolerance);
  const agrees = { within: Math.abs(off) <= allowed, 'at most': off <= allowed, 'at least': -off <= allowed }[bound];
  const judged = context.scale === 'paper' && context.data.real;
  const verdict: Verdict = judged ? (agrees ? 'held' : 'missed') : 'not judged';
  const notes = [expected.note, verdict !== 'held' && note].filter(Boolean).join('; ');
  return {
    paper,
    table,
    quantity,
    unit,
    published: value,
    ...('kept' in expected && { kept: expected.kept }),
    bound,
    measured: clean(mean),
    deviation: off,
    spread: standardDeviation === null ? null : clean(standardDeviation),
    tolerance: allowed,
    verdict,
    scale: context.scale,
    data: context.data.name,
    seeds: [...context.seeds],
    notebook: context.notebook,
    deviations: [...(context.deviations ?? [])],
    ...(notes && { note: notes }),
  };
}
