import type { CellMessage } from './kernelClient';
import type { Output } from './notebook';

/**
 * Turns what cells send into their outputs as Jupyter does: pieces of one stream become one output, and an update
 * replaces the display that it names, in whichever cell that was shown.
 */
export function outputCollector(): (outputs: Output[], message: CellMessage) => void {
  const displays = new Map<string, { data: object; metadata: object }>();
  return (outputs, message) => {
    switch (message.type) {
      case 'execute_input':
        return;
      case 'stream': {
        const { name, text } = message.content;
        const last = outputs[outputs.length - 1];
        if (last?.output_type === 'stream' && last.name === name) last.text += text;
        else outputs.push({ output_type: 'stream', name, text });
        return;
      }
      case 'error': {
        const { ename, evalue, traceback } = message.content;
        outputs.push({ output_type: 'error', ename, evalue, traceback });
        return;
      }
      case 'display_data':
      case 'update_display_data': {
        const { data, metadata, transient } = message.content;
        const shown = displays.get(transient?.display_id ?? '');
        if (message.type === 'update_display_data' && shown) {
          Object.assign(shown, { data, metadata });
          return;
        }
        const output: Output = { output_type: 'display_data', data, metadata };
        outputs.push(output);
        if (transient?.display_id) displays.set(transient.display_id, output);
      }
    }
  };
}
