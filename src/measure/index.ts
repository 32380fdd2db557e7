/** What compression saves and what it costs: bytes of a file and bytes by formula, errors, the sensitivity of each layer. */
export { account, type AccountedLayer, type StoredLayer } from './account';
export { allocate } from './allocate';
export { amongTop, topErrors } from './amongTop';
export { predictedClasses, confusion } from './confusion';
export { searchBias, type Answered, type BiasSearch } from './searchBias';
export { energy, type Energy } from './energy';
export { errorsByBias } from './errorsByBias';
export { expectedFillers, predictedRate, sharingRatio, type Stored } from './predict';
export { mcnemar, wilson, type Interval, type Paired } from './intervals';
export { latency, type Latency } from './latency';
export { formatLedger, ledger, type LedgerRow } from './ledger';
export { macs, type LayerMacs } from './macs';
export { layerSpeeds, peaks, type LayerSpeed, type Peaks } from './roofline';
export { smallestRate } from './smallestRate';
export { symbolStatistics, type SymbolStatistics } from './symbolStatistics';
export { sensitivity, type Point, type Sensitivity, type SensitivityOptions } from './sensitivity';
export { topAnswers, type Answer } from './topAnswers';
export { uniqueKernels } from './uniqueKernels';
