'use strict';
const refuse = () => {
  throw new Error('request: danfojs cannot read from an address here, for request is unmaintained; download the file and read it from disk');
};
module.exports = Object.assign(refuse, { get: refuse });
