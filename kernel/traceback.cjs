/** Errors as a notebook shows them: with the cell's own line, without the kernel's frames. */
'use strict';
const { SourceMap } = require('node:module');
const { inspect } = require('node:util');

const cells = new Map();
let running = { name: 'In[0]', source: '' };

/** Names the cell that runs now. */
function startCell(number, source) {
  running = { name: `In[${number}]`, source };
}

/** Keeps what leads from a line of the compiled cell to the written one, and returns the name of its script. */
function addCell(output, maps) {
  const steps = maps.map((map) => new SourceMap(map));
  const length = output.split('\n').length;
  cells.set(running.name, {
    lines: running.source.split('\n'),
    /** The cell's line, from 1; undefined in the wrapper that tslab adds. */
    line(row, column) {
      if (row > length) return undefined;
      let position = { originalLine: row - 1, originalColumn: column - 1 };
      for (const step of steps) {
        position = step.findEntry(position.originalLine, position.originalColumn);
        if (position.originalLine === undefined) return undefined;
      }
      return position.originalLine; // tslab puts one line before the cell
    },
  });
  return running.name;
}

const where = (name, lines, line) => [`Cell ${name}, line ${line}`, `----> ${line} ${lines[line - 1] ?? ''}`, ''];

/** A thrown value as the content of Jupyter's `error` message. */
function thrown(error) {
  let place = [];
  const text = inspect(error)
    .replace(/^In\[\d+\]:\d+\n.*\n *\^+\n\n?/, '') // V8 puts a line of the compiled script on top
    .split('\n')
    .filter((line) => !/^\s+at .*([\\/]tslab[\\/]dist[\\/]|node:(vm|internal)|[\\/]kernel[\\/]\w+\.cjs)/.test(line))
    .flatMap((line) => {
      const frame = /(In\[\d+\]):(\d+):(\d+)/.exec(line);
      const cell = frame && cells.get(frame[1]);
      if (!cell) return [line];
      const at = cell.line(Number(frame[2]), Number(frame[3]));
      if (at === undefined) return [];
      if (place.length === 0) place = where(frame[1], cell.lines, at);
      return [line.replace(frame[0], `Cell ${frame[1]}, line ${at}`).replace('at Proxy.', 'at ')];
    });
  const isError = error instanceof Error;
  return {
    ename: isError ? (error.name === 'Error' ? error.constructor.name : error.name) : 'Error',
    evalue: isError ? error.message : String(error),
    traceback: [...place, ...text],
  };
}

const hint = 'Give it a type, or import what it is made of by `import … from`.';

/** Messages of the compiler, as `[file, line, column, text]`, as the content of Jupyter's `error` message. */
function compileError(messages) {
  const lines = running.source.split('\n');
  let last;
  const traceback = messages.flatMap(([file, line, , text]) => {
    const place = file ? [`${file.trim()}, line ${line}`, ''] : where(running.name, lines, line);
    const again = last === place[0];
    last = place[0];
    return [...(again ? [] : place), text.includes('cannot be named') ? `${text} ${hint}` : text];
  });
  return { ename: 'CompileError', evalue: messages[0][3], traceback };
}

module.exports = { addCell, compileError, startCell, thrown };
