export { answers, confusion } from './confusion';
export { errorsByBias } from './errorsByBias';
export { formatLedger, ledger, type LedgerRow } from './ledger';
export { expectedFillers, predictedRate, sharingRatio, type Stored } from './predict';
