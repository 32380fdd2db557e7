/** A reporter that prints, below what `spec` prints, which files and which tests took longest: `npm run test:slowest`. */
import { relative } from 'node:path';
import { type MochaOptions, type Hook, reporters, Runner, type Test } from 'mocha';

const SHOWN = 20;

/** Seconds, the longest first. */
const longest = (times: [string, number][]): string[] =>
  times
    .sort(([, a], [, b]) => b - a)
    .slice(0, SHOWN)
    .map(([name, milliseconds]) => `${(milliseconds / 1000).toFixed(1).padStart(7)} s  ${name}`);

module.exports = class Slowest extends reporters.Spec {
  constructor(runner: Runner, options: MochaOptions) {
    super(runner, options);
    const parts: [string, number][] = [];
    const files = new Map<string, number>();
    const note = ({ file = '', duration = 0 }: Test | Hook, title: string) => {
      const path = relative(process.cwd(), file);
      parts.push([`${path}: ${title}`, duration]);
      files.set(path, (files.get(path) ?? 0) + duration);
    };
    runner.on(Runner.constants.EVENT_TEST_END, (test) => note(test, test.fullTitle()));
    runner.on(Runner.constants.EVENT_HOOK_END, (hook) => note(hook, hook.fullTitle()));
    runner.on(Runner.constants.EVENT_RUN_END, () => {
      console.log(`\nThe slowest files:\n${longest([...files]).join('\n')}\n\nThe slowest tests and hooks:\n${longest(parts).join('\n')}`);
    });
  }
};
