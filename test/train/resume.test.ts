import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { share } from '../../src/compress';
import { foldIn, key } from '../../src/random';
import { crossEntropy, type Epoch, fit, type FitOptions, sgd } from '../../src/train';
import { Interrupted } from '../../src/system';
import { parametrize, type Transform } from '../../src/weights';
import { allWeights, captureStderr, tinyModel } from '../models/tiny';
import { runFolder } from './runFolder';
import { compressed, hurryClock, options, SPLIT, STEPS } from './training';

/** Trains a model, by default that of every test here; the steps that it took, what it gave, and its weights. */
async function train(model: tf.LayersModel = compressed(), { optimizer, ...changed }: Partial<FitOptions> = {}, seen: (step: number) => void = () => undefined, split = SPLIT) {
  const steps: number[] = [];
  const history = await fit(model, split, { ...options((step) => (steps.push(step), seen(step)), optimizer), ...changed });
  return { steps, result: { history, weights: allWeights(model) } };
}

/** The step at which a training begins; it ends there. */
async function firstStep(model?: tf.LayersModel, changed?: Partial<FitOptions>, split = SPLIT): Promise<number> {
  let first = -1;
  const end = (step: number) => {
    first = step;
    throw new Error('enough');
  };
  await assert.rejects(train(model, changed, end, split), /enough/);
  return first;
}

