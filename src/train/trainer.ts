import * as tf from '@tensorflow/tfjs';
import { checkKey, foldIn } from '../random';
import { checkOptions, described, Interrupted, interruptible, progress, sizeOf } from '../system';
import { checkLoss, checkOptimizer, checkWhole } from './check';
import { Checkpoint, digestOf } from './checkpoint';
import type { Evaluation } from './evaluate';
import { shownShort } from './history';
import { noteTraining } from './journal';
import { firstStatistics, normalizations } from './normalization';
import { sgd } from './optimizers';
import type { Schedule } from './schedules';
import { compileSteps, stepsOfRun, type Values } from './step';
import { type Epoch, TRAINING_OPTIONS, type TrainOptions } from './training';
import { checkModel, inHook, whileTraining } from '../weights/checkModel';
import { freshWeight } from '../weights/fresh';
import { advance, allTransforms, project, variables } from '../weights/model';

const OPTIONS = ['batches', 'loss', 'carried', 'validate', 'validatedOn', 'score', ...TRAINING_OPTIONS];

/** Moving statistics have settled after so many times as many steps as they follow: e^−2 of the first is left. */
const SETTLED = 2;

/** Seconds between two checkpoints of a running training. */
const SAVE_INTERVAL = 10;

/**
 * Trains a model in place, by any loss over any batches, and returns what each epoch gave. The step is one compiled program: the loss with the layers' regularizers, its gradients,
 * the optimiser's update, the layers' constraints, and what transforms of weights project.
 *
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { data, key, mlp, random, train } from 'squeezelab';
 *
 * const x = random.normal(key(1), 600); // y = x₁ − 2 x₂ + 3 x₃, to be found
 * const y = Float32Array.from({ length: 200 }, (_, i) => x[3 * i] - 2 * x[3 * i + 1] + 3 * x[3 * i + 2]);
 * const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [3], kernelInitializer: 'zeros' })] });
 * await train(model, {
 *   batches: data.arrayBatches([{ values: x, shape: [3] }, { values: y, shape: [1] }], { batch: 20, key: key(2) }),
 *   loss: ([x, y]) => tf.losses.meanSquaredError(y, model.apply(x, { training: true }) as tf.Tensor) as tf.Scalar,
 *   key: key(3),
 *   epochs: 20,
 *   learningRate: 0.05,
 * });
 * console.log(Array.from(model.getWeights()[0].dataSync(), Math.round)); // => [ 1, -2, 3 ]
 * ```
 *
 * The same arguments give the same bytes, also when the training was stopped and resumed. Ctrl-C stops between two steps. When it throws, the weights are as they were before, so that running it again
 * goes on or starts anew; only Ctrl-C without a checkpoint leaves those of the last step. What batch normalisation knows of the data after few steps is right: see `firstStatistics`.
 *
 * @throws RangeError when an option is out of range
 * @throws Error when the loss is not finite: the step is named, and the checkpoint stays as it was
 * @throws Interrupted on Ctrl-C, after the state was saved (where `checkpoint` names one)
 */
export async function train<Validation extends object = Evaluation>(model: tf.LayersModel, options: TrainOptions<Validation>): Promise<Epoch<Validation>[]> {
  checkModel('train', model);
  checkOptions('train', options, OPTIONS);
  return whileTraining(model, () => runTraining(model, options));
}

