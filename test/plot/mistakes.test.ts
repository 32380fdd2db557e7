import assert from 'node:assert/strict';
import { confusionMatrix, imageGrid, wrongImages, type Figure } from '../../src/plot';

const split = { images: Uint8Array.of(0, 255, 10, 20, 0, 0), labels: Uint8Array.of(0, 1, 1), count: 3, shape: [1, 2] };
const captions = ({ plotly }: Figure): string[] => (plotly.layout as { annotations: { text: string }[] }).annotations.map(({ text }) => text);
const sheet = ({ plotly }: Figure): string => (plotly.layout as { images: { source: string }[] }).images[0].source;

describe('figures of mistakes', () => {
  it('wrong images stand under their right class → the answer', () => {
    const shown = wrongImages({ split, answers: [0, 0, 2], classes: ['cat', 'dog', 'ship'] });
    assert.equal(shown.title, 'Wrong: 2 of 3');
    assert.deepEqual(captions(shown), ['dog → cat', 'dog → ship']);
    assert.deepEqual(captions(wrongImages({ split, answers: [0, 0, 2], most: 1 })), ['1 → 0']);
    assert.deepEqual(captions(wrongImages({ split, answers: [0, 1, 1] })), ['none']);
    assert.throws(() => wrongImages({ split, answers: [0, 1] }), /wrongImages: there must be an answer for each of the 3 images, got 2/);
  });

  it('a row of the confusion matrix is 100%, or nothing of a class without images', () => {
    const { plotly } = confusionMatrix({ labels: [0, 1, 1, 1], answers: [0, 0, 1, 1], classes: ['a', 'b', 'c'] });
    assert.deepEqual((plotly.data[0] as { z: number[][] }).z, [[100, 0, 0], [33.3, 66.7, 0], [0, 0, 0]]);
  });

  it('stretched images take all greys, each by itself, and even ones none', () => {
    const spec = { title: 'T', shape: [1, 2] };
    assert.equal(sheet(imageGrid({ ...spec, images: [-1, 1, 0.1, 0.2, 7, 7], stretch: true })), sheet(imageGrid({ ...spec, images: [0, 255, 0, 255, 0, 0] })));
  });
});
