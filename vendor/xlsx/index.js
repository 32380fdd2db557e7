'use strict';
module.exports = new Proxy({}, {
  get(_, name) {
    if (name === '__esModule' || typeof name === 'symbol') return undefined;
    return () => {
      throw new Error(`xlsx.${name}: Excel files are not supported here, for xlsx 0.18 has known security holes; save the sheet as CSV and use readCSV`);
    };
  },
});
