import assert from 'node:assert/strict';
import { drawnColours, standardize } from '../../src/data';
import { resnetSettings, trainResnet } from '../../src/recipes';
import { assertSameBits } from '../formats/same';
import { captureStderr } from '../models/tiny';

describe('the recipe of ResNet', () => {
  captureStderr();

  it('the same seed gives the same net and history, of as many epochs as are set', async () => {
    const images = standardize(drawnColours({ train: 60, test: 20 }));
    const settings = resnetSettings.smoke;
    const [one, other] = [await trainResnet(images, 1, settings), await trainResnet(images, 1, settings)];
    assertSameBits(one.model, other.model);
    assert.equal(one.history.length, settings.epochs);
    assert.equal(one.error, other.error);
  });
});
