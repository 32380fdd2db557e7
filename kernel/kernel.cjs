/**
 * Launcher of the tslab 1.0.22 kernel for this project: `node kernel.cjs <connection file>`, from any folder.
 * Each file cures one kind of fault of the stock kernel; README.md lists them, test/kernel shows them.
 */
'use strict';

require('./orphan.cjs');
require('./queue.cjs');
require('./compiler.cjs');
const { reportBackgroundFailures } = require('./protocol.cjs');
require('./modules.cjs');

require('tslab/dist/main.js').startKernel({ configPath: process.argv[2], enableFindLocal: false });
reportBackgroundFailures();
