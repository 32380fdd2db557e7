import { readable, textTable } from '../system';
import type { Claim, Verdict } from './claim';

const units: Record<string, string> = { '%': '%', times: '×' };
const withUnit = (number: string, unit: string): string => `${number}${units[unit] ?? ` ${unit}`}`;

/** `+0.06`, `-1.2`, `0`. */
const signed = (value: number): string => `${value > 0 ? '+' : ''}${readable(value)}`;

const expectation = ({ bound, published, unit }: Claim): string => `${bound === 'within' ? '' : `${bound} `}${withUnit(readable(published), unit)}`;

const tolerance = ({ bound, tolerance: allowed }: Claim): string => `${{ within: '±', 'at most': '+', 'at least': '-' }[bound]}${readable(allowed)}`;

export const claimColumns = ['table', 'quantity', 'published', 'ours', 'difference', 'allowed', 'verdict'] as const;

/** A claim as a row of a table: published, ours with its spread over the seeds, difference, what is allowed, verdict. */
export const claimRow = (claim: Claim): string[] => [
  claim.table,
  claim.quantity,
  expectation(claim),
  withUnit(`${readable(claim.measured)}${claim.spread === null ? '' : ` ± ${readable(Number(claim.spread.toPrecision(2)))}`}`, claim.unit),
  signed(claim.deviation),
  tolerance(claim),
  claim.verdict,
];

/** `3 held, 1 missed`. */
export function countVerdicts(claims: readonly Claim[]): string {
  const count = (verdict: Verdict) => claims.filter((claim) => claim.verdict === verdict).length;
  const verdicts: Verdict[] = ['held', 'missed', 'not judged'];
  return verdicts.filter((verdict) => count(verdict) > 0).map((verdict) => `${count(verdict)} ${verdict}`).join(', ') || 'no claims';
}

/** What the claims were measured under, one line for each difference: scale, data, seeds, deviations from the paper. */
export function circumstances(claims: readonly Claim[]): string[] {
  const lines = claims.flatMap(({ scale, data, seeds, deviations }) => [
    [`${scale} scale`, data, ...(seeds.length > 0 ? [`${seeds.length > 1 ? 'seeds' : 'seed'} ${seeds.join(', ')}`] : [])].join(', '),
    ...deviations.map((deviation) => `deviation from the paper: ${deviation}`),
  ]);
  return [...new Set(lines)];
}

/** Groups in the order in which their first member comes. */
export function groupBy<T>(items: readonly T[], name: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(name(item), [...(groups.get(name(item)) ?? []), item]);
  return groups;
}

/** The claims as text for a terminal, a table for each paper. */
export function formatClaims(claims: readonly Claim[]): string {
  const tables = [...groupBy(claims, ({ paper }) => paper)].map(([paper, own]) => `${paper}\n\n${textTable(claimColumns, own.map(claimRow))}`);
  const why = claims.some(({ verdict }) => verdict === 'not judged') ? '; claims are judged at paper scale on real data only' : '';
  return [...tables, [`${countVerdicts(claims)}${why}`, ...circumstances(claims)].join('\n')].join('\n\n');
}
