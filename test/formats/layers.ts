/** Every layer that `tf.layers` makes, with the options that change what it computes, and what becomes of each in a packed file and in a `model.json`. */
import * as tf from '@tensorflow/tfjs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pack, readLayersModel, unpack, writeLayersModel } from '../../src/formats';
import { foldIn, integers, key, uniform } from '../../src/random';
import { sizeOf } from '../../src/system';

type Args = Record<string, unknown>;
/** A layer within another: the name of its constructor and its options. */
type Spec = [constructor: string, args?: Args];

interface Entry {
  /** Shapes of the inputs, without the batch. */
  inputs: number[][];
  /** Options that the layer must have; each model has those of one of `options` besides. */
  base?: Args;
  options?: Args[];
  /** The inputs are whole numbers below this, and may be 0; without it they are fractions in [−1, 1). */
  below?: number;
  /** What comes before each input, where the layer changes the shape that is its input's. */
  before?: Spec;
  /** What comes behind the layer and shows what it does, such as a mask. */
  then?: Spec;
  /** In place of a layer called on the inputs. */
  model?: (args: Args) => tf.LayersModel;
}

export interface Case {
  constructor: string;
  options: string;
  make: () => tf.LayersModel;
  inputs: () => tf.Tensor[];
}

const constructors = tf.layers as unknown as Record<string, (args?: Args) => tf.layers.Layer>;

/** A layer of its constructor's name and options; `layer`, `cell` and `cells` among them are specs. */
function made(constructor: string, args: Args = {}): tf.layers.Layer {
  const { layer, cell, cells, ...plain } = structuredClone(args);
  const specs = (list: unknown): tf.layers.Layer[] => (list as Spec[]).map((spec) => made(...spec));
  return constructors[constructor]({
    ...plain,
    ...(layer ? { layer: made(...(layer as Spec)) } : {}),
    ...(cell ? { cell: made(...(cell as Spec)) } : {}),
    ...(cells ? { cells: specs(cells) } : {}),
  });
}

const FLAT = [[6]];
const STEPS = [[5, 4]];
const IMAGE = [[7, 6, 4]];
const VOLUME = [[5, 4, 6, 4]];
const CLIP = [[3, 6, 5, 4]];

const ACTIVATIONS = ['elu', 'hardSigmoid', 'linear', 'logSoftmax', 'mish', 'relu', 'relu6', 'selu', 'sigmoid', 'softmax', 'softplus', 'softsign', 'swish', 'tanh', 'gelu', 'gelu_new'];
const each = (option: string, ...values: unknown[]): Args[] => values.map((value) => ({ [option]: value }));
const TRAINING = [{ trainable: false }, { kernelInitializer: 'ones', kernelRegularizer: 'l1l2', kernelConstraint: 'nonNeg' }];
const convolution = (...dilations: unknown[]): Args[] => [
  ...each('padding', 'same', 'valid'),
  ...each('strides', 2),
  ...each('dataFormat', 'channelsFirst', 'channelsLast'),
  { dataFormat: 'channelsFirst', padding: 'same', strides: 2 },
  ...each('dilationRate', ...dilations),
  ...each('useBias', false),
  { useBias: false, dataFormat: 'channelsFirst' },
  ...each('activation', 'relu', 'softmax', 'hardSigmoid', 'gelu_new'),
];
const pooling = (...formats: string[]): Args[] => [...each('poolSize', 3), ...each('strides', 1), ...each('padding', 'same'), ...each('dataFormat', ...formats)];
const RECURRENT = [
  ...each('returnSequences', true),
  ...each('returnState', true),
  { returnSequences: true, returnState: true },
  ...each('goBackwards', true),
  ...each('unroll', true),
  ...each('stateful', true),
];
const CELL = [
  ...each('activation', null, 'relu', 'gelu_new'),
  ...each('useBias', false),
  { dropout: 0.3, recurrentDropout: 0.2 },
  { kernelConstraint: 'nonNeg', recurrentConstraint: 'unitNorm', biasConstraint: 'maxNorm', kernelRegularizer: 'l1l2' },
];
const GATED = [...CELL, ...each('recurrentActivation', null, 'sigmoid', 'tanh'), ...each('implementation', 1, 2)];
const merge = { inputs: [[3, 4], [3, 4], [3, 4]], options: [{}] };
const volumePooling = { inputs: VOLUME, options: pooling('channelsFirst', 'channelsLast') };
const imagePooling = { inputs: IMAGE, options: pooling('channelsFirst', 'channelsLast') };
const stepPooling = { inputs: STEPS, options: pooling() };
const globalImagePooling = { inputs: IMAGE, options: each('dataFormat', 'channelsFirst', 'channelsLast') };
const noise = (option: string): Entry => ({ inputs: STEPS, options: each(option, 0, 0.3) });
/** tfjs runs these in a net in no other way: called by a net they find a list where they want a tensor. */
const inEachStep = (constructor: string, args: Args): tf.LayersModel => called(made('timeDistributed', { layer: [constructor, args] }), CLIP);
const cellIn = (constructor: string, options: Args[]): Entry => ({
  inputs: STEPS,
  base: { units: 3 },
  options,
  model: (args) => called(made('rnn', { cell: [constructor, args] }), STEPS),
});

