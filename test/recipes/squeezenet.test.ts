import assert from 'node:assert/strict';
import { latency } from '../../src/measure';
import { answersOf, answersOfOnnx, largeNet, onnxFiles, smallerNets, squeezenetsAndPhotographs, squeezenetSettings } from '../../src/recipes';

describe('the recipe of SqueezeNet', () => {
  const settings = squeezenetSettings.smoke;
  let found: Awaited<ReturnType<typeof squeezenetsAndPhotographs>>;
  before(async () => void (found = await squeezenetsAndPhotographs({ scale: 'smoke' })));
  after(() => [found.later, found.authors].forEach(({ model }) => model.dispose()));

  it('judges by other photographs than it chooses by, of the size that each net takes', () => {
    for (const { heldOut, test, model } of [found.later, found.authors]) {
      assert.deepEqual([heldOut.count, test.count], [settings.heldOut, settings.photographs - settings.heldOut]);
      assert.deepEqual(test.shape, model.inputs[0].shape.slice(1));
      assert.ok(test.standardization);
      const size = test.images.length / test.count;
      for (let i = 0; i < test.count; i++) assert.notDeepEqual(test.images.subarray(i * size, (i + 1) * size), heldOut.images.subarray(0, size));
    }
    assert.ok(!found.real);
  });

  it('makes nets smaller: fewer bits and fewer weights, as many of them uniform as allocated', async () => {
    const whole = await answersOf('whole', 4 * found.later.model.countParams(), found.later.model, found.later.test);
    const made = await smallerNets(found.later, { ...settings, budget: 0.5 });
    assert.deepEqual(made.map(({ pruning, bits }) => [pruning, bits]), [['none', 6], ['uniform', 6], ['allocated', 6]]);
    const [none, uniform, allocated] = made;
    assert.ok(none.bytes < whole.bytes / 2 && allocated.bytes < none.bytes);
    assert.ok(allocated.density < 0.99 && Math.abs(uniform.density - allocated.density) < 0.01, `${uniform.density}, ${allocated.density}`);
    assert.equal(none.first.length, found.later.test.count);
  });

  it('writes ONNX files that can be judged and timed', async () => {
    const large = largeNet('smoke');
    const files = await onnxFiles(found, large);
    large.model.dispose();
    const [whole, inBytes] = Object.keys(files);
    assert.deepEqual([whole, inBytes, ...Object.keys(files).slice(2)], [found.later.name, `${found.later.name}, int8`, 'SqueezeNet 1.0, compressed', 'LeNet-300-100']);
    assert.ok(files[inBytes].length < files[whole].length / 2);
    const { first, bytes } = await answersOfOnnx('int8', files[inBytes], found.later.test);
    assert.deepEqual([first.length, bytes], [found.later.test.count, files[inBytes].length]);
    const [one] = await latency({ [whole]: files[whole] }, { runs: 1, threads: 1 });
    assert.ok(one.median > 0);
  });
});
