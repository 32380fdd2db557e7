import { Command } from 'commander';

export const student = new Command('student')
  .description('a copy of a notebook for students: without solutions and outputs')
  .argument('<notebook>', 'a path, or a name in notebooks/')
  .option('--out <file>', 'the copy, in place of NAME.student.ipynb here')
  .option('--force', "replace what is there, be it a student's work")
  .addHelpText('after', '\nExample:\n  squeezelab student 08-alexnet-vgg-by-accounting')
  .action(async (notebook: string, flags: { out?: string; force?: boolean }) => {
    const { writeStudentCopy } = await import('./actions/student');
    console.log(writeStudentCopy(notebook, flags));
  });
