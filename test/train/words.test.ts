/** A word model: its text, its net and its training, against a few lines of JavaScript and tfjs op by op. */
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { prune } from '../../src/compress';
import { textBatches, vocabulary } from '../../src/data';
import { compile } from '../../src/engine';
import { pack, unpack } from '../../src/formats';
import { Steps, UnrolledLstm } from '../../src/layers';
import { wordLstm } from '../../src/models';
import { integers, key, normal } from '../../src/random';
import { perplexity, sgd, sparseCrossEntropy, crossEntropy, train, wordTask } from '../../src/train';
import { kernels, parametrizeAll } from '../../src/weights';
import { allWeights, captureStderr } from '../models/tiny';

const [VOCABULARY, UNITS, STEPS, BATCH] = [30, 8, 5, 4];
const small = (layers = 1, seed = 1) => {
  const model = wordLstm(key(seed), { vocabulary: VOCABULARY, units: UNITS, layers });
  model.setWeights(model.getWeights().map((weight) => tf.mul(weight, 5))); // far enough from zero that every gate matters
  return model;
};
/** Words of which each follows from the last one, mostly. */
const TEXT = (() => {
  const noise = integers(key(2), 700, 100);
  const words = [1, 2];
  for (let i = 2; i < 700; i++) words.push(noise[i] < 10 ? noise[i] : (words[i - 1] * 7 + 1) % VOCABULARY);
  return Int32Array.from(words);
})();

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** One layer in double precision, cell by cell: the logits of each step, `[steps][batch][vocabulary]`. */
function byHand(weights: Float32Array[], words: Int32Array, h: number[][], c: number[][]): number[][][] {
  const [embedding, kernel, recurrent, bias, softmax, offset] = weights;
  return Array.from({ length: STEPS }, (_, step) =>
    Array.from({ length: BATCH }, (_, part) => {
      const x = embedding.subarray(words[step * BATCH + part] * UNITS, (words[step * BATCH + part] + 1) * UNITS);
      const before = [...h[part]];
      const gate = (which: number, unit: number) => {
        const at = which * UNITS + unit;
        let sum = bias[at];
        for (let i = 0; i < UNITS; i++) sum += x[i] * kernel[i * 4 * UNITS + at] + before[i] * recurrent[i * 4 * UNITS + at];
        return sum;
      };
      for (let unit = 0; unit < UNITS; unit++) {
        c[part][unit] = sigmoid(gate(1, unit)) * c[part][unit] + sigmoid(gate(0, unit)) * Math.tanh(gate(2, unit));
        h[part][unit] = sigmoid(gate(3, unit)) * Math.tanh(c[part][unit]);
      }
      return Array.from({ length: VOCABULARY }, (_, word) => h[part].reduce((sum, value, i) => sum + value * softmax[i * VOCABULARY + word], offset[word]));
    }),
  );
}

describe('a text', () => {
  it('becomes words by number, and lines that end', () => {
    const some = vocabulary(' no it was <unk> \n no it was it \n');
    assert.deepEqual(some.words, ['it', '<eos>', 'no', 'was', '<unk>']);
    assert.deepEqual([...some.encode('it was strange\n')], [0, 3, 4, 1]);
    assert.throws(() => vocabulary('a b').encode('c'), /vocabulary: a text must be of its 3 words, got c/);
  });

  it('is read in parts side by side, each word once and in order, with the word that comes next', () => {
    const batches = textBatches(Int32Array.from({ length: 47 }, (_, i) => i), { batch: 2, steps: 4 });
    assert.equal(batches.steps, 5);
    const [now, next] = [new Int32Array(8), new Int32Array(8)];
    const parts: number[][] = [[], []];
    for (let step = 0; step < 5; step++) {
      batches.fill({ epoch: 0, step }, [now, next]);
      now.forEach((word, i) => parts[i % 2].push(word));
      next.forEach((word, i) => assert.equal(word, now[i] + 1));
    }
    assert.deepEqual(parts, [0, 23].map((from) => Array.from({ length: 20 }, (_, i) => from + i)));
    assert.throws(() => textBatches(new Int32Array(8), { batch: 2, steps: 4 }), /textBatches: the text must have more than 2 times 4 words, got 8/);
  });
});

