import { Worker } from 'node:worker_threads';

const LONGEST = 20; // seconds
const MOST_BYTES = 2 ** 20;

/** How many files were begun, the length of this one, and its bytes. */
const shared = new SharedArrayBuffer(8 + MOST_BYTES);
const [begun, length] = [new Int32Array(shared, 0, 1), new Int32Array(shared, 4, 1)];

/** Says which file is read now. */
export function begin(file: Uint8Array): void {
  new Uint8Array(shared, 8).set(file.subarray(0, MOST_BYTES));
  length[0] = file.length;
  Atomics.add(begun, 0, 1);
}

/** Ends the process with the bytes of a file that takes longer than twenty seconds; this thread cannot, for it hangs. */
export function watch(): void {
  const code = `
    const { workerData } = require('node:worker_threads');
    const [begun, length] = [new Int32Array(workerData, 0, 1), new Int32Array(workerData, 4, 1)];
    let before = -1;
    setInterval(() => {
      if (begun[0] > 0 && begun[0] === before) {
        require('node:fs').writeSync(2, 'fuzz: a file takes longer than ${LONGEST} s: ' + Buffer.from(workerData, 8, length[0]).toString('hex') + '\\n');
        process.kill(process.pid, 'SIGKILL');
      }
      before = begun[0];
    }, ${1000 * LONGEST});`;
  new Worker(code, { eval: true, workerData: shared }).unref();
}
