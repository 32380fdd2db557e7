import type * as tf from '@tensorflow/tfjs';
import { consecutiveBatches, fillBatch, type Split } from '../data';
import { givenSplit } from '../data/dataset';
import { fold } from '../engine/fold';
import { encode, type Frozen } from '../engine/freeze';
import { encodeModel } from '../engine/onnx';
import { bufferOf, open } from '../engine/runtime';
import { checkName } from '../formats/bytes';
import { freezeModel } from '../formats/exportOnnx';
import { checkOptions, sizeOf, writeAtomic } from '../system';
import { quantized, type Range, withRanges } from './int8';

/** Images a run while the ranges are measured. */
const BATCH = 16;

/**
 * Writes a model of images as an ONNX file whose convolutions and dense layers compute in bytes, without training (post-training quantisation; the arithmetic of Jacob et al. 2018, section 2, with a scale for each output as in Krishnamoorthi 2018): weights of a byte, a scale for each output and zero in the middle; activations of a byte, a scale and a zero point for each, from the smallest
 * and the largest value that they take on `calibration`; biases in 32 bits. Batch normalisation is folded into the weights before. The file is in ONNX's QDQ format: a runtime without kernels for bytes computes the same in floats. Inputs and outputs stay float32, as in `exportOnnx`.
 *
 * A processor without VNNI adds pairs of products in 16 bits, in which large weights may saturate: there a file can err more often. ONNX Runtime's documentation says which; `inferOnnx` says what a file gives on this machine.
 *
 * ```ts
 * import { mkdtempSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { drawnDigits, evaluate, exportInt8, inferOnnx, key, lenet5 } from 'squeezelab';
 *
 * const { train, test } = drawnDigits({ train: 60, test: 20 });
 * const file = join(mkdtempSync(join(tmpdir(), 'onnx-')), 'int8.onnx');
 * const { bytes } = await exportInt8(lenet5(key(1)), file, { calibration: train });
 * console.log(bytes.length < (4 * 431_080) / 3.9, (await evaluate(await inferOnnx(file), test)).count); // => true 20
 * ```
 *
 * @param calibration images that the net was not trained on and is not judged by; a hundred usually do
 * @throws TypeError for what is no LayersModel, no split or no file's name; RangeError when the model cannot take the split, or weights or what they give are not finite; Error as `exportOnnx`, and when no layer can be quantised
 */
export async function exportInt8(model: tf.LayersModel, file: string, options: { calibration: Split }): Promise<Frozen> {
  checkName('exportInt8', file);
  checkOptions('exportInt8', options, ['calibration']);
  const { calibration } = options;
  const frozen = freezeModel('exportInt8', model);
  checkImages(model, calibration);
  const folded = fold(frozen.graph);
  if (folded.weighted.size === 0) throw new Error(`exportInt8: the model must have a convolution or a dense layer, got none that can be quantised in ${model.name}; exportOnnx writes it in floats`);
  const { model: graph, activations } = withRanges(folded);
  const ranges = new Map(activations.map((name): [string, Range] => [name, [Infinity, -Infinity]]));
  const session = await open(encodeModel(graph));
  const [batch, ...shape] = model.inputs[0].shape as [number | null, ...number[]];
  const size = batch ?? BATCH;
  try {
    for (const indices of consecutiveBatches(calibration.count, size)) {
      const rows = batch ?? indices.length;
      const x = new Float32Array(rows * sizeOf(shape));
      // A fixed batch is filled up with the same images: others would widen the ranges.
      fillBatch(calibration, Int32Array.from({ length: rows }, (_, row) => indices[row % indices.length]), x, new Int32Array(rows));
      const found = await session.run({ [frozen.inputs[0].name]: bufferOf('float32', x, [rows, ...shape]) }, Object.fromEntries(graph.outputs.map(({ name }) => [name, null])));
      activations.forEach((name, i) => {
        const [low, high] = graph.outputs.slice(2 * i, 2 * i + 2).map((output) => (found[output.name].data as Float32Array)[0]);
        const [min, max] = ranges.get(name)!;
        ranges.set(name, [Math.min(min, low), Math.max(max, high)]);
      });
    }
  } finally {
    await session.dispose();
  }
  const written = encode({ ...frozen, graph: quantized(folded, ranges) });
  writeAtomic(file, written.bytes);
  return written;
}

/** What the net gives for the images does not matter here, nor their labels. */
function checkImages(model: tf.LayersModel, calibration: Split): void {
  const { shape, count } = givenSplit('exportInt8', calibration);
  if (model.inputs.length > 1) throw new Error(`exportInt8: the model must have one input, images, got ${model.inputs.length} in ${model.name}; exportOnnx writes it in floats`);
  const wanted = model.inputs[0].shape.slice(1) as number[];
  if (sizeOf(wanted) !== sizeOf(shape)) throw new RangeError(`exportInt8: an image must have ${sizeOf(wanted)} values, [${wanted.join(', ')}], got [${shape.join(', ')}]`);
  if (count < 1) throw new RangeError('exportInt8: there must be images to calibrate by, got none');
}
