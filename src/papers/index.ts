/** What papers published, and claims, which set measurements beside it. */
export { claim, target, type Claim, type ClaimContext, type Verdict } from './claim';
export { ClaimSheet, claimSheet } from './claimSheet';
export { claimTable, type LayerNotes, type MeasuredRow } from './claimTable';
export { courbariaux2016 } from './courbariaux2016';
export { han2016, type LayerRow, type PublishedTable } from './han2016';
export { hinton2015 } from './hinton2015';
export { formatClaims } from './format';
export { han2015 } from './han2015';
export { checkTotals, layerSizes, printedLayers, type CheckedTotal } from './printedLayers';
export type { Bound, Published, Target } from './published';
export { reportJson, writeReport } from './report';
export { readClaims, readResult, type Result, type Run } from './results';
export { meanAndSpread, ofSeeds, spread } from './spread';
export { iandola2016 } from './iandola2016';
