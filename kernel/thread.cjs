/** A thread of the kernel: runs the TypeScript file that it is given. */
'use strict';
const { file } = require('node:worker_threads').workerData;
if (file.startsWith('checker')) require('typescript'); // through tsx it would take twice as long
require('tsx/cjs');
require(`./${file}`);
