import assert from 'node:assert/strict';
import fc from 'fast-check';
import { prune, quantize, share } from '../../src/compress';
import { pack } from '../../src/formats';
import { allocate, ledger, sensitivity, type Point, type Sensitivity } from '../../src/measure';
import { key } from '../../src/random';
import { evaluate } from '../../src/train';
import { parametrize, type Method } from '../../src/weights';
import { tinyModel, tinySplit } from '../models/tiny';

const anyLayer = fc.array(fc.record({ bytes: fc.integer({ min: 1, max: 1000 }), loss: fc.integer({ min: 0, max: 1000 }) }), { minLength: 1, maxLength: 5 });
const anySensitivity = fc.array(anyLayer, { minLength: 1, maxLength: 3 }).map(
  (layers): Sensitivity => Object.fromEntries(layers.map((points, i) => [`fc${i}`, points.map((point, setting): Point => ({ ...point, setting, error: 0 }))])),
);

type Choice = Record<string, number>;
const pointsOf = (from: Sensitivity, choice: Choice): Point[] => Object.entries(choice).map(([layer, setting]) => from[layer].find((point) => point.setting === setting)!);
const bytesOf = (from: Sensitivity, choice: Choice): number => pointsOf(from, choice).reduce((sum, { bytes }) => sum + bytes, 0);
const largest = (from: Sensitivity): Choice => Object.fromEntries(Object.entries(from).map(([layer, points]) => [layer, points.reduce((a, b) => (b.bytes > a.bytes ? b : a)).setting]));
/** What a choice adds to the losses of the largest one, no layer below 0. */
const costOf = (from: Sensitivity, choice: Choice): number => {
  const start = pointsOf(from, largest(from));
  return pointsOf(from, choice).reduce((sum, { loss }, i) => sum + Math.max(0, loss - start[i].loss), 0);
};
const everyChoice = (from: Sensitivity): Choice[] =>
  Object.entries(from).reduce<Choice[]>((choices, [layer, points]) => choices.flatMap((choice) => points.map(({ setting }) => ({ ...choice, [layer]: setting }))), [{}]);

describe('allocate', () => {
  it('stays within its budget, and takes the smallest points of all when nothing is spared', () => {
    fc.assert(
      fc.property(anySensitivity, fc.integer({ min: 0, max: 3000 }), (from, budget) => {
        const choice = allocate(from, { budget });
        assert.ok(costOf(from, choice) <= budget);
        const all = allocate(from, { budget: Infinity });
        assert.equal(bytesOf(from, all), Object.values(from).reduce((sum, points) => sum + Math.min(...points.map(({ bytes }) => bytes)), 0));
        assert.ok(bytesOf(from, all) <= bytesOf(from, choice));
      }),
    );
  });

  it('finds what no other choice beats on convex curves, for the loss that it spends up to its first step that is too dear', () => {
    const curve = (most: number, steps: number[]) => steps.reduce<Point[]>((points, loss, i) => [...points, { setting: i + 1, bytes: most / 2 ** (i + 1), loss: points[i].loss + loss, error: 0 }], [{ setting: 0, bytes: most, loss: 0, error: 0 }]);
    const from: Sensitivity = { conv: curve(64, [1, 2, 4]), fc1: curve(1024, [1, 3, 9]), fc2: curve(256, [2, 5, 11]) };
    for (const budget of [0, 1, 4, 5, 6, 15, 38]) {
      const choice = allocate(from, { budget });
      const cost = costOf(from, choice);
      const best = Math.min(...everyChoice(from).filter((other) => costOf(from, other) <= cost).map((other) => bytesOf(from, other)));
      assert.equal(bytesOf(from, choice), best, `budget ${budget}`);
    }
  });

  it('refuses a budget that is none', () => {
    assert.throws(() => allocate({}, { budget: -1 }), /allocate: the budget must be a number of nats from 0, got -1/);
  });
});

describe('sensitivity', () => {
  it('is the loss and the size with one layer changed, and leaves the model as it was', async () => {
    const split = tinySplit(key(1), 40);
    const model = tinyModel(key(2));
    const names = model.layers.filter((layer) => layer.getWeights().length > 0).map(({ name }) => name);
    const before = model.getWeights().map((weight) => weight.dataSync().slice());
    const methods = (density: number): Method[] => [prune({ density }), share({ bits: 2 })];
    const measured = await sensitivity(model, split, { settings: [1, 0.25], methods });
    assert.deepEqual(Object.keys(measured), names);
    model.getWeights().forEach((weight, i) => assert.deepEqual(weight.dataSync(), before[i]));

    const handles = methods(0.25).map((method) => parametrize(model.getLayer(names[0]), 'kernel', method));
    const expected = await evaluate(model, split);
    assert.equal(measured[names[0]][1].loss, expected.loss);
    assert.equal(measured[names[0]][1].error, expected.error);
    assert.equal(measured[names[0]][1].bytes, ledger(pack(model)).find(({ layer }) => layer === names[0])!.bytes);
    assert.ok(measured[names[0]][1].bytes < measured[names[0]][0].bytes);
    await assert.rejects(sensitivity(model, split, { settings: [1], methods }), /the kernel of .* must be stored as it is, or pruned, got shared values/);
    handles.reverse().forEach((handle) => handle.remove()); // the shared values stay
    const quantized = parametrize(model.getLayer(names[0]), 'kernel', quantize({ bits: 4 }));
    await assert.rejects(sensitivity(model, split, { settings: [1], methods }), /must be stored as it is, or pruned, got what a method makes of others/);
    quantized.remove({ keep: 'original' });
    const left = model.getWeights().map((weight) => weight.dataSync().slice());
    await assert.rejects(sensitivity(model, split, { settings: [], methods }), /there must be a setting/);
    const sharedFirst = (density: number): Method[] => [share({ bits: 2 }), prune({ density })];
    await assert.rejects(sensitivity(model, split, { settings: [1, 2], methods: sharedFirst }), /prune: the density must be in \(0, 1\], got 2/);
    model.getWeights().forEach((weight, i) => assert.deepEqual(weight.dataSync(), left[i]));
  });
});
