import { readdirSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { checkOptions, described, progress } from '../../system';
import type { Split } from '../dataset';
import type { Picture } from '../jpeg';
import { readBytes } from './files';
import { checkClassNames } from './imageSplit';
import { decodePng } from './png';
import { scaled } from './scaled';
import { uprightJpeg } from './upright';
import { splitInOneLine } from '../oneLine';

/** How `imageFolder` reads its pictures. */
export interface ImageFolderOptions {
  /** `[height, width]` that every picture is scaled to; left out, all must be of one size. */
  size?: readonly [height: number, width: number];
  /** 3: red, green and blue; 1: grey, as bright as the eye sees the colour. 3 if left out. */
  channels?: 1 | 3;
  /** The sub-folders that are classes, in their order; left out, all in alphabetical order. For a test set give those of the training set. */
  classes?: readonly string[];
}

const DECODE: Record<string, (bytes: Uint8Array, file: string) => Picture> = { '.jpg': uprightJpeg, '.jpeg': uprightJpeg, '.png': decodePng };

/**
 * The pictures in a folder as a split, JPEG or PNG, each sub-folder a class: `pets/cat/1.jpg`, `pets/dog/7.png`. Images are `[height, width, channels]`, or `[height, width]` where channels is 1, in the order of their classes and
 * names; files of other endings, and those whose names begin with a dot, are left out. A JPEG whose EXIF data say that it lies on its side is turned upright.
 *
 * @throws Error when a folder or a picture is missing, damaged or of another size: it names the file
 */
export function imageFolder(folder: string, options: ImageFolderOptions = {}): Split<Uint8Array> {
  checkOptions('imageFolder', options, ['size', 'channels', 'classes']);
  const { size, channels = 3 } = options;
  if (channels !== 1 && channels !== 3) throw new RangeError(`imageFolder: channels must be 1 or 3, got ${described(channels)}`);
  checkClassNames('imageFolder', options.classes);
  if (size !== undefined && !(Array.isArray(size) && size.length === 2 && size.every((length) => Number.isInteger(length) && length >= 1))) throw new RangeError(`imageFolder: the size must be [height, width], such as [28, 28], got ${described(size)}`);
  const there = subfolders(folder);
  const classes = options.classes ?? there;
  if (!there.length) throw new Error(`imageFolder: ${folder} must have a sub-folder for each class, with its JPEG or PNG files in it, got ${entries(folder).some(isPicture) ? 'pictures themselves; give the folder above' : 'none'}`);
  const missing = classes.find((name) => !there.includes(name));
  if (missing !== undefined) throw new Error(`imageFolder: ${folder} must have a sub-folder for each of the classes ${classes.join(', ')}, got none for ${missing}; there are ${there.join(', ')}`);
  const files = classes.flatMap((name, label) => picturesIn(join(folder, name)).map((path) => ({ path, label })));
  const bar = progress(`reading ${folder}`, files.length);
  let first: { path: string; size: readonly [number, number] } | undefined;
  let images = new Uint8Array();
  let values = 0;
  for (const [i, { path }] of files.entries()) {
    const picture = DECODE[extname(path).toLowerCase()](readBytes('imageFolder', path), path);
    const own = [picture.height, picture.width] as const;
    first ??= { path, size: size ?? own };
    if (i === 0) images = new Uint8Array(files.length * (values = first.size[0] * first.size[1] * channels));
    if (!size && own.join() !== first.size.join()) {
      throw new Error(`imageFolder: all pictures must be of one size, got ${own.join(' × ')} in ${path} and ${first.size.join(' × ')} in ${first.path}; scale them all: imageFolder(folder, { size: [${first.size.join(', ')}] })`);
    }
    const { pixels } = scaled(picture, first.size);
    if (channels === 3) images.set(pixels, i * values);
    else for (let at = 0; at < values; at++) images[i * values + at] = Math.round(0.299 * pixels[3 * at] + 0.587 * pixels[3 * at + 1] + 0.114 * pixels[3 * at + 2]); // ITU-R BT.601
    bar.update(i + 1);
  }
  const others = classes.flatMap((name) => entries(join(folder, name)).filter((file) => !isPicture(file)));
  bar.end(`${files.length} pictures, ${classes.length} classes${others.length ? ` · ${others.length} other files left out: ${others.slice(0, 3).join(', ')}` : ''}`);
  const shape = channels === 3 ? [...first!.size, 3] : [...first!.size];
  const labels = files.map(({ label }) => label);
  return splitInOneLine({ images, labels: classes.length > 256 ? Uint16Array.from(labels) : Uint8Array.from(labels), count: files.length, shape, classes });
}

const isPicture = (name: string): boolean => Object.hasOwn(DECODE, extname(name).toLowerCase());

function entries(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => !/^\.|^__MACOSX$/.test(name)).sort();
  } catch (error) {
    throw new Error(`imageFolder: ${folder} must be a folder that can be read, got: ${(error as Error).message}`, { cause: error });
  }
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

const subfolders = (folder: string): string[] => entries(folder).filter((name) => isFolder(join(folder, name)));

function picturesIn(folder: string): string[] {
  const pictures = entries(folder).filter((name) => isPicture(name) && !isFolder(join(folder, name)));
  if (!pictures.length) {
    const inside = subfolders(folder);
    const others = entries(folder).slice(0, 3).join(', ');
    throw new Error(`imageFolder: ${folder} must hold .jpg, .jpeg or .png files, got ${inside.length ? `folders, ${inside.slice(0, 3).join(', ')}; is it the folder to read?` : others || 'none; delete it, or leave it out of classes'}`);
  }
  return pictures.map((name) => join(folder, name));
}
