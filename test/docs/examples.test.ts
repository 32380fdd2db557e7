import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Kernel } from '../../src/lab/kernelClient';
import { docComments, fences, pages, root } from './documents';

/** Lines that the cells print, among others and in this order, as their comments `// => ...` promise. */
const expected = (cells: readonly string[]) => cells.flatMap((code) => [...code.matchAll(/\/\/ => (.*)$/gm)].map(([, text]) => text));

describe('examples in pages and doc comments', () => {
  const documents = [...pages, ...docComments];

  it('are marked: ts runs, sh and text do not', () => {
    for (const document of documents)
      for (const { language } of fences(document)) assert.ok(['ts', 'sh', 'text', 'json'].includes(language), `${document.name}: a fence must be ts, sh, text or json, got '${language}'`);
  });

  for (const document of documents) {
    const cells = fences(document).filter(({ language }) => language === 'ts').map(({ code }) => code);
    if (cells.length === 0) continue;

    it(`${document.name}: the examples run as notebook cells and print what they say`, async () => {
      const kernel = await Kernel.start(join(root, 'docs'));
      let printed = '';
      try {
        for (const code of cells) {
          let failure = '';
          await kernel.execute(code, ({ type, content }) => {
            if (type === 'stream' && content.name === 'stdout') printed += content.text;
            if (type === 'error') failure = content.traceback.join('\n');
          });
          assert.equal(failure, '', `${failure}\n\nin\n\n${code}`);
        }
      } finally {
        await kernel.stop();
      }
      const promised = expected(cells);
      assert.deepEqual(printed.split('\n').filter((line) => promised.includes(line)), promised, `printed:\n${printed}`);
    });
  }
});
