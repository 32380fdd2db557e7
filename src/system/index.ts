/** What all rooms use: options checked, files written whole, progress, displays, tables, and what a notebook runs in. */
export { fileError, makeFolder, writeAtomic } from './atomic';
export { environment } from './environment';
export { Interrupted, interruptible } from './interrupt';
export { display, inNotebook, liveDisplay, metadata, type MimeBundle } from './display';
export { checkOptions, described, nearestOf } from './options';
export { duration, progress, type Progress } from './progress';
export { projectRoot } from './root';
export { scales, type Scale } from './scale';
export { shellWord } from './shell';
export { sha256 } from './sha256';
export { escapeHtml, htmlTable, readable, tableBundle, textTable } from './table';
export { sizeOf } from './sizeOf';
export { threadsNow } from './threads';
