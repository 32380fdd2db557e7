import { Command } from 'commander';
import type { RunRow } from '../run';
import type { Scale } from '../system';
import { scaleOption } from './options';

export const runs = new Command('runs')
  .description('what ran, newest first: when, with what, and what it measured')
  .argument('[notebook]', 'its name, or a part of it')
  .addOption(scaleOption())
  .option('--json', 'as JSON, with every metric')
  .addHelpText('after', '\nExample:\n  squeezelab runs 01-deep --scale quick')
  .action(async (notebook: string | undefined, { scale, json }: { scale?: Scale; json?: boolean }) => {
    const { runs: listed } = await import('../run');
    const rows = listed({ scale, notebook });
    if (json) console.log(JSON.stringify(rows, null, 2));
    else await printTable(rows);
  });

async function printTable(rows: readonly RunRow[]): Promise<void> {
  if (rows.length === 0) return console.log('No run yet: npm start makes one.');
  const { textTable } = await import('../system');
  const columns = ['when', 'notebook', 'scale', 'parameters', 'state', 'seconds', 'error', 'bytes'];
  const percent = (error: unknown) => (typeof error === 'number' ? `${(100 * error).toFixed(2)}%` : error);
  console.log(textTable(columns, rows.map((row) => [when(row.began), row.notebook.replace(/^notebooks\/|\.ipynb$/g, ''), row.scale, row.parameters, row.state, Math.round(row.seconds), percent(row.error), row.bytes])));
}

/** Local time, to the minute. */
const when = (iso: string): string => new Date(iso).toLocaleString('sv').slice(0, 16);
