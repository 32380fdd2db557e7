/** The design space of SqueezeNet (Iandola et al. 2016, sections 5 and 6) on small images: how much to squeeze, how many 3×3 filters, which bypass. */
import { cropAndFlip } from '../data';
import { macs } from '../measure';
import { type Bypass, smallSqueezenet } from '../models';
import { key } from '../random';
import type { Scale } from '../system';
import { type Images, trainStage } from './stage';

/** What is tried: a net of the paper's at 1/8, 1/2 and no bypass. */
export interface Design {
  squeezeRatio: number;
  share3x3: number;
  bypass?: Bypass;
}

export interface DesignSettings {
  epochs: number;
  batch: number;
  /** The first learning rate; it falls to 0 along half a cosine. */
  rate: number;
  /** Squeeze ratios, with half of the expand filters of 3×3 (section 5.2, figure 3a). */
  squeezeRatios: readonly number[];
  /** Parts of the expand filters that are of 3×3, at a squeeze ratio of 1/2 (section 5.3, figure 3b). */
  shares3x3: readonly number[];
  /** At the paper's squeeze ratio and share (section 6, table 3). */
  bypasses: readonly (Bypass | undefined)[];
}

const BYPASSES = [undefined, 'simple', 'complex'] as const;
export const designSettings: Record<Scale, DesignSettings> = {
  smoke: { epochs: 1, batch: 20, rate: 0.1, squeezeRatios: [1 / 8, 1 / 2], shares3x3: [1 / 4, 1 / 2], bypasses: BYPASSES },
  quick: { epochs: 2, batch: 128, rate: 0.1, squeezeRatios: [1 / 8, 1 / 2, 1], shares3x3: [1 / 32, 1 / 2, 31 / 32], bypasses: BYPASSES },
  paper: { epochs: 10, batch: 128, rate: 0.1, squeezeRatios: [1 / 8, 1 / 4, 1 / 2, 3 / 4, 1], shares3x3: [1 / 32, 1 / 4, 1 / 2, 3 / 4, 31 / 32], bypasses: BYPASSES },
};

/** What a design is, and what it gave. */
export interface TriedDesign extends Design {
  parameters: number;
  /** Multiplications of an image. */
  macs: number;
  /** Errors / test images, after the last epoch, one for each seed. */
  errors: number[];
}

const nameOf = ({ squeezeRatio, share3x3, bypass }: Design) => `SR ${squeezeRatio}, 3×3 ${share3x3}${bypass ? `, ${bypass} bypass` : ''}`;

/** Trains a small SqueezeNet of one design, with one seed, on random crops and mirror images. @returns errors / test images after the last epoch */
export async function trainDesign(images: Images, design: Design, seed: number, { epochs, batch, rate }: Pick<DesignSettings, 'epochs' | 'batch' | 'rate'>): Promise<number> {
  const model = smallSqueezenet(key(seed), design);
  const history = await trainStage(model, images.train, { stage: nameOf(design), seed, epochs, rate, batch }, { augment: cropAndFlip(images.train.shape), validation: images.test });
  model.dispose();
  return history.at(-1)!.validation!.error;
}

/** Every design of the settings, with every seed; a design that two figures share is trained once. */
export async function tryDesigns(images: Images, seeds: readonly number[], settings: DesignSettings): Promise<{ squeezed: TriedDesign[]; shared: TriedDesign[]; bypassed: TriedDesign[] }> {
  const known = new Map<string, TriedDesign>();
  const tried = async (design: Design): Promise<TriedDesign> => {
    const name = nameOf(design);
    if (!known.has(name)) {
      const model = smallSqueezenet(key(0), design);
      const size = { parameters: model.countParams(), macs: macs(model).reduce((sum, layer) => sum + layer.macs, 0) };
      model.dispose();
      const errors: number[] = [];
      for (const seed of seeds) errors.push(await trainDesign(images, design, seed, settings));
      known.set(name, { ...design, ...size, errors });
    }
    return known.get(name)!;
  };
  const all = async (designs: readonly Design[]) => {
    const points: TriedDesign[] = [];
    for (const design of designs) points.push(await tried(design));
    return points;
  };
  return {
    squeezed: await all(settings.squeezeRatios.map((squeezeRatio) => ({ squeezeRatio, share3x3: 1 / 2 }))),
    shared: await all(settings.shares3x3.map((share3x3) => ({ squeezeRatio: 1 / 2, share3x3 }))),
    bypassed: await all(settings.bypasses.map((bypass) => ({ squeezeRatio: 1 / 8, share3x3: 1 / 2, bypass }))),
  };
}
