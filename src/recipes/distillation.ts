/** Distillation (Hinton, Vinyals & Dean 2015, section 3 and Table 5): teachers, students, temperatures, transfer sets without classes, soft targets of few images. */
import type * as tf from '@tensorflow/tfjs';
import { distill, type Teacher } from '../compress';
import { firstImages, holdOut, jitter, onlyClasses, type Split, withoutClasses } from '../data';
import { mlp } from '../models';
import { foldIn, key } from '../random';
import type { Scale } from '../system';
import { adam, cosine, type Epoch, evaluate, fit } from '../train';
import { type Images, withoutDecay } from './stage';

export interface DistillationSettings {
  /** Of each of the two hidden layers. */
  units: { teacher: number; student: number };
  epochs: { teacher: number; student: number; part: number };
  /** First learning rates: of SGD with momentum on labels, of Adam on soft targets. */
  rates: { labels: number; soft: number };
  /** Of the teacher's hidden units. */
  dropout: number;
  temperature: number;
  /** The weight of the labels beside the soft targets. */
  hardWeight: number;
  /** Temperatures to try, by the student's units. */
  sweep: readonly { units: number; temperatures: readonly number[] }[];
}

const common = { rates: { labels: 0.1, soft: 0.001 }, dropout: 0.25, temperature: 20, hardWeight: 0.1 };
export const distillationSettings: Record<Scale, DistillationSettings> = {
  smoke: { ...common, units: { teacher: 60, student: 40 }, epochs: { teacher: 3, student: 3, part: 3 }, sweep: [{ units: 10, temperatures: [1, 20] }] },
  quick: {
    ...common,
    units: { teacher: 300, student: 200 },
    epochs: { teacher: 8, student: 6, part: 60 },
    sweep: [
      { units: 30, temperatures: [1, 4, 20] },
      { units: 100, temperatures: [1, 4, 20] },
    ],
  },
  paper: {
    ...common,
    units: { teacher: 1200, student: 800 },
    epochs: { teacher: 100, student: 20, part: 50 },
    sweep: [
      { units: 30, temperatures: [1, 1.5, 2.5, 3, 4, 8, 12, 20, 40] },
      { units: 300, temperatures: [1, 2.5, 4, 12, 20, 40] },
      { units: 800, temperatures: [2.5, 20, 40] },
    ],
  },
};

/** The paper: the norm of the weights into a unit is at most √15 (Hinton et al. 2012, which it names). */
const MAX_NORM = Math.sqrt(15);
/** Pixels by which the teachers' images move. */
export const JITTER = { pixels: 2 };
const BATCH = 128;

/** A trained net, and its errors on the test images after each epoch: a curve to look at. */
export interface Trained {
  model: tf.LayersModel;
  curve: number[];
  /** Test images whose answer is wrong, after the last epoch. */
  errors: number;
}

function trained(model: tf.LayersModel, history: readonly Epoch[]): Trained {
  const curve = history.map(({ validation }) => validation!.errors);
  return { model, curve, errors: curve.at(-1)! };
}

/** Trains one of several teachers, which differ in their weights and in the order of the images: dropout, weight constraint and jittered images keep it from learning them by heart. */
export async function trainTeacher(images: Images, { number, seed }: { number: number; seed: number }, { units, epochs, rates, dropout }: DistillationSettings): Promise<Trained> {
  const own = foldIn(key(seed), `teacher ${number}`);
  const model = mlp(own, [784, units.teacher, units.teacher, 10], { dropout: { input: 0, hidden: dropout }, maxNorm: MAX_NORM });
  const history = await fit(model, images.train, {
    title: `teacher ${number}`,
    checkpoint: `distillation, teacher ${number} seed ${seed}`,
    key: foldIn(own, 'training'),
    epochs: epochs.teacher,
    batch: Math.min(BATCH, images.train.count),
    augment: jitter(images.train.shape, JITTER),
    learningRate: cosine(rates.labels),
    optimizer: withoutDecay,
    validation: images.test,
  });
  return trained(model, history);
}

/** What a student is given to learn; left out: the settings' units, epochs, temperature and weight of the labels, all training images, no teacher. */
export interface Lesson {
  /** What its random choices and its checkpoint are named by, besides its seed. */
  name: string;
  seed: number;
  teacher?: Teacher;
  transfer?: Split;
  units?: number;
  epochs?: number;
  temperature?: number;
  hardWeight?: number;
  /** Ends at the best epoch on this split; else the last epoch is kept. */
  heldOut?: Split;
}

