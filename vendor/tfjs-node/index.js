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

module.exports = load('tfjs-node-native') ?? require('@tensorflow/tfjs');
