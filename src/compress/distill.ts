import * as tf from '@tensorflow/tfjs';
import type { Split } from '../data';
import { checkOptions, described } from '../system';
import { crossEntropy, type Epoch, fit, type FitOptions, type Loss, predict, softCrossEntropy } from '../train';
import { TRAINING_OPTIONS } from '../train/training';
import { checkModel } from '../weights/checkModel';

const OPTIONS = ['teacher', 'temperature', 'hardWeight', 'batch', 'validation', ...TRAINING_OPTIONS];

/** One model, or an ensemble. */
export type Teacher = tf.LayersModel | readonly tf.LayersModel[];

/** What `distill` takes: the teacher, the terms of the loss, and what `fit` takes but for its loss, targets and crops. */
export interface DistillOptions extends Omit<FitOptions, 'augment' | 'loss' | 'targets'> {
  /** A net of the student's classes that takes its images; of several the soft targets are averaged. */
  teacher: Teacher;
  /** T: divides the logits of teacher and student before the softmax; from 1 on, softer the larger. */
  temperature: number;
  /** The weight, from 0 to 1, of the cross-entropy with the labels; the soft targets have the rest. 0 if left out. */
  hardWeight?: number;
}

/**
 * Distillation (Hinton, Vinyals & Dean 2015, section 2): trains a student on what a teacher answers to the images of a transfer set,
 *
 * loss = h · CE(label, softmax(z)) + (1 − h) · T² · CE(p, softmax(z / T)), with p = softmax(v / T) for logits z of the student and v of the teacher, each `[batch, classes]`: the mean over the batch, in nats.
 *
 * The gradient of CE(p, softmax(z / T)) by a logit is (q − p) / T for q = softmax(z / T), and q − p itself shrinks as 1 / T: the factor T² keeps the soft targets' share when T changes. At a high temperature, and for logits
 * whose mean is zero, what is left of the soft term's gradient is (z − v) / N for N classes (equation 4).
 *
 * Of several teachers p is the mean of their distributions. Their logits are computed once for a transfer set (do not change its images in place), which is not augmented: targets belong to the images as they are. A
 * parametrized student (pruned, shared) is trained through its transforms.
 *
 * ```ts
 * import { distill, drawnDigits, fit, key, mlp } from 'squeezelab';
 *
 * const { train } = drawnDigits({ train: 60, test: 20 });
 * const teacher = mlp(key(1), [784, 32, 10]);
 * await fit(teacher, train, { key: key(2), epochs: 5, batch: 10 });
 * const student = mlp(key(3), [784, 8, 10]);
 * const history = await distill(student, train, { teacher, temperature: 4, hardWeight: 0.1, key: key(4), epochs: 5, batch: 10 });
 * console.log(history.length, history[4].loss < history[0].loss); // => 5 true
 * ```
 *
 * @param student images `[batch, ...shape]` to logits `[batch, classes]`, trained in place
 * @throws RangeError when the temperature is below 1, the weight is not from 0 to 1, or a teacher has other classes than the student; and what `fit` throws
 * @throws TypeError when student or teacher is no LayersModel, or for an option that there is not
 */
export async function distill(student: tf.LayersModel, transfer: Split, given: DistillOptions): Promise<Epoch[]> {
  checkModel('distill', student);
  checkOptions('distill', given, OPTIONS);
  const { teacher, temperature, hardWeight = 0, checkpoint, ...options } = given;
  if (!(hardWeight >= 0 && hardWeight <= 1)) throw new RangeError(`distill: the weight of the labels must be from 0 to 1, got ${hardWeight}`);
  const classes = student.outputs[0].shape.at(-1)!;
  const targets = await softTargets(teacher, transfer, temperature);
  if (targets.length !== transfer.count * classes) throw new RangeError(`distill: teacher and student must have as many classes, got ${targets.length / transfer.count} and ${classes}`);
  return fit(student, transfer, {
    ...options,
    targets,
    loss: distillationLoss(temperature, hardWeight),
    checkpoint: checkpoint && `${checkpoint}, distilled at ${temperature} with ${hardWeight} of the labels`,
  });
}

