import type { CellMessage } from './kernelClient';
import type { Output } from './notebook';

type Display = Extract<Output, { output_type: 'display_data' }>;

/**
 * Turns what cells send into their outputs as Jupyter does: pieces of one stream become one output, an update replaces the
 * displays that it names, in whichever cell they were shown, and `clear_output` with `wait` clears when the next output comes.
 */
export function outputCollector(): (outputs: Output[], message: CellMessage) => void {
  const displays = new Map<string, Display[]>();
  const clearing = new WeakSet<Output[]>();
  const clear = (outputs: Output[]) => {
    outputs.length = 0;
    clearing.delete(outputs);
  };
  const add = (outputs: Output[], output: Output) => {
    if (clearing.has(outputs)) clear(outputs);
    const last = outputs[outputs.length - 1];
    if (output.output_type === 'stream' && last?.output_type === 'stream' && last.name === output.name) last.text += output.text;
    else outputs.push(output);
  };
  return (outputs, { type, content }) => {
    switch (type) {
      case 'execute_input':
        return;
      case 'clear_output':
        if (content.wait) clearing.add(outputs);
        else clear(outputs);
        return;
      case 'stream':
        return add(outputs, { output_type: 'stream', name: content.name, text: content.text });
      case 'error':
        return add(outputs, { output_type: 'error', ename: content.ename, evalue: content.evalue, traceback: content.traceback });
      case 'execute_result': {
        const { data, metadata, execution_count } = content;
        return add(outputs, { output_type: 'execute_result', data, metadata, execution_count });
      }
      case 'display_data':
      case 'update_display_data': {
        const { data, metadata, transient: { display_id = '' } = {} } = content;
        const shown = displays.get(display_id) ?? [];
        for (const display of shown) Object.assign(display, { data, metadata });
        if (type === 'update_display_data') return;
        const display: Display = { output_type: 'display_data', data, metadata };
        add(outputs, display);
        if (display_id) displays.set(display_id, [...shown, display]);
      }
    }
  };
}
