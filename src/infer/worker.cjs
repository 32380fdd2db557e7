/* global WebAssembly */
/** A thread that runs its part of a net's programs: plain JavaScript, for a worker has no loader of TypeScript. It sleeps until its turn comes; each turn has one message. */
const { receiveMessageOnPort, workerData } = require('node:worker_threads');

const { port, state } = workerData;
const [TURN, DONE, FAILED] = [0, 1, 2];
const nets = new Map();

for (let turn = 0; ; turn++) {
  Atomics.wait(state, TURN, turn);
  try {
    const { net, module, memory, at, calls } = receiveMessageOnPort(port).message;
    if (module) nets.set(net, new WebAssembly.Instance(module, { net: { memory } }).exports.run);
    if (calls) nets.get(net)(at, calls);
    else nets.delete(net);
  } catch {
    Atomics.store(state, FAILED, 1);
  }
  Atomics.add(state, DONE, 1);
  Atomics.notify(state, DONE);
}
