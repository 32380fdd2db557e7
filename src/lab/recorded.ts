import { kernelspec } from './jupyter';
import type { Notebook } from './notebook';
import { parameterCell, parametersOf, removeInjected, type Parameters } from './parameters';

/** How a committed notebook was run; in the file as `metadata.squeezelab.recorded`. */
export interface Recorded {
  parameters: Parameters;
  command: string;
  commit: string | null;
  cpu: string;
  seconds: number;
}

/**
 * Makes a notebook that was run with other parameters one that runs where it is opened: the cell that was put in goes, and the parameter cell says how the
 * outputs came about.
 */
export function markRecorded(notebook: Notebook, recorded: Recorded): void {
  removeInjected(notebook);
  for (const cell of notebook.cells) delete cell.metadata.execution; // times of day
  notebook.metadata.kernelspec = kernelspec;
  notebook.metadata.squeezelab = { recorded };
  const cell = notebook.cells[parameterCell(notebook)];
  if (cell?.cell_type !== 'code') return;
  const own = parametersOf(notebook).find(({ name }) => name === 'scale')?.value;
  const set = Object.entries(recorded.parameters).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  const text = `Recorded by ${recorded.command}: ${set.join(', ')}. Run here, it runs at ${typeof own === 'string' ? own : 'quick'} scale.\n`;
  cell.outputs = [{ output_type: 'stream', name: 'stdout', text }];
}