const TABLE: Record<string, Entry> = {
  inputLayer: { inputs: FLAT, base: { inputShape: [6] }, options: [{}, { name: 'ThisOne' }], model: (args) => tf.sequential({ layers: [made('inputLayer', args), made('dense', { units: 2 })] }) },

  activation: { inputs: FLAT, options: each('activation', ...ACTIVATIONS) },
  elu: { inputs: FLAT, options: [{}, { alpha: 1 }] },
  reLU: { inputs: FLAT, options: each('maxValue', undefined, 0.5, 0) },
  leakyReLU: { inputs: FLAT, options: each('alpha', undefined, 0.05, 0) },
  prelu: { inputs: STEPS, options: [{}, { sharedAxes: 1 }, { sharedAxes: [1, 2] }, { alphaInitializer: 'ones', alphaConstraint: 'nonNeg' }] },
  softmax: { inputs: STEPS, options: each('axis', 2, -1, [1, 2]) },
  thresholdedReLU: { inputs: FLAT, options: [{}, ...each('theta', 0.5, 0, -Infinity)] },

  conv1d: { inputs: STEPS, base: { filters: 3, kernelSize: 2 }, options: [...convolution(2), ...each('kernelSize', [3]), ...TRAINING] },
  conv2d: { inputs: IMAGE, base: { filters: 3, kernelSize: 2 }, options: [...convolution(2, [2, 1]), ...each('kernelSize', [1, 3]), ...each('strides', [2, 1]), ...TRAINING] },
  conv2dTranspose: { inputs: IMAGE, base: { filters: 3, kernelSize: 2 }, options: [...convolution(1), ...each('kernelSize', [1, 3]), ...each('strides', [2, 1]), ...TRAINING] },
  conv3d: { inputs: VOLUME, base: { filters: 3, kernelSize: 2 }, options: [...convolution(1, 2), ...each('kernelSize', [1, 3, 2]), ...TRAINING] },
  conv3dTranspose: { inputs: VOLUME, base: { filters: 3, kernelSize: 2 }, options: [...convolution(1), ...each('kernelSize', [1, 3, 2]), ...TRAINING] },
  depthwiseConv2d: {
    inputs: IMAGE,
    base: { kernelSize: 2 },
    options: [...convolution(2), ...each('depthMultiplier', 1, 3), ...each('kernelSize', [1, 3]), { trainable: false }, { depthwiseConstraint: 'nonNeg' }, { depthwiseRegularizer: 'l1l2' }],
  },
  separableConv2d: {
    inputs: IMAGE,
    base: { filters: 3, kernelSize: 2 },
    options: [...convolution(2).filter(({ dataFormat, useBias }) => dataFormat !== 'channelsFirst' || useBias === false), ...each('depthMultiplier', 1, 2, 3), ...each('kernelSize', [1, 3]), { trainable: false }, { depthwiseConstraint: 'nonNeg', pointwiseConstraint: 'unitNorm', depthwiseRegularizer: 'l1l2', pointwiseRegularizer: 'l1l2' }],
  },
  cropping2D: { inputs: IMAGE, options: [{ cropping: 1 }, { cropping: [1, 2] }, { cropping: [[1, 0], [0, 2]] }, { cropping: [[1, 0], [0, 2]], dataFormat: 'channelsFirst' }] },
  upSampling2d: { inputs: IMAGE, options: [{}, { size: [3, 1] }, { interpolation: 'bilinear' }, { dataFormat: 'channelsFirst' }] },
  zeroPadding2d: { inputs: IMAGE, options: [{}, { padding: 2 }, { padding: [1, 2] }, { padding: [[1, 0], [0, 2]] }, { dataFormat: 'channelsFirst' }] },

  dense: { inputs: FLAT, base: { units: 3 }, options: [{}, ...each('useBias', false), ...each('activation', ...ACTIVATIONS), ...TRAINING] },
  dropout: { inputs: STEPS, options: [...each('rate', 0, 0.3), { rate: 0.3, noiseShape: [null, 1, 4], seed: 7 }] },
  spatialDropout1d: { inputs: STEPS, options: [...each('rate', 0.3), { rate: 0.3, seed: 7 }] },
  flatten: { inputs: IMAGE, options: [{}, ...each('dataFormat', 'channelsFirst', 'channelsLast')] },
  repeatVector: { inputs: FLAT, options: each('n', 1, 3) },
  reshape: { inputs: STEPS, options: each('targetShape', [4, 5], [2, -1], [null, 2], [20]) },
  permute: { inputs: IMAGE, options: each('dims', [3, 1, 2], [1, 2, 3]) },
  embedding: {
    inputs: [[5]],
    below: 4,
    base: { inputDim: 4, outputDim: 3 },
    options: [{}, ...each('inputLength', 5, [5]), ...each('maskZero', false, true), { embeddingsConstraint: 'nonNeg', embeddingsInitializer: 'ones' }],
    then: ['lstm', { units: 2 }],
  },
  masking: { inputs: STEPS, below: 2, options: [{}, ...each('maskValue', 0, 1, NaN)], then: ['lstm', { units: 2, returnSequences: true }] },

  add: merge,
  average: merge,
  maximum: merge,
  minimum: merge,
  multiply: merge,
  concatenate: { ...merge, options: [{}, ...each('axis', 1, 2, -2)] },
  dot: { inputs: [[3, 4], [3, 4]], options: [{ axes: 2 }, { axes: 1 }, { axes: -1 }, { axes: [2, 2] }, { axes: 2, normalize: true }, { axes: [1, 1], normalize: true }] },

  batchNormalization: {
    inputs: IMAGE,
    options: [{}, ...each('axis', 1, 3), ...each('epsilon', 0.25, 0), ...each('momentum', 0.5), ...each('center', false), ...each('scale', false), { center: false, scale: false }, { gammaConstraint: 'nonNeg', betaInitializer: 'ones' }, { trainable: false }],
  },
  layerNormalization: { inputs: STEPS, options: [{}, ...each('axis', 1, [1, 2]), ...each('epsilon', 0.25), ...each('center', false), ...each('scale', false), { betaInitializer: 'ones' }] },

  averagePooling1d: stepPooling,
  averagePooling2d: imagePooling,
  averagePooling3d: volumePooling,
  globalAveragePooling1d: { inputs: STEPS },
  globalAveragePooling2d: globalImagePooling,
  globalMaxPooling1d: { inputs: STEPS },
  globalMaxPooling2d: globalImagePooling,
  maxPooling1d: stepPooling,
  maxPooling2d: imagePooling,
  maxPooling3d: volumePooling,

  convLstm2d: { inputs: CLIP, base: { filters: 2, kernelSize: 2 }, options: [{}, ...RECURRENT.filter(({ unroll }) => !unroll), ...GATED, ...each('padding', 'same'), ...each('strides', [2, 1]), ...each('dilationRate', 2), ...each('unitForgetBias', false)] },
  convLstm2dCell: {
    inputs: [[6, 5, 4], [5, 4, 2], [5, 4, 2]],
    base: { filters: 2, kernelSize: 2 },
    options: [{}],
    model: (args) => {
      const cell = made('convLstm2dCell', args); // no layer takes it as its cell; alone it must be built by hand
      cell.build([null, 6, 5, 4]);
      return called(cell, [[6, 5, 4], [5, 4, 2], [5, 4, 2]]);
    },
  },
  gru: { inputs: STEPS, base: { units: 3 }, options: [{}, ...RECURRENT, ...GATED] },
  gruCell: cellIn('gruCell', [{}, ...GATED]),
  lstm: { inputs: STEPS, base: { units: 3 }, options: [{}, ...RECURRENT, ...GATED, ...each('unitForgetBias', false)] },
  lstmCell: cellIn('lstmCell', [{}, ...GATED, ...each('unitForgetBias', false)]),
  simpleRNN: { inputs: STEPS, base: { units: 3 }, options: [{}, ...RECURRENT, ...CELL] },
  simpleRNNCell: cellIn('simpleRNNCell', [{}, ...CELL]),
  stackedRNNCells: { inputs: STEPS, options: [{ cells: [['gruCell', { units: 3 }], ['lstmCell', { units: 2, activation: 'relu' }]] }, { cells: [['gruCell', { units: 3 }], ['gruCell', { units: 3 }]] }], model: (args) => called(made('rnn', { cell: ['stackedRNNCells', args] }), STEPS) },
  rnn: { inputs: STEPS, base: { cell: ['lstmCell', { units: 3 }] }, options: [{}, ...RECURRENT] },
  bidirectional: {
    inputs: STEPS,
    base: { layer: ['lstm', { units: 3 }] },
    options: [
      {},
      ...each('mergeMode', 'concat', 'sum', 'mul', 'ave', null),
      { layer: ['gru', { units: 2, returnSequences: true }], mergeMode: 'sum' },
      { layer: ['gru', { units: 2, goBackwards: true, recurrentActivation: 'sigmoid' }] },
      { layer: ['simpleRNN', { units: 2, returnState: true }] },
      { layer: ['simpleRNN', { units: 2, returnState: true, returnSequences: true }], mergeMode: null },
      { trainable: false },
    ],
  },
  timeDistributed: {
    inputs: CLIP,
    options: each(
      'layer',
      ['conv2d', { filters: 2, kernelSize: 3, activation: 'relu', padding: 'same' }],
      ['separableConv2d', { filters: 2, kernelSize: 3, depthMultiplier: 2 }],
      ['depthwiseConv2d', { kernelSize: 3, depthMultiplier: 2 }],
      ['batchNormalization', { axis: 1 }],
      ['dense', { units: 3, trainable: false }],
      ['timeDistributed', { layer: ['conv1d', { filters: 2, kernelSize: 2, dataFormat: 'channelsFirst' }] }],
      ['globalMaxPooling2d', { dataFormat: 'channelsFirst' }],
    ),
  },

  gaussianNoise: noise('stddev'),
  gaussianDropout: noise('rate'),
  alphaDropout: { ...noise('rate'), options: [...each('rate', 0, 0.3), { rate: 0.3, noiseShape: [1, 5, 4] }] },
  rescaling: { inputs: IMAGE, options: [{ scale: 0.5 }, { scale: 1 / 255, offset: -1 }, { scale: 0 }] },
  centerCrop: { inputs: CLIP, options: [{ height: 3, width: 2 }, { height: 9, width: 10 }], model: (args) => inEachStep('centerCrop', args) },
  resizing: {
    inputs: CLIP,
    base: { height: 3, width: 9 },
    options: [{}, ...each('interpolation', 'nearest', 'bilinear'), ...each('cropToAspectRatio', true), { interpolation: 'nearest', cropToAspectRatio: true }],
    model: (args) => inEachStep('resizing', args),
  },
  categoryEncoding: { inputs: FLAT, before: ['reshape', { targetShape: [6] }], below: 4, base: { numTokens: 4 }, options: [{}, ...each('outputMode', 'multiHot', 'count', 'int')] },
  randomWidth: { inputs: CLIP, base: { factor: 0.5, seed: 3 }, options: [{}, ...each('factor', [0.2, 0.9]), ...each('interpolation', 'nearest')], model: (args) => inEachStep('randomWidth', args) },
};

