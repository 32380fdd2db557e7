import { Command, Option } from 'commander';
import { scales, type Scale } from '../system';
import { positive, whole } from './usage';

export interface GradeFlags {
  scale: Scale;
  timeout: number;
  variant?: number;
  of?: string;
  csv?: string;
  json?: string;
}

export const grade = new Command('grade')
  .description("run students' notebooks and give them points, by the checks of the original")
  .argument('<files...>', "students' notebooks")
  .addOption(new Option('--scale <scale>', 'how much of each is run').choices(scales).default('smoke'))
  .option('--timeout <seconds>', 'that a cell may take', positive(), 60)
  .option('--variant <n>', 'from which the checks draw their inputs (SQUEEZELAB_VARIANT), in place of one by chance; students see 0', whole(0, 1e15 - 1))
  .option('--of <notebook>', 'the original, in place of the one that a file names')
  .option('--csv <file>', 'write the table of points')
  .option('--json <file>', 'write all that is known: tests, messages, answers')
  .addHelpText('after', "\nIt runs what students wrote, with your rights: do it in a container or by a user of its own.\n\nExample:\n  squeezelab grade handed-in/*.ipynb --csv points.csv")
  .action(async (files: string[], flags: GradeFlags) => {
    const { gradeFiles } = await import('./actions/grade');
    process.exitCode = await gradeFiles(files, flags);
  });