/**
 * The loss of `distill`, its targets already softened by T: h · CE(label, softmax(z)) + (1 − h) · T² · CE(p, softmax(z / T)), the mean over the batch in nats.
 *
 * @param temperature T
 * @param hardWeight h, from 0 to 1
 * @returns a loss of labels `[batch]`, logits z `[batch, classes]` and targets p `[batch, classes]`, which throws an Error where there are no targets
 */
export const distillationLoss =
  (temperature: number, hardWeight: number): Loss =>
  (labels, logits, targets) => {
    if (!targets) throw new Error('distillationLoss: the loss must have targets, got none; give them to fit, or call distill');
    const soft = tf.mul(softCrossEntropy(targets, tf.div(logits, temperature)), (1 - hardWeight) * temperature ** 2);
    return hardWeight ? tf.add(soft, tf.mul(crossEntropy(labels, logits), hardWeight)) : (soft as tf.Scalar);
  };

/**
 * What a teacher knows of each image: softmax(v / T) of its logits v, `[count, classes]` in row-major order; of several teachers, the mean.
 *
 * @param temperature T, from 1 on
 * @throws RangeError when the temperature is below 1, there is no teacher, or they differ in their classes; and what `predict` throws
 * @throws TypeError when a teacher is no LayersModel
 */
export async function softTargets(teacher: Teacher, split: Split, temperature: number): Promise<Float32Array> {
  if (!(temperature >= 1 && temperature < Infinity)) throw new RangeError(`distill: the temperature must be a number from 1, got ${typeof temperature === 'number' ? temperature : described(temperature)}`);
  const teachers = Array.isArray(teacher) ? (teacher as readonly tf.LayersModel[]) : [teacher as tf.LayersModel];
  teachers.forEach((one) => checkModel('distill: teacher', one));
  if (teachers.length === 0) throw new RangeError('distill: there must be a teacher, got none');
  let mean: Float32Array | undefined;
  for (const one of teachers) {
    const soft = softened(await logitsOf(one, split), split.count, temperature);
    if (!mean) mean = soft;
    else if (mean.length !== soft.length) throw new RangeError(`distill: teachers must have as many classes, got ${mean.length / split.count} and ${soft.length / split.count}`);
    else soft.forEach((value, i) => (mean![i] += value));
  }
  return teachers.length === 1 ? mean! : mean!.map((sum) => sum / teachers.length);
}

/** softmax(v / T) of each row. */
function softened(logits: Float32Array, count: number, temperature: number): Float32Array {
  const classes = logits.length / count;
  const soft = new Float32Array(logits.length);
  for (let from = 0; from < logits.length; from += classes) {
    const row = logits.subarray(from, from + classes);
    const largest = Math.max(...row);
    const exponentials = Array.from(row, (logit) => Math.exp((logit - largest) / temperature));
    const sum = exponentials.reduce((total, value) => total + value, 0);
    exponentials.forEach((value, i) => (soft[from + i] = value / sum));
  }
  return soft;
}

interface Known {
  /** Of the weights that the logits were computed with: each change of a weight gives it another. */
  ids: object[];
  split: Split;
  logits: Float32Array;
}
const known = new WeakMap<tf.LayersModel, Known>();

/** A teacher's logits for a split, computed once as long as its weights and the split's arrays stay. */
async function logitsOf(teacher: tf.LayersModel, split: Split): Promise<Float32Array> {
  const ids = teacher.weights.map((weight) => weight.read().dataId);
  const last = known.get(teacher);
  const same = last && last.split.images === split.images && last.split.standardization === split.standardization && ids.every((id, i) => id === last.ids[i]);
  if (same) return last.logits;
  const logits = await predict(teacher, split);
  known.set(teacher, { ids, split, logits });
  return logits;
}
