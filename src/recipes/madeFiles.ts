/** Files and pictures that are made here, where other people's are not at hand: of the same format, of no use. */
import { toGaps } from '../codec';
import { drawnColours, type Photographs } from '../data';
import type { WrittenLayer } from '../formats';
import { foldIn, integers, key, uniform } from '../random';
import { sizeOf } from '../system';
import { squeezenetLayers } from '../zoo';

const KEPT = 1 / 3;

/** A SqueezeNet of random weights, a third of them kept, as Deep Compression's authors store one: `formats.writeDeepCompressed` writes it. */
export function drawnSqueezenet(): WrittenLayer[] {
  return squeezenetLayers.map((layer) => {
    const seed = foldIn(key(3), layer.name);
    const size = sizeOf(layer.shape);
    const chances = uniform(foldIn(seed, 'kept'), size);
    const positions = Uint32Array.from(chances.keys()).filter((at) => chances[at] < KEPT);
    const codes = Uint16Array.from(integers(foldIn(seed, 'codes'), positions.length, 255), (code) => code + 1);
    const limit = 4 / Math.sqrt(size / layer.shape[0]); // the net's outputs stay within a few units
    const codebook = Float32Array.of(0, ...uniform(foldIn(seed, 'codebook'), 255, { min: -limit, max: limit }));
    const entries = toGaps(positions, codes, 4);
    return { ...layer, codebook, gaps: entries.gaps, codes: Uint8Array.from(entries.codes), biases: new Float32Array(layer.shape[0]) };
  });
}

/** Drawn digits in colour, enlarged to a SqueezeNet's input, in place of photographs: no class of ImageNet is right. */
export function drawnPictures(count: number, edge = 227): Photographs {
  const { train, name } = drawnColours({ train: count, test: 1 });
  const shape = [edge, edge, 3];
  const images = new Uint8Array(count * sizeOf(shape));
  const from = Int32Array.from({ length: edge }, (_, at) => Math.min(31, Math.floor(at / 7)));
  for (let image = 0, to = 0; image < count; image++)
    for (const row of from) for (const column of from) for (let channel = 0; channel < 3; channel++) images[to++] = train.images[(image * 1024 + row * 32 + column) * 3 + channel];
  return { name, real: false, shape, classes: Array.from({ length: 1000 }, (_, i) => `class ${i}`), split: { images, labels: new Uint16Array(count), count, shape }, credits: [] };
}