describe('a training', () => {
  const captured = captureStderr();
  const folder = runFolder();
  let unbroken: { history: Epoch[]; weights: Float32Array };
  const checkpoints = () => readdirSync(join(folder.path, 'run.checkpoints')).map((file) => join(folder.path, 'run.checkpoints', file));

  before(async () => {
    unbroken = (await train(compressed(), { checkpoint: undefined })).result;
  });

  /** Stops a training in the run of steps 20 to 27, at whose end it hears of it, and returns its model. */
  async function stopped(signal: NodeJS.Signals = 'SIGINT'): Promise<tf.Sequential> {
    rmSync(join(folder.path, 'run.checkpoints'), { recursive: true, force: true });
    const model = compressed();
    const stop = (step: number) => void (step === 23 && process.emit(signal));
    await assert.rejects(train(model, {}, stop), (error) => error instanceof Interrupted && /fit: stopped after step 28 of 60; run it again to go on from there/.test(error.message));
    return model;
  }

  /** Runs the same training in a process of its own until it ends. */
  async function child(environment: object, line: (text: string, kill: (signal: NodeJS.Signals) => void) => void = () => undefined) {
    const training = spawn(process.execPath, ['--require', 'tsx/cjs', join(__dirname, 'training.ts')], { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'ignore'] });
    let output = '';
    training.stdout.on('data', (chunk) => {
      output += String(chunk);
      line(output, (signal) => training.kill(signal));
    });
    const signal = await new Promise((resolve) => training.on('close', (_, by) => resolve(by)));
    return { output, signal };
  }

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`that ${signal} stops leaves the model as it was, and goes on to the bytes of an unbroken one`, async () => {
      const listeners = process.listenerCount(signal);
      const model = await stopped(signal);
      assert.equal(process.listenerCount(signal), listeners);
      assert.deepEqual(allWeights(model), allWeights(compressed()));
      const { steps, result } = await train(model);
      assert.deepEqual([steps[0], steps.length], [28, STEPS - 28]);
      assert.deepEqual(result, unbroken);
    });
  }

  it('that is stopped without a checkpoint keeps the weights of that step', async () => {
    const model = compressed();
    const stop = (step: number) => void (step === 23 && process.emit('SIGINT'));
    await assert.rejects(train(model, { checkpoint: undefined }, stop), /stopped after step 28 of 60; the weights are those of that step/);
    assert.notDeepEqual(allWeights(model), allWeights(compressed()));
  });

  it('that is killed in a run of steps goes on from before it, in another process, to the same bytes', async () => {
    const { output, signal } = await child({ KILL_AT: 25 });
    assert.equal(signal, 'SIGKILL');
    assert.match(output, /step 25\n$/);
    const { steps, result } = await train();
    assert.deepEqual([steps[0], steps.length], [20, STEPS - 20]);
    assert.deepEqual(result, unbroken);
    assert.equal(captured.text.includes('damaged'), false);
  });

  it('that is stopped from outside by Ctrl-C or a kill does so, too', async () => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      let sent = false;
      const { output } = await child({}, (text, kill) => {
        if (sent || !text.includes('step 5\n')) return;
        sent = true;
        kill(signal);
      });
      const [, last] = /Interrupted: fit: stopped after step (\d+) of 60; run it again/.exec(output)!;
      const { steps, result } = await train();
      assert.equal(steps[0], Number(last));
      assert.deepEqual(result, unbroken);
      rmSync(checkpoints()[0]);
    }
  });

  it('that is whole is not done again', async () => {
    await train();
    const { steps, result } = await train();
    assert.deepEqual([steps.length, checkpoints().length], [0, 1]);
    assert.deepEqual(result, unbroken);
  });

  it('that diverges leaves the checkpoint and the weights as they were', async () => {
    const right = hurryClock();
    let before: Buffer[] = [];
    const model = compressed();
    try {
      const diverging = { learningRate: (progress: number) => (Math.round(STEPS * progress) === 15 ? 1e38 : 0.01) };
      // At step 16 the loss is not finite, and what lies on disk then has to stay.
      await assert.rejects(train(model, diverging, (step) => void (step === 16 && (before = checkpoints().map((file) => readFileSync(file))))), /got (NaN|Infinity) at step 16 \(epoch 2\); nothing was saved over/);
    } finally {
      right();
    }
    assert.equal(before.length, 1);
    assert.deepEqual(checkpoints().map((file) => readFileSync(file)), before);
    assert.deepEqual(allWeights(model), allWeights(compressed()));
  });

  it('starts anew, with a warning, when its checkpoint is damaged', async () => {
    const damages: Record<string, (file: Buffer) => Uint8Array> = {
      'a changed byte': (file) => file.map((byte, i) => byte ^ +(i === 400)),
      'a changed header': (file) => file.map((byte, i) => byte ^ +(i === 1)),
      'cut short': (file) => file.subarray(0, 300),
      empty: () => new Uint8Array(0),
    };
    await stopped();
    const [file] = checkpoints();
    const whole = readFileSync(file);
    for (const [damage, change] of Object.entries(damages)) {
      writeFileSync(file, change(whole));
      captured.text = '';
      const warned: string[] = [];
      const warn = console.warn;
      console.warn = (text: string) => void warned.push(text);
      const { steps, result } = await train().finally(() => void (console.warn = warn));
      assert.deepEqual([warned, steps.length], [[`checkpoint: ${file} is damaged and is not used`], STEPS], damage);
      assert.deepEqual(result, unbroken, damage);
    }
  });

  describe('does not go on from the checkpoint of one with', () => {
    const images = SPLIT.images.map((pixel, i) => (i === 700 ? pixel ^ 1 : pixel));
    const labels = SPLIT.labels.map((label, i) => (i === 70 ? (label + 1) % 3 : label));
    const changes: Record<string, Partial<FitOptions>> = {
      'another key': { key: key(99) },
      'more epochs': { epochs: 7 },
      'another batch': { batch: 5 },
      'another rate': { learningRate: 0.01 },
      'a rate that differs at its end': { learningRate: (progress) => (progress > 58.5 / 60 ? 0 : 0.01 / (1 + (60 * progress) / 20)) },
      'another optimizer': { optimizer: sgd() },
      'another loss': { loss: (y, z) => tf.mul(crossEntropy(y, z), 2) },
      'no validation': { validation: undefined },
      'another name': { checkpoint: 'other' },
    };
    it(Object.keys(changes).join(', '), async () => {
      await stopped();
      for (const [name, change] of Object.entries(changes)) assert.equal(await firstStep(compressed(), change), 0, name);
      assert.equal(await firstStep(), 28);
    });

    it('other images or labels, also changed in place', async () => {
      await stopped();
      for (const split of [{ ...SPLIT, images }, { ...SPLIT, labels }]) assert.equal(await firstStep(compressed(), {}, split), 0);
      SPLIT.images[700] ^= 1;
      try {
        assert.equal(await firstStep(), 0);
      } finally {
        SPLIT.images[700] ^= 1;
      }
      assert.equal(await firstStep(), 28);
    });

    it('other weights, another architecture or another transform', async () => {
      const models = [compressed(), tinyModel(key(12)), tinyModel(key(12), { dropout: 0.2 }), compressed(), compressed()];
      models[0].layers[0].weights[1].write(tf.fill([8], 0.5));
      parametrize(models[3].layers[2], 'kernel', share({ bits: 2 }));
      parametrize(models[4].layers[2], 'kernel', (): Transform => ({ name: 'same', forward: (w) => tf.mul(w, 1) }));
      await stopped();
      for (const model of models) assert.equal(await firstStep(model), 0);
      assert.equal(await firstStep(), 28);
    });

    it('a transform whose numbers differ', async () => {
      const transformed = (unit: number, limit: number) => {
        const model = tinyModel(foldIn(key(12), 1));
        parametrize(model.layers[0], 'kernel', () => ({
          name: 'quantize',
          forward: (w: tf.Tensor) => tf.mul(tf.clipByValue(w, -limit, limit), unit),
        }));
        return model;
      };
      await train(transformed(0.25, 1));
      assert.deepEqual((await train(transformed(0.25, 1))).steps, []);
      assert.deepEqual([await firstStep(transformed(0.125, 1)), await firstStep(transformed(0.25, 2))], [0, 0]);
    });
  });

  it('is found again when unnamed layers were made anew', async () => {
    const unnamed = () => tf.sequential({ layers: [tf.layers.dense({ inputShape: [12], units: 3, kernelInitializer: 'ones' })] });
    const [first, second] = [unnamed(), unnamed()];
    assert.notEqual(first.name, second.name);
    await train(first);
    assert.equal((await train(second)).steps.length, 0);
  });
});
