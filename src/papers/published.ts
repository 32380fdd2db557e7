/** Which measurements agree with a value: those close to it on both sides, or all on one side as well. */
export type Bound = 'within' | 'at most' | 'at least';

/** What a measurement is set beside: a published value, or a target of our own. */
export interface Target {
  /** By its name, authors and year: `Deep Compression (Han et al., 2016)`. */
  paper: string;
  /** Where in the paper: `Table 2`; for a target of our own, `own target`. */
  table: string;
  /** What is measured, of which net or layer. */
  quantity: string;
  value: number;
  unit: string;
  bound: Bound;
  /** How far a measurement may be off, in the value's unit; on the wrong side only, for `at most` and `at least`. */
  tolerance: number;
  /** What a reader must know of the value. */
  note?: string;
}

/** A value that a paper published, or one that follows from such values. */
export interface Published extends Target {
  /** `V`: read in the paper or its authors' code. `D`: derived from such values by arithmetic. */
  kept: 'V' | 'D';
}

/**
 * Rates, sizes and coded bits, as a part of the value. The published totals do not follow from the published layers to
 * better than this, so nobody can tell a closer agreement from luck.
 */
export const RELATIVE = 0.1;

/** Errors on MNIST's 10,000 test images, in points: two of the standard deviations (0.05) between seeds. */
export const ERROR_POINTS = 0.1;

/** What is printed in whole units: half of one. */
export const ROUNDING = 0.5;

/** Makes the values that one paper printed of one net. */
export const publishedIn =
  (paper: string, net: string) =>
  (table: string, quantity: string, value: number, unit: string, bound: Bound, tolerance: number, note?: string): Published => ({
    paper,
    table,
    quantity: `${net}, ${quantity}`,
    value,
    unit,
    bound,
    tolerance,
    kept: 'V',
    ...(note && { note }),
  });