/** Other names of the same. */
export const ALIASES: Record<string, string> = {
  input: 'inputLayer',
  avgPool1d: 'averagePooling1d',
  avgPool2d: 'averagePooling2d',
  avgPool3d: 'averagePooling3d',
  avgPooling1d: 'averagePooling1d',
  avgPooling2d: 'averagePooling2d',
  avgPooling3d: 'averagePooling3d',
  globalMaxPool1d: 'globalMaxPooling1d',
  globalMaxPool2d: 'globalMaxPooling2d',
  maxPool1d: 'maxPooling1d',
  maxPool2d: 'maxPooling2d',
};

export const constructorsNamed = [...Object.keys(TABLE), ...Object.keys(ALIASES)].sort();

/** A net of the layer, and what stands around it. */
function called(layer: tf.layers.Layer, shapes: number[][], { before, then, batch = null }: { before?: Spec; then?: Spec; batch?: number | null } = {}): tf.LayersModel {
  const through = (tensor: tf.SymbolicTensor, spec?: Spec): tf.SymbolicTensor => (spec ? (made(...spec).apply(tensor) as tf.SymbolicTensor) : tensor);
  const inputs = shapes.map((shape) => tf.input({ batchShape: [batch, ...shape] }));
  const given = inputs.map((input) => through(input, before));
  const outputs = layer.apply(given.length > 1 ? given : given[0]) as tf.SymbolicTensor;
  return tf.model({ inputs, outputs: then ? through(outputs, then) : outputs });
}

