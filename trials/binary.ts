/** `npm run trials -- binary`: first rate and dropout of the perceptrons of signs, half as wide and trained for two thirds as long as the recipe's, on held-out training images. */
import { mnist } from '../src';
import { type BinarySettings, binaryKinds, binarySettings, signedImages, trainBinary, trialImages, trialSeeds } from '../src/recipes';
import { report, type Trial } from './report';

const recipe = binarySettings['3×2048'].paper;
const short: BinarySettings = { ...recipe, size: recipe.size / 2, epochs: (2 * recipe.epochs) / 3 };
const { rate } = binaryKinds.signs;
/** The first of each is what the recipe uses. */
const rates = [rate, rate / 3, 3 * rate];
const dropouts = [recipe.dropout ?? { input: 0, hidden: 0 }, ...[0, 0.2].flatMap((input) => [0, 0.2].map((hidden) => ({ input, hidden })))];

export async function main(): Promise<void> {
  const images = signedImages(trialImages(await mnist()));
  const trials: Trial[] = [];
  const [seed] = trialSeeds;
  const add = async (quantity: string, value: string, settings: BinarySettings) => {
    if (trials.some((trial) => trial.quantity === quantity && trial.value === value)) return;
    const { model, error } = await trainBinary(images, seed, 'signs', settings);
    model.dispose();
    report('binary', trials, { net: `784-3×${short.size}-10 of signs`, quantity, value, seed, error });
  };
  for (const dropout of dropouts) await add('dropout of the input and of hidden units', `${dropout.input}, ${dropout.hidden}`, { ...short, dropout });
  for (const rate of rates) await add('first rate', String(rate), { ...short, rate });
}
