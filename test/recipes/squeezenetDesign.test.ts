import assert from 'node:assert/strict';
import { drawnColours, firstImages } from '../../src/data';
import { designSettings, trainDesign, tryDesigns } from '../../src/recipes';

describe('the design space of SqueezeNet', () => {
  const whole = drawnColours({ train: 60, test: 40 });
  const images = { train: whole.train, test: firstImages(whole.test, 40) };
  const settings = { ...designSettings.smoke, batch: 30 };

  it('has each design of each figure with an error a seed; what two figures share is one', async () => {
    const { squeezed, shared, bypassed } = await tryDesigns(images, [1, 2], settings);
    assert.deepEqual(squeezed.map(({ squeezeRatio, share3x3 }) => [squeezeRatio, share3x3]), [[1 / 8, 1 / 2], [1 / 2, 1 / 2]]);
    assert.equal(squeezed[1], shared[1]);
    assert.equal(squeezed[0], bypassed[0]);
    for (const { errors } of [...squeezed, ...shared, ...bypassed]) assert.ok(errors.length === 2 && errors.every((error) => error >= 0 && error <= 1));
    assert.ok(squeezed[1].parameters > squeezed[0].parameters && shared[1].macs > shared[0].macs);
    assert.equal(bypassed[1].parameters, bypassed[0].parameters); // a simple bypass has none
    assert.equal(await trainDesign(images, { squeezeRatio: 1 / 2, share3x3: 1 / 4 }, 2, settings), shared[0].errors[1]);
  });
});
