import { foldIn, key, type Key } from '../random';
import { environment } from '../system';

/**
 * The key from which a check draws its inputs: that of the seed 0 as a rule, another one in `squeezelab grade` (`SQUEEZELAB_VARIANT`), so that an answer which only knows the numbers of the page fails there.
 *
 * ```ts
 * import { exercise, random } from 'squeezelab';
 *
 * const densities = random.uniform(exercise.variant('densities'), 3, { min: 0.05, max: 0.5 });
 * console.log(densities.length); // => 3
 * ```
 *
 * @param use for several independent draws in one check, a name for each
 * @throws RangeError if SQUEEZELAB_VARIANT is no whole number
 */
export function variant(use?: string | number): Key {
  const text = environment.variant ?? '0';
  if (!/^\d{1,15}$/.test(text)) throw new RangeError(`variant: SQUEEZELAB_VARIANT must be a whole number of at most 15 digits, got '${text}'`);
  const drawn = key(Number(text));
  return use === undefined ? drawn : foldIn(drawn, use);
}
