import type * as tf from '@tensorflow/tfjs';
import { selectImages, type Split } from '../data';
import { checkOptions } from '../system';
import { type Classifier, predict } from '../train';
import { topAnswers } from './topAnswers';

/** Where in an image the evidence for a class lies. */
export interface Occlusion {
  class: number;
  /** Of the class, of the whole image. */
  probability: number;
  /** `[height, width]`: how much the probability of the class falls when what surrounds a pixel is covered, on average over the squares that covered it; below zero where it rises. */
  evidence: Float32Array;
}

/**
 * Where the evidence for a class lies: a square moves over the image, hides what is below it, and the net's probability of the class falls where it hides what the net goes by (Zeiler & Fergus 2014, section 4.2).
 * The square has the colour that is 0 to the net: the standardisation's mean, black without one.
 *
 * @param model takes images `[batch, height, width, channels]`
 * @param split the images are bytes
 * @param image which of its images
 * @param options `class`: the net's first answer if left out; `size`: of the square's edge, in pixels, a fifth of the image's if left out; `step`: pixels from one place to the next, a third of `size` if left out
 * @throws RangeError when the split has no such image or class, or the square does not fit; TypeError when the images are floats
 */
export async function occlusion(model: tf.LayersModel | Classifier, split: Split, image: number, options: { class?: number; size?: number; step?: number } = {}): Promise<Occlusion> {
  checkOptions('occlusion', options, ['class', 'size', 'step']);
  const [height, width, channels = 1] = split.shape;
  if (width === undefined) throw new RangeError(`occlusion: it must be an image [height, width, channels], got [${split.shape.join()}]`);
  const edge = Math.min(height, width);
  const { size = Math.max(1, Math.round(edge / 5)), step = Math.max(1, Math.round(size / 3)) } = options;
  if (!(Number.isInteger(size) && size >= 1 && size <= edge)) throw new RangeError(`occlusion: the square must have from 1 to ${edge} pixels an edge, got ${size}`);
  if (!(Number.isInteger(step) && step >= 1 && step <= size)) throw new RangeError(`occlusion: the step must be a whole number from 1 to the square's ${size} pixels, so that every pixel is covered, got ${step}`);
  const one = selectImages(split, [image]);
  if (!(one.images instanceof Uint8Array)) throw new TypeError('occlusion: the images must be bytes, got Float32Array; give the split before it is scaled, with its standardization');
  const mean = split.standardization?.mean ?? [0];
  const colour = Array.from({ length: channels }, (_, channel) => Math.max(0, Math.min(255, Math.round(255 * mean[channel % mean.length]))));
  const places = placesOf(height, size, step).flatMap((top) => placesOf(width, size, step).map((left) => ({ top, left })));
  const covered = new Uint8Array((places.length + 1) * one.images.length);
  covered.set(one.images);
  places.forEach(({ top, left }, i) => {
    const at = (i + 1) * one.images.length;
    covered.set(one.images, at);
    for (let y = top; y < top + size; y++) for (let x = left; x < left + size; x++) covered.set(colour, at + (y * width + x) * channels);
  });
  const count = places.length + 1;
  const logits = await predict(model, { ...one, images: covered, labels: new Uint8Array(count), count }, { batch: Math.min(count, 16) });
  const classes = logits.length / count;
  const [whole, ...others] = topAnswers(logits, classes, classes);
  const chosen = options.class ?? whole[0].class;
  const probabilityIn = (answers: typeof whole) => answers.find((answer) => answer.class === chosen)?.probability;
  const probability = probabilityIn(whole);
  if (probability === undefined) throw new RangeError(`occlusion: the class must be from 0 to ${classes - 1}, got ${chosen}`);
  const [evidence, times] = [new Float32Array(height * width), new Float32Array(height * width)];
  places.forEach(({ top, left }, i) => {
    for (let y = top; y < top + size; y++)
      for (let x = left; x < left + size; x++) {
        evidence[y * width + x] += probability - probabilityIn(others[i])!;
        times[y * width + x]++;
      }
  });
  return { class: chosen, probability, evidence: evidence.map((sum, at) => sum / times[at]) };
}

/** Where squares begin along an edge: at the first pixel, at each step, and so that the last one ends at the border. */
function placesOf(edge: number, size: number, step: number): number[] {
  const last = edge - size;
  const places = Array.from({ length: Math.floor(last / step) + 1 }, (_, i) => i * step);
  return places.at(-1) === last ? places : [...places, last];
}