describe('sparseCrossEntropy', () => {
  it('is crossEntropy, in value and gradient, and survives what that does', async () => {
    const labels = tf.tensor1d([3, 0, 29, 7], 'int32');
    const z = tf.tensor2d(normal(key(3), 4 * VOCABULARY, { standardDeviation: 4 }), [4, VOCABULARY]);
    const of = (loss: typeof crossEntropy) => (z: tf.Tensor) => ({ value: loss(labels, z) as tf.Tensor, gradient: tf.grad((z) => loss(labels, z))(z) });
    const expected = of(crossEntropy)(z);
    const program = await compile<Record<string, tf.Tensor>>(of(sparseCrossEntropy), [z]);
    for (const actual of [of(sparseCrossEntropy)(z), await program(z)]) {
      for (const part of ['value', 'gradient'] as const) {
        const values = expected[part].dataSync();
        actual[part].dataSync().forEach((value: number, i: number) => assert.ok(Math.abs(value - values[i]) < 1e-5, `${part} ${i}`));
      }
    }
    const far = tf.tensor2d([[0, 500, ...Array<number>(28).fill(0)]], [1, 30]);
    const first = (z: tf.Tensor) => sparseCrossEntropy(tf.tensor1d([0], 'int32'), z);
    assert.ok(Math.abs(first(far).dataSync()[0] - 87.3) < 0.1); // cut
    assert.deepEqual([...tf.grad(first)(far).dataSync()].slice(0, 3), [-1, 1, 0]);
  });
});

