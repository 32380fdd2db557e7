import { foldIn, integers, key, type Key } from '../random';
import { cifar10, hasCifar10 } from './cifar10';
import { firstImages, type Dataset, type Split } from './dataset';
import { drawnDigits } from './drawn-digits';
import { givenFolder } from './sources';
import { checkOptions, type Scale } from '../system';
import { datasetInOneLine, splitInOneLine } from './oneLine';

/** Images that `pictures` gives below paper scale. */
const SMOKE = { train: 300, test: 100 };
const QUICK = { train: 4000, test: 1000 };

/**
 * The colour images that a notebook works on. At paper scale: CIFAR-10, whole, or an error that says how to get it. At quick scale: the first 4,000 + 1,000
 * images of CIFAR-10 where it is at hand, else drawn digits in colour; a folder named by `dataDir` or SQUEEZELAB_DATA must hold CIFAR-10. At smoke scale: 300 + 100 drawn
 * digits in colour.
 */
export async function pictures(options: { scale: Scale; dataDir?: string }): Promise<Dataset & { substituted?: { train: number[]; test: number[] } }> {
  checkOptions('pictures', options, ['scale', 'dataDir']);
  const { scale, dataDir } = options;
  if (scale === 'smoke') return drawnColours(SMOKE);
  if (scale === 'paper') return cifar10({ dataDir });
  if (!givenFolder(dataDir) && !hasCifar10()) return drawnColours(QUICK);
  const whole = await cifar10({ dataDir });
  const [train, test] = [firstImages(whole.train, QUICK.train), firstImages(whole.test, QUICK.test)];
  const among = (indices: number[], { count }: Split) => indices.filter((index) => index < count);
  return { ...whole, train, test, substituted: { train: among(whole.substituted.train, train), test: among(whole.substituted.test, test) } };
}

/** Drawn digits of CIFAR-10's form, 32 by 32 in colour: each in a random bright colour on a dark one. Far easier than CIFAR-10. */
export function drawnColours(options: { train?: number; test?: number; key?: Key } = {}): Dataset {
  checkOptions('drawnColours', options, ['train', 'test', 'key']);
  const { train = 50_000, test = 10_000, key: seed = key(0) } = options;
  const digits = drawnDigits({ train, test, key: seed });
  return datasetInOneLine({
    ...digits,
    name: 'drawn digits in colour',
    shape: [32, 32, 3],
    train: coloured(digits.train, integers(foldIn(seed, 'train colours'), 6 * train, SHADES)),
    test: coloured(digits.test, integers(foldIn(seed, 'test colours'), 6 * test, SHADES)),
  });
}

/** The ground's channels are from 0 to SHADES - 1, the ink's as far from 255. */
const SHADES = 100;

/** The images, 28 by 28, in the middle of 32 by 32 pixels; `colours` holds the ground's and the ink's for each, `[count, 2, 3]`. */
function coloured({ images, labels, count }: Split<Uint8Array>, colours: Int32Array): Split<Uint8Array> {
  const all = new Uint8Array(count * 32 * 32 * 3);
  for (let i = 0; i < count; i++) {
    const [ground, ink] = [colours.subarray(6 * i, 6 * i + 3), colours.subarray(6 * i + 3, 6 * i + 6).map((shade) => 255 - shade)];
    for (let at = 0; at < 32 * 32; at++) {
      const [row, column] = [Math.floor(at / 32) - 2, (at % 32) - 2];
      const inside = row >= 0 && row < 28 && column >= 0 && column < 28;
      const cover = inside ? images[(i * 28 + row) * 28 + column] / 255 : 0;
      for (let channel = 0; channel < 3; channel++) all[(i * 1024 + at) * 3 + channel] = Math.round(ground[channel] + cover * (ink[channel] - ground[channel]));
    }
  }
  return splitInOneLine({ images: all, labels, count, shape: [32, 32, 3] });
}
