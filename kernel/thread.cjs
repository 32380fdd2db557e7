/** A thread of the kernel: runs the TypeScript file that it is given. */
'use strict';
require('tsx/cjs');
require(`./${require('node:worker_threads').workerData.file}`);
