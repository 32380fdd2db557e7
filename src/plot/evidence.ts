import { checkOptions } from '../system';
import type { Figure, MadeOn } from './figure';
import { imageGrid } from './imageGrid';

/** What `evidenceMap` draws. */
export interface EvidenceMapSpec {
  title: string;
  /** The image's bytes, `[height, width]` (0 is shown white) or `[height, width, 3]`. */
  image: ArrayLike<number>;
  shape: readonly number[];
  /** `[height, width]`: of `measure.occlusion`. */
  evidence: ArrayLike<number>;
  data?: MadeOn;
}

/** What is left of the light where there is no evidence. */
const DARK = 0.2;

/** An image, and beside it the same with light where the evidence lies: as bright as it was where there is most of it, dark where there is none, or where it speaks against the class. */
export function evidenceMap(options: EvidenceMapSpec): Figure {
  checkOptions('evidenceMap', options, ['title', 'image', 'shape', 'evidence', 'data'], ['title', 'image', 'shape', 'evidence']);
  const { title, image, shape, evidence, data } = options;
  const [height, width, channels = 1] = shape;
  if (image.length !== height * width * channels || evidence.length !== height * width) throw new RangeError(`evidenceMap: there must be ${height * width * channels} values of the image and ${height * width} of the evidence, got ${image.length} and ${evidence.length}`);
  const most = Array.from(evidence).reduce((largest, value) => Math.max(largest, value), Number.EPSILON);
  const light = (at: number) => DARK + (1 - DARK) * Math.max(0, evidence[Math.floor(at / channels)] / most);
  const lit = Array.from(image, (value, at) => (channels === 1 ? 255 - (255 - value) * light(at) : value * light(at)));
  return imageGrid({ title, images: [...Array.from(image), ...lit], shape, labels: ['the image', 'where the evidence lies'], columns: 2, data });
}
