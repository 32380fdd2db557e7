/** The kernel's launcher: `node --no-force-async-hooks-checks kernel.cjs <connection file>`, from any folder. README.md says how it is built. */
'use strict';
require('tsx/cjs');
require('./cells/cells.ts');
