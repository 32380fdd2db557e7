import assert from 'node:assert/strict';
import { Screen } from '../../src/lab/screen';

/** A terminal, or a file, that keeps what is written to it. */
function drawn(isTTY: boolean, columns = 20) {
  let text = '';
  const stream = { isTTY, columns, write: (more: string) => void (text += more) } as unknown as NodeJS.WriteStream;
  return { screen: new Screen(stream), text: () => text };
}

/** What a terminal shows after the text: lines wrap, the cursor goes up, rows are erased. */
function shown(text: string, columns = 20): string[] {
  const rows = [''];
  let row = 0;
  let column = 0;
  for (const [token, up] of text.matchAll(/\x1b\[(\d*)[AJK]|[^]/g)) { // eslint-disable-line no-control-regex
    if (token.endsWith('A') && up) row = Math.max(0, row - Number(up));
    else if (token === '\x1b[J') rows.splice(row, rows.length, rows[row].slice(0, column));
    else if (token === '\x1b[K') rows[row] = rows[row].slice(0, column);
    else if (token === '\r') column = 0;
    else {
      if (token === '\n' || column === columns) {
        column = 0;
        rows[++row] ??= '';
      }
      if (token !== '\n') rows[row] = rows[row].slice(0, column) + token + rows[row].slice(++column);
    }
  }
  return rows;
}

describe('screen', () => {
  it('shows progress in place on a terminal, its end in a file, and longer texts whole', () => {
    const sequence = ({ screen, text }: ReturnType<typeof drawn>) => {
      screen.progress('a', 'step 1');
      screen.progress('a', 'step 2');
      screen.progress('b', 'step 2');
      screen.progress('c', 'two\nlines');
      screen.progress('c', 'two\nlines');
      screen.progress('d', 'end');
      screen.write('.\n');
      return text();
    };
    const ends = ['step 2', 'step 2', 'two', 'lines', 'two', 'lines', 'end', '.', ''];
    assert.deepEqual(shown(sequence(drawn(true))), ends);
    assert.deepEqual(sequence(drawn(false)).split('\n'), ['step 1', ...ends]);
  });

  it('clears what a terminal shows of a cell, below its title, however long its lines', () => {
    const { screen, text } = drawn(true);
    screen.section('[1/2] earlier\n');
    screen.write('kept\n');
    screen.section('[2/2] title\n');
    screen.write('a line that is wider than the terminal, by far\n\nand one without an end');
    screen.progress('p', 'step 1');
    screen.clear(false);
    assert.deepEqual(shown(text()), ['[1/2] earlier', 'kept', '[2/2] title', '']);
    screen.write('twenty characters ok');
    screen.write('\rover\nnext');
    screen.clear(false);
    screen.write('after\n');
    assert.deepEqual(shown(text()), ['[1/2] earlier', 'kept', '[2/2] title', 'after', '']);
  });

  it('waits with it for the next text, which may be a line of progress, but not a title', () => {
    const { screen, text } = drawn(true);
    screen.section('title\n');
    screen.write('first\n');
    screen.clear(true);
    assert.deepEqual(shown(text()), ['title', 'first', '']);
    screen.progress('p', 'step 1');
    assert.deepEqual(shown(text()), ['title', 'step 1']);
    screen.clear(true);
    screen.section('title 2\n');
    assert.deepEqual(shown(text()), ['title', 'step 1', 'title 2', '']);
  });

  it('keeps all of it in a file, and no colours', () => {
    const { screen, text } = drawn(false);
    screen.section('title\n');
    screen.write('\x1b[31mred\x1b[39m\n');
    screen.clear(false);
    screen.write('after\n');
    assert.equal(text(), 'title\nred\nafter\n');
    const terminal = drawn(true);
    terminal.screen.write('\x1b[31mred\x1b[39m\n');
    assert.equal(terminal.text(), '\x1b[31mred\x1b[39m\n');
  });
});
