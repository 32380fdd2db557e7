/** Cells import the project's TypeScript sources as they are, also from a notebook outside the project. */
'use strict';
const Module = require('node:module');
const { delimiter, join } = require('node:path');

process.env.NODE_PATH = [process.env.NODE_PATH, join(__dirname, '../node_modules')].filter(Boolean).join(delimiter);
Module._initPaths();
require('tsx/cjs');
