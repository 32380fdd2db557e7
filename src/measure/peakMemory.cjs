/** Run by latency.ts in a process of its own: how many bytes the process grows by while it reads a net and runs it. */
const ort = require('onnxruntime-node');

const [file, threads, size, ...shape] = process.argv.slice(2);
const RUNS = 5;

async function main() {
  const x = new ort.Tensor('float32', new Float32Array(Number(size)), shape.map(Number));
  const before = process.memoryUsage.rss();
  const session = await ort.InferenceSession.create(file, { intraOpNumThreads: Number(threads), logSeverityLevel: 4 });
  let most = process.memoryUsage.rss();
  for (let run = 0; run < RUNS; run++) {
    await session.run({ [session.inputNames[0]]: x });
    most = Math.max(most, process.memoryUsage.rss());
  }
  console.log(most - before);
}

void main();
