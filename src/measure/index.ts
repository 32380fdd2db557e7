/** What compression saves and what it costs: bytes of a file and bytes by formula, errors, the sensitivity of each layer. */
export { allocate } from './allocate';
export { predictedClasses, confusion } from './confusion';
export { errorsByBias } from './errorsByBias';
export { expectedFillers, predictedRate, sharingRatio, type Stored } from './predict';
export { formatLedger, ledger, type LedgerRow } from './ledger';
export { sensitivity, type Point, type Sensitivity, type SensitivityOptions } from './sensitivity';
export { topErrors } from './topErrors';