/** Options as they are written, JSON with NaN and infinities. */
const shown = (args: unknown): string => JSON.stringify(args, (_, value: unknown) => (typeof value === 'number' && !Number.isFinite(value) ? String(value) : value));

export const cases: Case[] = Object.entries(TABLE).flatMap(([constructor, { inputs, base, options = [{}], below, before, then, model }]) =>
  options.map((args) => {
    const drawn = foldIn(foldIn(key(71), constructor), shown(args));
    const all = { ...base, ...args };
    return {
      constructor,
      options: shown(args),
      make: () => {
        const net = model ? model(all) : called(made(constructor, all), inputs, { before, then, batch: all.stateful ? 2 : null });
        net.weights.forEach((weight, i) => {
          const min = weight.originalName.endsWith('variance') ? 0.5 : -1;
          const values = tf.tensor(uniform(foldIn(drawn, i), sizeOf(weight.shape as number[]), { min }), weight.shape as number[]);
          (weight.read() as tf.Variable).assign(values); // not by the weight's `write`: a constraint would change them
          values.dispose();
        });
        return net;
      },
      inputs: () =>
        inputs.map((shape, i) => {
          const at = foldIn(drawn, -1 - i);
          const size = 2 * sizeOf(shape);
          return tf.tensor(below ? Float32Array.from(integers(at, size, below)) : uniform(at, size, { min: -1 }), [2, ...shape]);
        }),
    };
  }),
);