/** `train` of a model that is marked as being trained. */
export async function runTraining<Validation extends object = Evaluation>(model: tf.LayersModel, options: TrainOptions<Validation>): Promise<Epoch<Validation>[]> {
  const { batches, loss, key, epochs, optimizer = sgd({ momentum: 0.9 }), clipNorm, carried = [], validate, patience, keep = patience === undefined ? 'last' : 'best', onStep, onEpoch } = options;
  const { score = (validation) => (validation as { loss?: number }).loss ?? NaN } = options;
  checkKey('fit', key);
  checkOptimizer('fit', optimizer);
  checkLoss('fit', loss);
  checkWhole('fit: epochs', epochs);
  if (keep !== 'last' && keep !== 'best') throw new TypeError(`fit: keep must be 'last' or 'best', got ${described(keep)}`);
  const fresh = freshWeight(model);
  if (fresh) console.warn(`fit: ${fresh.originalName} of ${model.name} is as tfjs drew it, anew in each run, so that the same keys will not give the same result; draw the weights from a key first: initialize(model, key(1))`);
  if (patience !== undefined) checkWhole('fit: the patience', patience);
  if (keep === 'best' && !validate) throw new RangeError('fit: the best weights are those of the best validation, got none; hold images out for it: holdOut(split, count, key)');
  const { steps, specs } = batches;
  const total = epochs * steps;
  const rates = ratesOf(options.learningRate ?? 0.01, total);

  const slow = normalizations(model).find(({ momentum }) => total * (1 - momentum) < SETTLED);
  if (slow) console.warn(`fit: the moving statistics of ${slow.name} follow the last ${Math.round(1 / (1 - slow.momentum))} steps or so, of which this training has ${total}, so that evaluate may be far worse than the training; call await recalibrate(model, split) after it, or make the layer with { momentum: 0.9 }`);

  const weights = [...variables(model), ...carried];
  const transforms = allTransforms(model).filter((transform) => transform.advance);
  const tell = (at: number) => transforms.length && advance(model, at / total);
  const run = onStep ? 1 : Math.min(steps, stepsOfRun(specs));
  const step = await compileSteps({ model, specs, loss, optimizer, clipNorm, counts: [run, steps % run || run] });
  const best = keep === 'best' ? weights.map((weight) => tf.tidy(() => tf.variable(tf.clone<tf.Tensor>(weight), false))) : [];
  const state = [...weights, ...step.updater.state, ...best];
  const checkpoint =
    options.checkpoint === undefined
      ? undefined
      : new Checkpoint<Saved<Validation>>(options.checkpoint, {
          program: step.digest,
          start: digestOf(state),
          batches: batches.identity(),
          validation: [validate !== undefined, options.validatedOn?.()],
          training: { key, epochs, run, optimizer: [optimizer.name, optimizer.options], rates, patience, keep },
          advance: transforms.map(({ name, advance: by, schedule }) => [name, String(by), schedule]),
        });
  const before = weights.map((weight) => tf.clone<tf.Tensor>(weight));
  const statistics = firstStatistics(model);
  const saved = checkpoint?.load(state);
  const { history, ...since } = saved ?? { step: 0, sum: 0, comparable: 0, seconds: 0, history: [] as Epoch<Validation>[] };
  const began = performance.now();
  const seconds = () => since.seconds + (performance.now() - began) / 1000;
  let { comparable } = since;
  const grown = () => transforms.flatMap(({ state = [] }) => state.map(({ dataId }) => dataId));
  let known = grown();
  const display = progress(options.title ?? `training ${model.name}`, total, 'trainings');
  const arrays = specs.map(({ shape, dtype }) => new ARRAYS[(dtype ?? 'float32') as keyof typeof ARRAYS](run * sizeOf(shape)));
  const drawKey = foldIn(key, 'dropout');

  /** Trains from step `at` on, to the end of a run or of the epoch, and returns the losses. */
  async function trainFrom(at: number): Promise<Float32Array> {
    const count = Math.min(run, steps - (at % steps));
    const ofStep = (values: Values, i: number) => values.subarray((i * values.length) / run, ((i + 1) * values.length) / run);
    for (let i = 0; i < count; i++) batches.fill({ epoch: Math.floor(at / steps), step: (at % steps) + i }, arrays.map((values) => ofStep(values, i)));
    const own = Array.from({ length: count }, (_, i) => at + i);
    return step.run(
      arrays.map((values) => values.subarray(0, (count * values.length) / run)),
      Float32Array.from(own, (i) => optimizer.rate(rates[i], i)),
      step.draw(own.map((i) => foldIn(drawKey, i))),
    );
  }

  /** Ends an epoch; whether the training ends with it. */
  async function endEpoch(at: number, sum: number): Promise<boolean> {
    const restore = statistics(at);
    const validation = validate && (await inHook(model, validate));
    history.push({ epoch: at / steps, loss: sum / steps, ...(validation && { validation }) });
    const last = history.length - 1;
    const now = grown();
    if (now.some((id, i) => id !== known[i])) comparable = last;
    known = now;
    const leading = keep === 'best' ? leastOf(history.map((epoch, i) => (i < comparable ? NaN : score(epoch.validation!)))) : last;
    if (leading === last) best.forEach((copy, i) => copy.assign(weights[i]));
    restore();
    const ended = at === total || (patience !== undefined && last - Math.max(leading, comparable) >= patience);
    if (onEpoch) await inHook(model, () => onEpoch(history, ended));
    return ended;
  }

  try {
    return await interruptible(async (stopped) => {
      let { step: at, sum } = since;
      let lastSave = performance.now();
      const save = (next: number) => {
        checkpoint?.save({ step: next, sum, comparable, seconds: seconds(), history }, state);
        lastSave = performance.now();
      };
      const first = at;
      if (first === 0) tell(0);
      while (at < total) {
        if (at % steps === 0) carried.forEach((variable) => tf.tidy(() => variable.assign(tf.zerosLike(variable))));
        const losses = await trainFrom(at);
        const epoch = Math.floor(at / steps);
        const broken = losses.findIndex((value) => !Number.isFinite(value));
        if (broken >= 0) {
          throw new Error(`fit: the loss of ${model.name} must be finite, got ${losses[broken]} at step ${at + broken} (epoch ${epoch + 1}); nothing was saved over; lower the learning rate`);
        }
        if (onStep) await inHook(model, () => onStep({ step: at, epoch: epoch + 1, loss: losses[0], learningRate: rates[at] }));
        sum += losses.reduce((total, value) => total + value, 0);
        at += losses.length;
        tell(at);
        const done = at % steps === 0;
        const ended = done && (await endEpoch(at, sum));
        if (done) sum = 0;
        display.update(at, note(epoch + 1, epochs, done ? history.at(-1)!.loss : losses.at(-1)!, history));
        if (stopped()) {
          save(ended ? total : at);
          if (!checkpoint) statistics(at);
          throw new Interrupted(`fit: stopped after step ${at} of ${total}; ${checkpoint ? 'run it again to go on from there' : 'the weights are those of that step'}`);
        }
        if (ended) {
          save(total);
          break;
        }
        if (performance.now() - lastSave > SAVE_INTERVAL * 1000) save(at);
      }
      if (options.checkpoint) noteTraining({ name: options.checkpoint, seconds: seconds(), earlier: since.seconds });
      if (transforms.length) tf.tidy(() => project(model));
      if (keep === 'best') weights.forEach((weight, i) => weight.assign(best[i]));
      else statistics(total);
      const last = history.at(-1)!;
      display.end(`${note(last.epoch, epochs, last.loss, history)}${last.epoch < epochs ? ' · stopped early' : ''}${first > 0 ? ` · from a checkpoint of step ${first}` : ''}`);
      return shownShort(history);
    });
  } catch (error) {
    if (checkpoint || !(error instanceof Interrupted)) weights.forEach((weight, i) => weight.assign(before[i]));
    throw error;
  } finally {
    tf.dispose([before, best]);
    await step.dispose();
  }
}

