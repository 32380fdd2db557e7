import { join } from 'node:path';
import { environment, escapeHtml, htmlTable, writeAtomic, type MimeBundle } from '../system';
import { claim, type Claim, type ClaimContext } from './claim';
import { circumstances, claimColumns, claimRow, countVerdicts, formatClaims, groupBy } from './format';
import type { Target } from './published';

/** The claims of a notebook: shown as a table when it is a cell's last value, and written to the run's file of claims. */
export class ClaimSheet {
  /** In the order in which they were first made. */
  readonly claims: Claim[] = [];

  constructor(private readonly context: ClaimContext) {}

  /**
   * Judges a measurement, one value or one for each seed; measured again, it takes the place of the earlier one.
   * `note` says what is known of a miss; a claim that is held drops it.
   */
  claim(expected: Target, measured: number | readonly number[], note?: string): this {
    const made = claim(expected, measured, this.context, note);
    const earlier = this.claims.findIndex((other) => other.paper === made.paper && other.table === made.table && other.quantity === made.quantity);
    this.claims.splice(earlier < 0 ? this.claims.length : earlier, 1, made);
    const { run } = environment;
    if (run) writeAtomic(join(run, 'claims.json'), `${JSON.stringify(this.claims, null, 2)}\n`);
    return this;
  }

  [Symbol.for('Jupyter.display')](): MimeBundle {
    const tables = [...groupBy(this.claims, ({ paper }) => paper)].map(([paper, own]) => `<p>${escapeHtml(paper)}</p>\n${htmlTable(claimColumns, own.map(claimRow))}`);
    const lines = [countVerdicts(this.claims), ...circumstances(this.claims)].map(escapeHtml);
    return { 'text/html': `${tables.join('\n')}\n<p>${lines.join('<br>')}</p>`, 'text/plain': formatClaims(this.claims) };
  }
}

/** The empty sheet of claims of a notebook, which all share its context: `const claims = claimSheet({ notebook, scale, data, seeds, deviations })`. */
export const claimSheet = (context: ClaimContext): ClaimSheet => new ClaimSheet(context);
