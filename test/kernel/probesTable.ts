/**
 * Prints what the probes see on stock tslab, on the kernel of an older checkout and on ours, as a Markdown table:
 * `npx tsx test/kernel/probesTable.ts [folder of the older checkout] [part of a group's or probe's name]`.
 */
import { existsSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { Examiner, difference, older, ours, probes, stock, type Probe } from './probes';

async function column(examiner: Examiner, chosen: readonly Probe[]): Promise<string[]> {
  const seen: string[] = [];
  for (const probe of chosen) {
    const facts = await examiner.ask(probe).catch((error: unknown) => String(error));
    seen.push(
      isDeepStrictEqual(facts, probe.ours)
        ? 'pass'
        : difference(facts, probe.ours).replace(/\s+/g, ' ').replaceAll('|', '\\|').slice(0, 90),
    );
    process.stderr.write(seen[seen.length - 1] === 'pass' ? '.' : 'x');
  }
  await examiner.stop();
  process.stderr.write('\n');
  return seen;
}

async function main([first, ...rest]: readonly string[]): Promise<void> {
  const folder = first && existsSync(first) ? first : undefined;
  const words = first && !folder ? [first, ...rest] : rest;
  const chosen = probes.filter(({ group, name }) => words.every((word) => `${group}: ${name}`.includes(word)));
  const subjects = [['stock', stock] as const, ...(folder ? [['before', older(folder)] as const] : []), ['now', ours] as const];
  const columns: string[][] = [];
  for (const [, subject] of subjects) columns.push(await column(new Examiner(subject), chosen));
  const row = (cells: readonly string[]) => console.log(`| ${cells.join(' | ')} |`);
  row(['probe', ...subjects.map(([name]) => name)]);
  row(['---', ...subjects.map(() => '---')]);
  chosen.forEach(({ group, name }, k) =>
    row([`${group}: ${name.replace(/\s+/g, ' ').replaceAll('|', '\\|')}`, ...columns.map((seen) => seen[k])]),
  );
  row(['passed', ...columns.map((seen) => `${seen.filter((text) => text === 'pass').length} of ${seen.length}`)]);
}

void main(process.argv.slice(2)).then(() => process.exit(0));
