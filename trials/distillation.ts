/** `npm run trials -- distillation`: epochs of teacher and student, on held-out training images. */
import { mnist } from '../src';
import { distillationSettings, trainStudent, trainTeacher, trialImages, trialSeeds } from '../src/recipes';
import { report, type Trial } from './report';

const paper = distillationSettings.paper;
/** The first of each is what the recipe uses. */
const epochs = { teacher: [paper.epochs.teacher, 2 * paper.epochs.teacher], student: [paper.epochs.student, 2 * paper.epochs.student] };

export async function main(): Promise<void> {
  const images = trialImages(await mnist());
  const trials: Trial[] = [];
  const add = (quantity: string, value: number, seed: number, errors: number) =>
    report('distillation', trials, { net: '784-1200-1200-10 and 784-800-800-10', quantity, value: String(value), seed, error: errors / images.test.count });
  const [seed] = trialSeeds;
  for (const teacherEpochs of epochs.teacher) {
    const { model: teacher, errors } = await trainTeacher(images, { number: 1, seed }, { ...paper, epochs: { ...paper.epochs, teacher: teacherEpochs } });
    add('epochs of the teacher', teacherEpochs, seed, errors);
    for (const seed of trialSeeds)
      for (const studentEpochs of epochs.student) {
        const student = await trainStudent(images, { name: `of ${teacherEpochs}, ${studentEpochs} epochs`, seed, teacher, epochs: studentEpochs }, paper);
        add(`epochs of the student, whose teacher has ${teacherEpochs}`, studentEpochs, seed, student.errors);
        student.model.dispose();
      }
  }
}
