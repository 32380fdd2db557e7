export { formatLedger, ledger, type LedgerRow } from './ledger';
export { expectedFillers, predictedRate, sharingRatio, type Stored } from './predict';
