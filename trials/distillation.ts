/** `npm run trials -- distillation`: what a student is trained with, and a teacher's epochs, on held-out training images. */
import { mnist } from '../src';
import { distillationSettings, type Lesson, trainStudent, trainTeacher, trialImages, trialSeeds } from '../src/recipes';
import { report, type Trial } from './report';

const { paper } = distillationSettings;
const [seed] = trialSeeds;

interface Tried {
  name: string;
  quantity: string;
  value: number;
  lesson?: Partial<Lesson>;
  rate?: number;
}
const { student: epochs } = paper.epochs;
const { soft } = paper.rates;
/** The first is what the recipe uses in all of them. All are tried with the teacher of fewer epochs, which was there first. */
const students: readonly Tried[] = [
  ...[epochs, 2 * epochs].map((value) => ({ name: `${value} epochs`, quantity: 'epochs of the student', value, lesson: { epochs: value } })),
  ...[2 * soft, soft / 2].map((rate) => ({ name: `rate ${rate}`, quantity: 'first rate on soft targets', value: rate, rate })),
  { name: 'no labels', quantity: 'weight of the labels', value: 0, lesson: { hardWeight: 0 } },
  { name: 'T = 4', quantity: 'temperature', value: 4, lesson: { temperature: 4 } },
];
const teacherEpochs = [paper.epochs.teacher, paper.epochs.teacher / 2];

export async function main(): Promise<void> {
  const images = trialImages(await mnist());
  const trials: Trial[] = [];
  const add = (quantity: string, value: number, seed: number, errors: number) =>
    report('distillation', trials, { net: '784-1200-1200-10 and 784-800-800-10', quantity, value: String(value), seed, error: errors / images.test.count });
  for (const epochs of teacherEpochs) {
    const all = epochs < paper.epochs.teacher;
    const teacher = await trainTeacher(images, { number: 1, seed }, { ...paper, epochs: { ...paper.epochs, teacher: epochs } });
    add('epochs of the teacher', epochs, seed, teacher.errors);
    for (const studentSeed of trialSeeds)
      for (const { name, quantity, value, lesson, rate = soft } of all ? students : students.slice(0, 1)) {
        const student = await trainStudent(images, { name: `of ${epochs}, ${name}`, seed: studentSeed, teacher: teacher.model, ...lesson }, { ...paper, rates: { ...paper.rates, soft: rate } });
        add(all ? quantity : 'epochs of the teacher whose student it is', all ? value : epochs, studentSeed, student.errors);
        student.model.dispose();
      }
    teacher.model.dispose();
  }
}