interface Saved<Validation> {
  /** The next one; the total when the training has ended. */
  step: number;
  /** Of the losses of the epoch so far. */
  sum: number;
  /** The first epoch with the masks of now. */
  comparable: number;
  /** That the training has taken until then. */
  seconds: number;
  history: Epoch<Validation>[];
}

/** The place of the first least number; -1 where none is one. */
const leastOf = (scores: readonly number[]): number => scores.indexOf(Math.min(...scores.filter((value) => !Number.isNaN(value))));

const ARRAYS = { float32: Float32Array, int32: Int32Array, bool: Uint8Array };

function ratesOf(learningRate: number | Schedule, total: number): number[] {
  if (typeof learningRate !== 'number' && typeof learningRate !== 'function') throw new TypeError(`fit: the learning rate must be a number, or a schedule such as cosine(0.1), got ${described(learningRate)}`);
  const rates = Array.from({ length: total }, (_, at) => (typeof learningRate === 'number' ? learningRate : learningRate(at / total)));
  const wrong = rates.findIndex((rate) => !(rate >= 0 && rate < Infinity));
  if (wrong >= 0) throw new RangeError(`fit: the learning rate must be a number from 0, got ${typeof rates[wrong] === 'number' ? rates[wrong] : `${described(rates[wrong])}; call it: cosine(0.1)`} at step ${wrong}`);
  return rates;
}

function note<Validation>(epoch: number, epochs: number, loss: number, history: readonly Epoch<Validation>[]): string {
  const { error } = (history.at(-1)?.validation ?? {}) as { error?: number };
  return `epoch ${epoch}/${epochs} · loss ${loss.toPrecision(3)}${error === undefined ? '' : ` · error ${(100 * error).toFixed(2)}%`}`;
}
