import type * as tf from '@tensorflow/tfjs';
import { type Augment, imageBatches, type Split } from '../data';
import { checkKey } from '../random';
import { checkOptions, sha256 } from '../system';
import { checkKind, checkLoss, checkSplit, checkWhole, rememberClasses } from './check';
import { compileLogits, evaluateWith, type Evaluation } from './evaluate';
import { crossEntropy, type Loss } from './losses';
import { whileTraining } from '../weights/checkModel';
import { imageStep, inputShape } from './step';
import { runTraining } from './trainer';
import { type Epoch, TRAINING_OPTIONS, type TrainingOptions } from './training';

/** What `fit` takes: how a split is made into batches and judged, and what every training may be told. */
export interface FitOptions extends TrainingOptions {
  /** Images a step; the last partial batch of an epoch is dropped. 128 if left out. */
  batch?: number;
  /** `crossEntropy` if left out. */
  loss?: Loss;
  /** Crops and mirror images to train on, drawn anew in each epoch. */
  augment?: Augment;
  /** What the loss compares each image's logits with besides its label, `[count, classes]`: a teacher's soft targets. */
  targets?: Float32Array;
  /** Evaluated after each epoch. What decides anything, an early end or the best weights, must be held out of the training set: `holdOut`; a test set decides nothing. */
  validation?: Split;
}

const OPTIONS = ['batch', 'loss', 'augment', 'targets', 'validation', ...TRAINING_OPTIONS];

/** What others call it, and what it is here. */
const ELSEWHERE: Record<string, string> = {
  lr: 'write learningRate',
  batchSize: 'write batch',
  validationSplit: 'hold images out, const { train, validation } = holdOut(split, 500, key(1)), and write validation',
  validationData: 'write validation: a split, such as holdOut(split, 500, key(1)) gives',
  callbacks: 'write onEpoch or onStep',
  metrics: 'evaluate(model, split) gives the error',
  shuffle: 'each epoch has an order of its own, from the key',
  verbose: 'progress is one line on stderr',
};

function checkFitOptions(options: unknown): void {
  const other = typeof options === 'object' && options !== null ? Object.keys(options).find((name) => Object.hasOwn(ELSEWHERE, name)) : undefined;
  if (other) throw new TypeError(`fit: there is no option ${other}; ${ELSEWHERE[other]}. The options are ${OPTIONS.join(', ')}`);
  if (options === undefined) throw new TypeError('fit: there must be options, such as { key: key(1), epochs: 5, batch: 50, learningRate: 0.05 }, of which key and epochs are needed, got none');
  checkOptions('fit', options, OPTIONS);
}

/**
 * Trains a model of images to logits, or to the softmax of them, in place and returns what each epoch gave: `train` on the batches of a split, by its labels. Parametrized weights are trained through
 * their transforms. The layers' regularizers are added to the loss, and their constraints hold after each update. The best epoch is the one with the fewest errors on the validation split.
 *
 * Every random choice comes from `key`: the order of the images, dropout masks, crops, and what transforms draw.
 *
 * ```ts
 * import { drawnDigits, fit, holdOut, key, mlp } from 'squeezelab';
 *
 * const digits = drawnDigits({ train: 60, test: 20 });
 * const { train, validation } = holdOut(digits.train, 20, key(1));
 * const model = mlp(key(2), [784, 32, 10]);
 * const history = await fit(model, train, { key: key(3), epochs: 5, batch: 10, validation });
 * console.log(history.length, history[4].loss < history[0].loss, history[4].validation?.count); // => 5 true 20
 * ```
 *
 * @param model images `[batch, ...shape]` to logits `[batch, classes]`
 * @throws RangeError when the model cannot take the data, or an option is out of range
 * @throws TypeError when the model is no LayersModel, the split no split, `key` no key, or for an option that there is not
 * @throws Error and Interrupted as `train`
 */
export async function fit(model: tf.LayersModel, split: Split, options: FitOptions): Promise<Epoch[]> {
  checkSplit('fit', model, split);
  checkFitOptions(options);
  checkKey('fit', options.key);
  const { key, batch = 128, loss = crossEntropy, augment, targets, validation, ...training } = options;
  if (validation) {
    checkSplit('fit: validation', model, validation);
    checkKind('fit: validation', validation, split);
  }
  const classes = model.outputs[0].shape.at(-1)!;
  if (targets && targets.length !== split.count * classes) throw new RangeError(`fit: the targets must be ${classes} values for each of the ${split.count} images, got ${targets.length}`);
  checkLoss('fit', loss);
  checkWhole('fit: epochs', training.epochs);
  checkWhole('fit: the batch', batch, split.count);
  rememberClasses(model, split);
  return whileTraining(model, async () => {
    const evaluationBatch = Math.min(1000, validation?.count ?? 0);
    const logits = validation && (await compileLogits(model, evaluationBatch));
    try {
      return await runTraining<Evaluation>(model, {
        ...training,
        key,
        batches: imageBatches(split, { batch, key, shape: inputShape(model, batch).slice(1), augment, targets }),
        loss: imageStep(model, batch, loss).loss,
        validate: logits && (() => evaluateWith(logits, validation, evaluationBatch)),
        validatedOn: () => validation && [sha256(validation.images), sha256(validation.labels), validation.standardization],
        score: ({ errors }) => errors,
      });
    } finally {
      await logits?.dispose();
    }
  });
}
