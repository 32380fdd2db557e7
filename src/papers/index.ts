export { claim, target, type Claim, type ClaimContext, type Verdict } from './claim';
export { ClaimSheet, claimSheet } from './claimSheet';
export { deepCompression, type Table2Row } from './deepCompression';
export { formatClaims } from './format';
export { learningConnections } from './learningConnections';
export type { Bound, Published, Target } from './published';
export { reportJson, writeReport } from './report';
export { readClaims, readResult, type Result, type Run } from './results';
export { spread } from './spread';
