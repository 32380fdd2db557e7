// To use the native backend, install it under another name: see environment.md.
'use strict';
const load = (name) => {
  try {
    return require(name);
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND') process.emitWarning(`${name} is installed but does not load: ${error.message}`);
    return undefined;
  }
};

const [major] = process.versions.node.split('.').map(Number);

// On Node 23 and later tfjs-node 4.22 loads, and fails at its first operation.
module.exports = (major < 23 ? load('tfjs-node-native') : undefined) ?? require('@tensorflow/tfjs');
