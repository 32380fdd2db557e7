import { foldIn, type Key } from '../random';
import { checkOptions } from '../system';

/** Random crops of padded images: a plain value, so that it can be written down and compared. */
export interface Augment {
  /** Of one image: `[height, width]`, or `[height, width, channels]`. */
  shape: readonly number[];
  /** Pixels of zeros on each side, in the units of the batch: after standardisation the channel's mean, else black. */
  pad: number;
  /** Whether every second image, at random, is mirrored left to right. */
  flip: boolean;
}

/** What `fillBatch` needs to augment: image `i` of the split is cropped as `key` and `i` say, whatever else is in the batch. Use a key for one epoch: `foldIn(key, epoch)`. */
export interface Augmentation {
  augment: Augment;
  key: Key;
}

/**
 * The augmentation of He et al. 2015 (section 4.2) for CIFAR: an image is padded by `pad` pixels of zeros on each side, and a crop of its own size is
 * taken at random from it or from its mirror image. `shape` is the dataset's.
 */
export function cropAndFlip(shape: readonly number[], options: { pad?: number } = {}): Augment {
  checkOptions('cropAndFlip', options, ['pad']);
  return checked('cropAndFlip', { shape, pad: options.pad ?? 4, flip: true });
}

/** Moves an image at random by up to `pixels` in each direction, filled up with zeros: the jitter of Hinton et al. 2015 (section 3), 2 pixels for MNIST. */
export function jitter(shape: readonly number[], options: { pixels?: number } = {}): Augment {
  checkOptions('jitter', options, ['pixels']);
  return checked('jitter', { shape, pad: options.pixels ?? 2, flip: false });
}

function checked(name: string, augment: Augment): Augment {
  const { shape, pad } = augment;
  if (shape.length !== 2 && shape.length !== 3) throw new RangeError(`${name}: the shape must be [height, width] or [height, width, channels], got [${shape.join(', ')}]`);
  const most = Math.min(shape[0], shape[1]);
  if (!Number.isInteger(pad) || pad < 0 || pad > most) throw new RangeError(`${name}: the padding must be a whole number from 0 to ${most}, the smaller side of [${shape.join(', ')}], got ${pad}`);
  return augment;
}

/**
 * Writes image `index`, which begins at `images[from]`, into `x` from `to` on, augmented. `table` holds what each byte becomes: `[channels, 256]`, or
 * `[256]` for all channels alike; none for floats.
 * The output's pixel (row, column) is the image's (row + dy, column + dx), or the mirror image's; where that lies outside, it is 0.
 */
export function writeAugmented({ augment, key }: Augmentation, index: number, images: Uint8Array | Float32Array, from: number, table: Float32Array | undefined, x: Float32Array, to: number): void {
  const { shape, pad, flip } = augment;
  const [height, width, channels = 1] = shape;
  const { dx, dy, mirrored } = drawn(foldIn(key, index), pad, flip);
  const [top, bottom] = [Math.max(0, -dy), Math.min(height, height - dy)];
  const [left, right] = [Math.max(0, -dx), Math.min(width, width - dx)];
  const step = mirrored ? -channels : channels;
  const standardized = table && table.length > 256 ? 256 : 0;
  x.fill(0, to, to + height * width * channels);
  for (let row = top; row < bottom; row++) {
    let at = from + ((row + dy) * width + (mirrored ? width - 1 - left - dx : left + dx)) * channels;
    let out = to + (row * width + left) * channels;
    for (let column = left; column < right; column++, at += step, out += channels) {
      if (table) for (let channel = 0; channel < channels; channel++) x[out + channel] = table[standardized * channel + images[at + channel]];
      else for (let channel = 0; channel < channels; channel++) x[out + channel] = images[at + channel];
    }
  }
}

/** One of the (2 pad + 1)² · 2 crops, all equally likely; a word of 32 bits decides. */
function drawn([word]: Key, pad: number, flip: boolean): { dx: number; dy: number; mirrored: boolean } {
  const side = 2 * pad + 1;
  const choice = Math.floor((word / 2 ** 32) * side * side * (flip ? 2 : 1));
  return { dx: (choice % side) - pad, dy: (Math.floor(choice / side) % side) - pad, mirrored: choice >= side * side };
}
