/** `npm run cells [FILE...]`: how long and how wide the notebooks' code cells are. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readNotebook } from '../../src/lab/notebook';
import { projectRoot, textTable } from '../../src/system';

/** What fits a screen. */
export const MOST = { lines: 25, columns: 110 };

export const notebooks = readdirSync(join(projectRoot, 'notebooks')).filter((file) => file.endsWith('.ipynb')).map((file) => join(projectRoot, 'notebooks', file));

/** The size of each code cell of a notebook. */
export const sizes = (file: string) =>
  readNotebook(file).cells.flatMap(({ id, cell_type, source }) => {
    const lines = source.split('\n');
    return cell_type === 'code' ? [{ id, lines: lines.length, columns: Math.max(...lines.map(({ length }) => length)) }] : [];
  });

function main(files: string[]): void {
  const rows = files.map((file) => {
    const cells = sizes(file);
    const most = (of: 'lines' | 'columns') => String(Math.max(...cells.map((cell) => cell[of])));
    const over = (of: 'lines' | 'columns') => String(cells.filter((cell) => cell[of] > MOST[of]).length);
    return [file.replace(/^.*\//, ''), String(cells.length), most('lines'), over('lines'), most('columns'), over('columns')];
  });
  console.log(textTable(['notebook', 'code cells', 'longest', `over ${MOST.lines} lines`, 'widest', `over ${MOST.columns} columns`], rows));
}

if (require.main === module) main(process.argv.length > 2 ? process.argv.slice(2) : notebooks);
