import * as tf from '@tensorflow/tfjs';
import { encode, freeze, type Frozen, type FrozenGraph } from '../engine/freeze';
import { writeAtomic } from '../system';
import { checkModel } from '../weights/checkModel';
import { withEffectiveWeights } from '../weights/effective';
import { checkName } from './bytes';

/** The name of an input or output is its layer's: the tensor's own is numbered anew with each model in a process. */
const nameOf = (tensor: tf.SymbolicTensor): string => (tensor as tf.SymbolicTensor & { sourceLayer: tf.layers.Layer }).sourceLayer.name;

/** Recurrent cells keep the masks of their dropout from call to call; those of a trace are no tensors afterwards. */
function withoutMasks<T>(model: tf.LayersModel, fn: () => T): T {
  const cells = cellsOf(model) as { dropoutMask?: tf.TensorContainer; recurrentDropoutMask?: tf.TensorContainer }[];
  const clear = () =>
    cells.forEach((cell) => {
      if (!('dropoutMask' in cell)) return;
      tf.dispose([cell.dropoutMask ?? [], cell.recurrentDropoutMask ?? []]);
      Object.assign(cell, { dropoutMask: null, recurrentDropoutMask: null });
    });
  clear();
  try {
    return fn();
  } finally {
    clear();
  }
}

/** All layers, and the cells and layers within them. */
function cellsOf(layer: tf.layers.Layer): tf.layers.Layer[] {
  const within = layer as tf.layers.Layer & { layers?: tf.layers.Layer[]; layer?: tf.layers.Layer; cell?: tf.layers.Layer; cells?: tf.layers.Layer[]; forwardLayer?: tf.layers.Layer; backwardLayer?: tf.layers.Layer };
  const inner = [...(within.layers ?? []), ...(within.cells ?? []), within.layer, within.cell, within.forwardLayer, within.backwardLayer].filter((one): one is tf.layers.Layer => one instanceof tf.layers.Layer);
  return [layer, ...inner.flatMap(cellsOf)];
}

/** A model as a graph with its weights inside, transforms baked in. */
export function freezeModel(caller: string, model: tf.LayersModel): FrozenGraph {
  checkModel(caller, model);
  const stateful = model.layers.find((layer) => layer.stateful);
  if (stateful) throw new Error(`${caller}: a net must give the same for the same input, but ${stateful.name} (${stateful.getClassName()}) is stateful, and its states would be constants in the file; make the layer without stateful`);
  const inputs = model.inputs.map((input) => {
    const { shape, dtype } = input;
    const name = nameOf(input);
    const [batch, ...rest] = shape;
    if (rest.includes(null)) throw new Error(`${caller}: the input ${name} of ${model.name} must be of a known shape but for the batch, got [${shape.map((length) => length ?? '?').join()}]; give the model's inputs their whole shapes`);
    return { name, shape: [batch, ...(rest as number[])] as const, dtype };
  });
  return withEffectiveWeights(model, (names) =>
    freeze(
      (...tensors) => {
        const results = withoutMasks(model, () => model.apply(tensors.length === 1 ? tensors[0] : tensors, { training: false }));
        const all = (Array.isArray(results) ? results : [results]) as tf.Tensor[];
        return Object.fromEntries(all.map((result, i) => [`_${i}`, result])); // whatever the names, in their order
      },
      inputs,
      (variable) => names.get(variable) ?? variable.name,
      model.outputs.map(nameOf),
    ),
  );
}

/**
 * Writes a tfjs LayersModel as an ONNX file, which ONNX Runtime reads in the browser, in Node and in Python, and whatever else takes ONNX: the weights are inside, under their names, pruned, shared or quantised as they are (transforms baked in),
 * any batch where the model's input has one (its first length is then called `batch`), inputs and outputs under the model's own names. Images keep their channels last, as tfjs has them: `[batch, height, width, channels]`.
 *
 * ```ts
 * import { mkdtempSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { exportOnnx, key, mlp } from 'squeezelab';
 *
 * const file = join(mkdtempSync(join(tmpdir(), 'onnx-')), 'model.onnx');
 * const { inputs, outputs } = exportOnnx(mlp(key(1), [784, 32, 10]), file);
 * console.log(inputs[0].shape, outputs[0].shape); // => [ 'batch', 784 ] [ 'batch', 10 ]
 * ```
 *
 * @param file its path; a file that is there is replaced, whole or not at all
 * @returns what it wrote: the bytes, the version of ONNX's operators (opset 18), inputs and outputs
 * @throws TypeError for what is no LayersModel or no file's name; Error for a stateful layer, an input of unknown length but for the batch, or an operation that there is no lowering for: docs/kernels.md lists them
 */
export function exportOnnx(model: tf.LayersModel, file: string): Frozen {
  checkName('exportOnnx', file);
  const frozen = encode(freezeModel('exportOnnx', model));
  writeAtomic(file, frozen.bytes);
  return frozen;
}
