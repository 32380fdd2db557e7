/**
 * A kernel whose front end was killed ends itself. A thread watches, because a cell in a synchronous loop keeps the main
 * thread busy.
 */
'use strict';
const { Worker } = require('node:worker_threads');

const watch = `
  const parent = process.ppid;
  setInterval(() => { if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL'); }, 1000);
`;
new Worker(watch, { eval: true, execArgv: [] }).unref();
