/** Every layer of tfjs, with its options, through a packed file and through a `model.json`: the same outputs, or a refusal before anything is written. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { pack } from '../../src/formats';
import { layersPage, PAGE } from '../docs/layers';
import { ALIASES, constructorsNamed, tried, type Outcome, type Tried } from './layers';

/** What `pack` refuses. */
const REFUSED = [
  'thresholdedReLU {"theta":"-Infinity"}',
  'masking {"maskValue":"NaN"}',
  ...['convLstm2d', 'gru', 'lstm', 'simpleRNN', 'rnn'].map((name) => `${name} {"stateful":true}`),
  'convLstm2dCell {}',
];

const ended = (results: Tried[], outcome: (result: Tried) => Outcome, ...ends: Outcome['end'][]): string[] =>
  results.filter((result) => ends.includes(outcome(result).end)).map(({ constructor, options }) => `${constructor} ${options}`);

describe('the layers of tfjs', () => {
  it('are all tried', () => {
    const all = Object.entries(tf.layers).flatMap(([name, value]) => (/^[a-z]/.test(name) && typeof value === 'function' ? [name] : []));
    assert.deepEqual(constructorsNamed, all.sort());
    const classOf = (name: string): string => (tf.layers as unknown as Record<string, (args: object) => tf.layers.Layer>)[name]({}).getClassName();
    for (const [alias, constructor] of Object.entries(ALIASES)) if (alias !== 'input') assert.equal(classOf(alias), classOf(constructor));
  });

  it('come back from a packed file with the same outputs, or are refused by pack, which names them', async () => {
    const results = await tried();
    assert.deepEqual(ended(results, ({ packed }) => packed, 'other', 'refused by the reader'), []);
    assert.deepEqual(ended(results, ({ packed }) => packed, 'refused by the writer').sort(), [...REFUSED].sort());
    for (const { constructor, packed } of results) {
      if ('message' in packed) assert.match(packed.message, new RegExp(`^pack: .* \\(layer [^ ]+, ${constructor}\\)$`, 'is'));
    }
  });

  it('come back from a model.json with the same outputs, or are refused by the writer, which names them', async () => {
    const results = await tried();
    assert.deepEqual(ended(results, ({ folder }) => folder, 'other', 'refused by the reader'), []);
    assert.deepEqual(ended(results, ({ folder }) => folder, 'refused by the writer').sort(), [...REFUSED].sort());
    for (const { constructor, folder } of results) {
      if ('message' in folder) assert.match(folder.message, new RegExp(`^writeLayersModel: .* \\(layer [^ ]+, ${constructor}\\)$`, 'is'));
    }
  });

  it('are in docs/layers.md, as test/docs/layers.ts writes it', async () => assert.equal(readFileSync(PAGE, 'utf8'), await layersPage(), 'run npx tsx test/docs/layers.ts'));
});

describe('pack', () => {
  /** Its configuration lacks `units`, so that it comes back with one. */
  class Forgetful extends tf.layers.Layer {
    static readonly className: string = 'Forgetful';
    readonly units: number;
    constructor({ units = 1, ...more }: { units?: number; name?: string }) {
      super(more);
      this.units = units;
    }
    override build(): void {
      this.addWeight('scale', [this.units], 'float32', tf.initializers.ones());
      this.built = true;
    }
  }
  class Unknown extends Forgetful {
    static override readonly className = 'Unknown';
  }
  tf.serialization.registerClass(Forgetful);
  const netOf = (layer: tf.layers.Layer): tf.LayersModel => tf.sequential({ layers: [tf.layers.inputLayer({ inputShape: [3] }), layer] });

  it('names the layer that would come back with other weights, wherever it is', () => {
    const message = /^pack: .* got lost\/scale \[2\] that its getConfig turns into lost\/scale \[1\] \(layer .*, (Forgetful|Sequential|TimeDistributed)\)$/;
    const lost = () => new Forgetful({ name: 'lost', units: 2 });
    assert.throws(() => pack(netOf(lost())), { message: new RegExp(message.source.replace('.*, (', 'lost, (')) });
    assert.throws(() => pack(netOf(netOf(lost()))), { message });
    assert.doesNotThrow(() => pack(netOf(new Forgetful({ name: 'kept' }))));
  });

  it('names the layer whose class nobody can find', () => {
    assert.throws(() => pack(netOf(new Unknown({ name: 'other' }))), /an unknown class Unknown; register it by tf\.serialization\.registerClass \(layer other, Unknown\)/);
  });

  it('leaves no tensor behind', () => {
    const model = netOf(new Forgetful({ name: 'kept' }));
    const { numTensors } = tf.memory();
    pack(model);
    assert.equal(tf.memory().numTensors, numTensors);
  });
});
