import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { duration, projectRoot, writeAtomic } from '../system';
import type { Claim } from './claim';
import { circumstances, claimColumns, claimRow, countVerdicts, groupBy } from './format';
import { readResult, type Result, type Run } from './results';
import { type Trial, trialColumns, trialRows } from './trials';

type Named = [notebook: string, result: Result];

const jsonFiles = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')).sort() : []);

const readResults = (folder: string): Named[] => jsonFiles(folder).map((name) => [name.slice(0, -'.json'.length), readResult(join(folder, name))]);

const readTrials = (folder: string): Trial[] => jsonFiles(folder).flatMap((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Trial[]);

/** A table in Markdown. */
function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replace(/\s+/g, ' ')).join(' | ')} |`;
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n');
}

function paperSection(paper: string, claims: readonly Claim[]): string[] {
  const misses = claims.filter(({ verdict }) => verdict === 'missed').map(({ table: where, quantity, note }) => `- ${where}, ${quantity}: ${note ?? 'why is not known'}`);
  return [`## ${paper}`, table(claimColumns, claims.map(claimRow)), ...(misses.length > 0 ? [`What is known of the misses:\n\n${misses.join('\n')}`] : [])];
}

/** `12 min 30 s; 40 trainings of 1 h 50 min in all, 1 h 42 min of it by checkpoints at hand`. */
function wallTime({ seconds, trainings, checkpoints }: Run): string {
  if (checkpoints) return `${hours(seconds)}, with the checkpoints of ${checkpoints} trainings of an earlier run at hand`;
  if (!trainings) return hours(seconds);
  const atHand = trainings.earlier > 0 ? `, ${hours(trainings.earlier)} of it by checkpoints at hand` : '';
  return `${hours(seconds)}; ${trainings.count} ${trainings.count === 1 ? 'training' : 'trainings'} of ${hours(trainings.seconds)} in all${atHand}`;
}

/** From an hour on `1 h 50 min`. */
function hours(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  return seconds < 3600 ? duration(seconds) : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function measuredBy([notebook, { run, claims }]: Named): string {
  const { node, ...packages } = run.versions;
  const versions = Object.entries(packages).map(([name, version]) => `${name} ${version}`);
  return [
    `### ${notebook}`,
    [
      ...circumstances(claims),
      `command: \`${run.command}\``,
      `commit: ${run.commit ?? 'none'}`,
      `machine: ${run.cpu}, ${run.cores} cores, ${run.platform}`,
      `wall time: ${wallTime(run)}`,
      `versions: Node ${node}; ${versions.join(', ')}`,
    ]
      .map((line) => `- ${line}`)
      .join('\n'),
  ].join('\n\n');
}

function trialSection(trials: readonly Trial[]): string[] {
  if (trials.length === 0) return [];
  return ['## How numbers of recipes were chosen', 'On training images that were held out, with seeds of which no result above has any (`npm run trials -- NAME`); the first value of each number is the one that the recipes use. It need not err least: a reference is to err as often as the paper’s, and a file is to be small.', table(trialColumns, trialRows(trials))];
}

function report(results: readonly Named[], trials: readonly Trial[]): string {
  const claims = results.flatMap(([, result]) => result.claims);
  const papers = [...groupBy(claims, ({ paper }) => paper)];
  return `${[
    '# Reproduction',
    '<!-- Written by `npm run report` from results/: change nothing here by hand. -->',
    'What papers published, and what our notebooks measured at paper scale on real data. *Ours* is the mean over the seeds with its standard deviation; the difference is ours minus published. `npm run record` measures again, `npm run report` writes this page.',
    table(['paper', 'claims', 'verdicts'], papers.map(([paper, own]) => [paper, String(own.length), countVerdicts(own)])),
    ...papers.flatMap(([paper, own]) => paperSection(paper, own)),
    ...trialSection(trials),
    '## What made the results',
    ...results.map(measuredBy),
  ].join('\n\n')}\n`;
}

/** Writes REPRODUCTION.md anew from `results/*.json`; the same results give the same bytes. */
export function writeReport(root = projectRoot): void {
  const results = join(root, 'results');
  writeAtomic(join(root, 'REPRODUCTION.md'), report(readResults(results), readTrials(join(results, 'trials'))));
}

/** The claims of all results as JSON: a list. */
export const reportJson = (root = projectRoot): string => JSON.stringify(readResults(join(root, 'results')).flatMap(([, { claims }]) => claims), null, 2);
