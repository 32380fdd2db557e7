export { allocate } from './allocate';
export { predictedClasses, confusion } from './confusion';
export { errorsByBias } from './errorsByBias';
export { expectedFillers, predictedRate, sharingRatio, type Stored } from './predict';
export { formatLedger, ledger, type LedgerRow } from './ledger';
export { sensitivity, type Point, type Sensitivity, type SensitivityOptions } from './sensitivity';
export { topErrors } from './topErrors';