describe('the word LSTM', () => {
  captureStderr();

  it('computes what the cells compute by hand, over two steps with their states', async () => {
    const model = small();
    const weights = model.getWeights().map((weight) => weight.dataSync<'float32'>());
    const zero = () => Array.from({ length: BATCH }, () => Array<number>(UNITS).fill(0));
    const [h, c] = [zero(), zero()];
    let states = [tf.zeros([BATCH, UNITS]), tf.zeros([BATCH, UNITS])];
    const program = await compile<Record<string, tf.Tensor>>((words, h, c) => {
      const [logits, ...after] = model.apply([words, h, c]) as tf.Tensor[];
      return { logits, h: after[0], c: after[1] };
    }, [{ shape: [STEPS, BATCH], dtype: 'int32' }, states[0], states[1]]);
    const batches = textBatches(TEXT, { batch: BATCH, steps: STEPS });
    for (let step = 0; step < 2; step++) {
      const [now, next] = [new Int32Array(STEPS * BATCH), new Int32Array(STEPS * BATCH)];
      batches.fill({ epoch: 0, step }, [now, next]);
      const expected = byHand(weights, now, h, c).flat(2);
      const results = await program(now, ...states);
      results.logits.dataSync().forEach((value, i) => assert.ok(Math.abs(value - expected[i]) < 1e-4, `${step}: ${value}, expected ${expected[i]}`));
      states = [results.h, results.c];
    }
  });

  it("computes what tfjs' own LSTM layer computes", () => {
    const model = small();
    const [embedding, kernel, recurrent, bias] = model.getWeights();
    const own = tf.layers.lstm({ units: UNITS, recurrentActivation: 'sigmoid', returnSequences: true, inputShape: [STEPS, UNITS] });
    const twin = tf.sequential({ layers: [own] });
    own.setWeights([kernel, recurrent, bias]);
    const x = tf.gather(embedding, tf.tensor2d(integers(key(9), STEPS * BATCH, VOCABULARY), [STEPS, BATCH], 'int32'));
    const ours = tf.slice(model.getLayer('lstm1').apply([x, tf.zeros([BATCH, UNITS]), tf.zeros([BATCH, UNITS])]) as tf.Tensor3D, [0, 0, 0], [STEPS, BATCH, UNITS]);
    const theirs = tf.transpose(twin.predict(tf.transpose(x, [1, 0, 2])) as tf.Tensor, [1, 0, 2]).dataSync();
    ours.dataSync().forEach((value, i) => assert.ok(Math.abs(value - theirs[i]) < 1e-5));
  });

  for (const layers of [1, 2]) {
    it(`of ${layers} layer${layers > 1 ? 's' : ''} trains as op by op: words, states tied from step to step, gradients clipped by their norm`, async () => {
      const [model, twin] = [small(layers), small(layers)];
      const batches = textBatches(TEXT.subarray(0, 130), { batch: BATCH, steps: STEPS });
      const options = { key: key(4), epochs: 2, learningRate: 0.5, clipNorm: 0.25, optimizer: sgd() };
      const history = await train(model, { ...wordTask(model, BATCH), batches, ...options });
      const weights = twin.weights.map((weight) => weight.read() as tf.Variable);
      const [now, next] = [new Int32Array(STEPS * BATCH), new Int32Array(STEPS * BATCH)];
      const losses: number[] = [];
      for (let epoch = 0; epoch < 2; epoch++) {
        let states = Array.from({ length: 2 * layers }, () => tf.zeros([BATCH, UNITS]));
        for (let step = 0; step < batches.steps; step++) {
          batches.fill({ epoch, step }, [now, next]);
          let after: tf.Tensor[] = [];
          const { value, grads } = tf.variableGrads(() => {
            const [logits, ...own] = twin.apply([tf.tensor2d(now, [STEPS, BATCH], 'int32'), ...states]) as tf.Tensor[];
            after = own.map((state) => tf.keep(tf.clone(state)));
            return crossEntropy(tf.tensor1d(next, 'int32'), logits);
          }, weights);
          const gradients = weights.map(({ name }) => grads[name]);
          const norm = Math.hypot(...gradients.flatMap((gradient) => [...gradient.dataSync()]));
          weights.forEach((w, i) => w.assign(tf.sub(w, tf.mul(gradients[i], 0.5 * Math.min(1, 0.25 / norm)))));
          states = after;
          losses.push(value.dataSync()[0]);
        }
      }
      const expected = allWeights(twin);
      allWeights(model).forEach((w, i) => assert.ok(Math.abs(w - expected[i]) < 1e-4, `weight ${i}: ${w}, expected ${expected[i]}`));
      history.forEach(({ loss }, i) => {
        const own = losses.slice(i * batches.steps, (i + 1) * batches.steps);
        assert.ok(Math.abs(loss - own.reduce((sum, value) => sum + value / own.length, 0)) < 1e-4);
      });
    });
  }

  it('learns a text, is measured by its perplexity, and is pruned, packed and read again', async () => {
    const model = small(1, 6);
    const [learned, other] = [TEXT.subarray(0, 560), TEXT.subarray(560)].map((words) => textBatches(words, { batch: BATCH, steps: STEPS }));
    const before = await perplexity(model, other);
    await train(model, { ...wordTask(model, BATCH), batches: learned, key: key(7), epochs: 12, learningRate: 1, clipNorm: 5, optimizer: sgd() });
    const after = await perplexity(model, other);
    assert.ok(after < before / 2 && after < 15, `${before} to ${after}`);
    assert.deepEqual(kernels(model).map(({ name }) => name), ['embedding/embeddings', 'lstm1/kernel', 'lstm1/recurrent_kernel', 'softmax/kernel']);
    parametrizeAll(model, prune({ density: 0.6 }));
    await train(model, { ...wordTask(model, BATCH), batches: learned, key: key(8), epochs: 4, learningRate: 0.5, clipNorm: 5, optimizer: sgd() });
    const pruned = await perplexity(model, other);
    assert.ok(pruned < before / 2, String(pruned));
    assert.equal(await perplexity(await unpack(pack(model).bytes), other), pruned);
  });

  it('is measured without dropout, which in training must know its shape', async () => {
    const plain = small();
    const [words, h, c] = [tf.input({ batchShape: [STEPS, BATCH], dtype: 'int32' }), tf.input({ shape: [UNITS] }), tf.input({ shape: [UNITS] })];
    const dropped = (words: tf.SymbolicTensor) => {
      const embedded = tf.layers.dropout({ name: 'drop', rate: 0.5 }).apply(tf.layers.embedding({ inputDim: VOCABULARY, outputDim: UNITS }).apply(words)) as tf.SymbolicTensor;
      const all = new UnrolledLstm({ units: UNITS }).apply([embedded, h, c]);
      const part = (from: number, to?: number) => new Steps({ from, to, flat: true }).apply(all) as tf.SymbolicTensor;
      const model = tf.model({ inputs: [words, h, c], outputs: [tf.layers.dense({ units: VOCABULARY }).apply(part(0, -1)) as tf.SymbolicTensor, part(-2, -1), part(-1)] });
      model.setWeights(plain.getWeights());
      return model;
    };
    const batches = textBatches(TEXT.subarray(0, 130), { batch: BATCH, steps: STEPS });
    const model = dropped(words);
    assert.equal(await perplexity(model, batches), await perplexity(plain, batches));
    await train(model, { ...wordTask(model, BATCH), batches, key: key(4), epochs: 1 });
    assert.notDeepEqual(allWeights(model), allWeights(plain));
    const open = dropped(tf.input({ batchShape: [null, null], dtype: 'int32' }));
    await assert.rejects(train(open, { ...wordTask(open, BATCH), batches, key: key(4), epochs: 1 }), /fit: the layer drop, which draws, must get a shape that is known but for the batch, got \[batch,\?,8\]/);
  });
});