/** Trains a student: by SGD on the labels where there is no teacher, else by Adam on soft targets. */
export async function trainStudent(images: Images, lesson: Lesson, settings: DistillationSettings): Promise<Trained> {
  const { name, seed, teacher, transfer = images.train, heldOut, units = settings.units.student, epochs = settings.epochs.student } = lesson;
  const { temperature = settings.temperature, hardWeight = settings.hardWeight } = lesson;
  const model = mlp(key(seed), [784, units, units, 10]);
  const options = {
    title: `${name}, seed ${seed}`,
    checkpoint: `distillation, ${name} seed ${seed}`,
    key: foldIn(key(seed), name),
    epochs,
    batch: Math.min(BATCH, transfer.count),
    validation: heldOut ?? images.test,
    ...(heldOut && { keep: 'best' as const }),
  };
  const history = teacher
    ? await distill(model, transfer, { ...options, teacher, temperature, hardWeight, learningRate: cosine(settings.rates.soft), optimizer: adam() })
    : await fit(model, transfer, { ...options, learningRate: cosine(settings.rates.labels), optimizer: withoutDecay });
  return heldOut ? { ...trained(model, history), errors: (await evaluate(model, images.test)).errors } : trained(model, history);
}

/** A student for each seed. */
export async function trainStudents(images: Images, seeds: readonly number[], lesson: Omit<Lesson, 'seed'>, settings: DistillationSettings): Promise<Trained[]> {
  const students: Trained[] = [];
  for (const seed of seeds) students.push(await trainStudent(images, { ...lesson, seed }, settings));
  return students;
}

/** Errors of the students of one size at one temperature, one for each seed. */
export interface AtTemperature {
  units: number;
  temperature: number;
  errors: number[];
}

/** Students of each size at each temperature. Those of the settings' own size and temperature are `known`, one for each seed. */
export async function sweepTemperatures(images: Images, seeds: readonly number[], teacher: Teacher, known: readonly Trained[], settings: DistillationSettings): Promise<AtTemperature[]> {
  const points: AtTemperature[] = [];
  for (const { units, temperatures } of settings.sweep)
    for (const temperature of temperatures) {
      const again = units === settings.units.student && temperature === settings.temperature;
      const students = again ? known.slice(0, seeds.length) : await trainStudents(images, seeds, { name: `${units} units at ${temperature}`, units, temperature, teacher }, settings);
      points.push({ units, temperature, errors: students.map(({ errors }) => errors) });
      if (!again) for (const { model } of students) model.dispose();
    }
  return points;
}

/** Students that never see a 3: soft targets alone, of all images but the 3s. */
export const withoutThrees = (images: Images, seeds: readonly number[], teacher: Teacher, settings: DistillationSettings) =>
  trainStudents(images, seeds, { name: 'no 3', transfer: withoutClasses(images.train, [3]), teacher, hardWeight: 0 }, settings);

/** Students that see 7s and 8s alone; twice the epochs, for they are a fifth of the images. */
export const sevensAndEights = (images: Images, seeds: readonly number[], teacher: Teacher, settings: DistillationSettings) =>
  trainStudents(images, seeds, { name: 'only 7 and 8', transfer: onlyClasses(images.train, [7, 8]), teacher, hardWeight: 0, epochs: 2 * settings.epochs.student }, settings);

/** The 3% of the training images that a seed draws, and images that are in none of it. */
export function fewImages({ train }: Images, seed: number): { part: Split; heldOut: Split } {
  const few = Math.round(0.03 * train.count);
  const { train: others, validation: part } = holdOut(train, few, foldIn(key(seed), '3%'));
  return { part, heldOut: firstImages(others, Math.min(5000, others.count)) };
}

/** Of one seed, students of 3% of the images: by their labels, ended at the best epoch on held-out images, and by soft targets, not ended. Errors are of the test images. */
export async function ofFewImages(images: Images, seed: number, teacher: Teacher, settings: DistillationSettings): Promise<{ labels: Trained; soft: Trained }> {
  const { part, heldOut } = fewImages(images, seed);
  const epochs = settings.epochs.part;
  return {
    labels: await trainStudent(images, { name: 'labels of 3%', seed, transfer: part, epochs, heldOut }, settings),
    soft: await trainStudent(images, { name: 'soft targets of 3%', seed, transfer: part, epochs, teacher, hardWeight: 0 }, settings),
  };
}
