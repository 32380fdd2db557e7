export { batchOrder, consecutiveBatches, fillBatch } from './batches';
export { holdOut, onlyClasses, select, take, without, type Dataset, type Split } from './dataset';
export { digits } from './digits';
export { download } from './download';
export { drawnDigits } from './drawn-digits';
export { parseIdx, type Idx } from './idx';
export { hasMnist, mnist } from './mnist';
export { dataFolder, sources, type Source, type SourceFile } from './sources';