/** What came of a net that was written and read: the same outputs, other ones, or who refused it and why. */
export type Outcome = { end: 'same' | 'other' } | { end: 'refused by the writer' | 'refused by the reader'; message: string };

/** All outputs, bit by bit. */
const outputs = (model: tf.LayersModel, inputs: tf.Tensor[]): string =>
  tf.tidy(() =>
    [model.predict(inputs.length > 1 ? inputs : inputs[0])]
      .flat()
      .map((output) => `${output.dtype} [${output.shape.join()}] ${Buffer.from(output.dataSync().slice().buffer).toString('hex')}`)
      .join(),
  );

async function through({ make, inputs }: Case, write: (model: tf.LayersModel) => Promise<() => Promise<tf.LayersModel>>): Promise<Outcome> {
  const [model, given] = [make(), inputs()];
  let read: (() => Promise<tf.LayersModel>) | undefined;
  let back: tf.LayersModel | undefined;
  try {
    read = await write(model);
    back = await read();
  } catch (error) {
    return { end: read ? 'refused by the reader' : 'refused by the writer', message: (error as Error).message };
  }
  try {
    return { end: outputs(back, given) === outputs(model, given) ? 'same' : 'other' };
  } finally {
    tf.dispose(given);
    model.dispose();
    back.dispose();
  }
}

