import type { Batches } from './source';
import { checkOptions, sha256 } from '../system';

/** Words by their numbers, the most frequent first, of equal ones the first in the alphabet. */
export interface Vocabulary {
  /** A word's number is its place. */
  words: readonly string[];
  /** The words of a text, an `<eos>` at the end of each line, as numbers. */
  encode(text: string): Int32Array;
}

/** A line's words with its end, line by line. */
const wordsOf = (text: string): string[] => text.trimEnd().split('\n').flatMap((line) => [...line.trim().split(/\s+/).filter(Boolean), '<eos>']);

/**
 * The vocabulary of a text, as Zaremba et al. 2014 make it of Penn Treebank: 10,000 words, the ends of lines among them.
 *
 * ```ts
 * import { data } from 'squeezelab';
 *
 * const { words, encode } = data.vocabulary('a rose is a rose\nis a rose');
 * console.log(words.join(' ')); // => a rose <eos> is
 * console.log(encode('is a rose').join(' ')); // => 3 0 1 2
 * ```
 *
 * `encode` throws a RangeError for a word that there is not, unless the vocabulary has `<unk>`, which it then is.
 */
export function vocabulary(text: string): Vocabulary {
  const counts = new Map<string, number>();
  for (const word of wordsOf(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
  const words = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([word]) => word);
  const numbers = new Map(words.map((word, i) => [word, i]));
  const unknown = numbers.get('<unk>');
  return {
    words,
    encode: (text) =>
      Int32Array.from(wordsOf(text), (word) => {
        const number = numbers.get(word) ?? unknown;
        if (number === undefined) throw new RangeError(`vocabulary: a text must be of its ${words.length} words, got ${word}`);
        return number;
      }),
  };
}

/**
 * Batches of a running text, for a net whose states go on from one to the next (Zaremba et al. 2014, section 4): the text is cut into `batch` parts of one length that are read side by side, `steps` words at a time. A step's arguments are the words `[steps, batch]` and the words that come next,
 * `[steps · batch]`. What is left at the end is not read.
 *
 * @throws RangeError when the text is too short for one step
 */
export function textBatches(words: Int32Array, options: { batch: number; steps: number }): Batches {
  checkOptions('textBatches', options, ['batch', 'steps']);
  const { batch, steps } = options;
  const length = Math.floor(words.length / batch);
  const count = Math.floor((length - 1) / steps);
  if (!(count >= 1)) throw new RangeError(`textBatches: the text must have more than ${batch} times ${steps} words, got ${words.length}`);
  return {
    steps: count,
    specs: [{ shape: [steps, batch], dtype: 'int32' }, { shape: [steps * batch], dtype: 'int32' }],
    fill({ step: at }, [now, next]) {
      for (let step = 0; step < steps; step++) {
        for (let part = 0; part < batch; part++) {
          const place = part * length + at * steps + step;
          now[step * batch + part] = words[place];
          next[step * batch + part] = words[place + 1];
        }
      }
    },
    identity: () => ({ text: sha256(words), batch, steps }),
  };
}
