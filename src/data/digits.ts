import { firstImages, type Dataset } from './dataset';
import { drawnDigits } from './drawn-digits';
import { hasMnist, mnist } from './mnist';
import { givenFolder } from './sources';
import { checkOptions, type Scale } from '../system';
import { datasetInOneLine } from './oneLine';

/** Images that `digits` gives below paper scale. */
const SMOKE = { train: 600, test: 300 };
const QUICK = { train: 12_000, test: 5_000 };

/**
 * The digits that a notebook works on. At paper scale: MNIST, whole, or an error that says how to get it. At quick scale: the first 12,000 + 5,000 images
 * of MNIST where it is at hand, else of the drawn digits; a folder named by `dataDir` or SQUEEZELAB_DATA must hold MNIST. At smoke scale: 600 + 300 drawn digits.
 */
export async function digits(options: { scale: Scale; dataDir?: string }): Promise<Dataset> {
  checkOptions('digits', options, ['scale', 'dataDir']);
  const { scale, dataDir } = options;
  if (scale === 'smoke') return drawnDigits(SMOKE);
  if (scale === 'paper') return mnist({ dataDir });
  if (!givenFolder(dataDir) && !hasMnist()) return drawnDigits(QUICK);
  const whole = await mnist({ dataDir });
  return datasetInOneLine({ ...whole, train: firstImages(whole.train, QUICK.train), test: firstImages(whole.test, QUICK.test) });
}
