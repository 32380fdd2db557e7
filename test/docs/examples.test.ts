import assert from 'node:assert/strict';
import { captureStderr } from '../models/tiny';
import { docComments, fences, pages } from './documents';
import { check, exampleOf, run } from './modules';

const documents = [...pages, ...docComments];
const examples = documents.flatMap((document) => exampleOf(document) ?? []);

describe('examples in pages and doc comments', () => {
  captureStderr();
  let told: Map<string, string[]>;
  before(() => void (told = check(examples)));

  it('are marked: ts runs, sh and text do not', () => {
    for (const document of documents)
      for (const { language, line } of fences(document)) assert.ok(['ts', 'sh', 'text', 'json'].includes(language), `${document.path}:${line - 1}: a fence must be ts, sh, text or json, got '${language}'`);
  });

  for (const example of examples)
    it(`${example.name}: the examples compile, run and print what they say`, async () => {
      assert.equal(told.get(example.name)!.join('\n'), '');
      const printed = await run(example);
      const promised = example.promises.map(({ text }) => text);
      // The printed lines that are promised, in this order; others may stand between them.
      const kept = printed.split('\n').filter((line) => promised.includes(line));
      const wrong = example.promises.find(({ text }, k) => kept[k] !== text);
      assert.deepEqual(kept, promised, `${example.path}:${wrong?.line ?? 'more often than promised'}: must print '${wrong?.text}', printed\n${printed}`);
    });
});