const throughPack = (it: Case): Promise<Outcome> =>
  through(it, (model) => {
    const { bytes } = pack(model);
    return Promise.resolve(() => unpack(bytes));
  });

async function throughFolder(it: Case): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'layers-'));
  try {
    return await through(it, async (model) => {
      await writeLayersModel(model, folder);
      return () => readLayersModel(join(folder, 'model.json'));
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export interface Tried extends Case {
  packed: Outcome;
  folder: Outcome;
}

let all: Promise<Tried[]> | undefined;

/** Every case, sent through both files once, on tfjs' cpu backend. */
export const tried = (): Promise<Tried[]> => (all ??= tryAll());

async function tryAll(): Promise<Tried[]> {
  const backend = tf.getBackend();
  const { warn } = console;
  console.warn = () => undefined; // at each call tfjs says that it does not unroll
  await tf.setBackend('cpu');
  try {
    const results: Tried[] = [];
    for (const it of cases) results.push({ ...it, packed: await throughPack(it), folder: await throughFolder(it) });
    return results;
  } finally {
    console.warn = warn;
    if (backend) await tf.setBackend(backend);
  }
}

/** Options as a reader of the page wants them. */
const listed = (options: string): string => options.replace(/^{|}$/g, '').replaceAll('"', '').replaceAll(':', ': ').replaceAll(',', ', ');

/** The values of each option that was tried alone, and the options that were tried together. */
function optionsOf(results: Tried[]): string {
  const values = new Map<string, string[]>();
  for (const { options } of results) {
    const [, option = '', value = options] = /^{"(\w+)":(?!.*,"\w+":)(.*)}$/.exec(options) ?? [];
    values.set(option, [...(values.get(option) ?? []), listed(value)]);
  }
  const alone = [...values].sort(([a], [b]) => Number(a === '') - Number(b === ''));
  return alone.map(([option, tried]) => [option && `${option}: `, tried.filter(Boolean).map((value) => `\`${value}\``).join(', ')].join('')).filter(Boolean).join('; ');
}

function summary(results: Tried[], outcome: (result: Tried) => Outcome): string {
  const groups = new Map<string, string[]>();
  for (const result of results) {
    const it = outcome(result);
    const reason = 'message' in it ? `${it.end}: ${it.message.replace(/^.*(reads(?: again)?, got|model's, got:) /s, '').replace(/ \(layer .*| \(at byte .*/, '')}` : it.end === 'same' ? 'same outputs' : '**other outputs**';
    groups.set(reason, [...(groups.get(reason) ?? []), result.options]);
  }
  const several = groups.size > 1;
  return [...groups].map(([reason, options]) => (several && reason !== 'same outputs' ? `${reason} (${options.map((one) => `\`${listed(one)}\``).join('; ')})` : reason)).join('; ');
}

/** A row for each constructor: the options tried, and what comes of its nets in both files. */
export async function table(): Promise<string> {
  const results = await tried();
  const rows = Object.keys(TABLE).map((constructor) => {
    const own = results.filter((result) => result.constructor === constructor);
    const others = Object.keys(ALIASES).filter((alias) => ALIASES[alias] === constructor);
    return [[constructor, ...others].map((name) => `\`${name}\``).join(', '), optionsOf(own), summary(own, ({ packed }) => packed), summary(own, ({ folder }) => folder)];
  });
  return [['layer', 'options tried', '`pack`, `unpack`', '`writeLayersModel`, `readLayersModel`'], ['---', '---', '---', '---'], ...rows].map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`).join('\n');
}
