import assert from 'node:assert/strict';
import { account, expectedFillers, predictedRate, topAnswers } from '../../src/measure';
import { checkTotals, han2016, layerSizes, printedLayers, type PublishedTable } from '../../src/papers';
import { key, normal } from '../../src/random';

describe('sizes by formula', () => {
  const rows = account(printedLayers(han2016.alexnet.table4, layerSizes.AlexNet));

  it('a layer is its formula, and fillers and Huffman coding only add and take away', () => {
    const fc6 = rows.find(({ layer }) => layer === 'fc6')!;
    const kept = 0.09 * 9216 * 4096;
    const stored = { weights: 9216 * 4096, kept, weightBits: 5, indexBits: 4, clusters: 32 };
    assert.equal(fc6.rateBare, predictedRate(stored));
    assert.equal(fc6.rateQuantized, predictedRate({ ...stored, fillers: kept * expectedFillers(0.09, 4) }));
    for (const { rateBare, rateQuantized, rateCoded } of rows) assert.ok(rateBare <= rateQuantized && rateCoded <= rateQuantized);
  });

  it('the total is that of all bytes', () => {
    const total = rows.at(-1)!;
    const bytes = rows.slice(0, -1).reduce((sum, { weights, rateCoded }) => sum + weights * rateCoded, 0);
    assert.equal(total.layer, 'total');
    assert.equal(total.weights, 60_954_656);
    assert.ok(Math.abs(total.rateCoded * total.weights - bytes) < 1);
  });

  it('the sizes of the layers are those that the tables print', () => {
    const nets: [PublishedTable, Record<string, number>][] = [
      [han2016.table2, layerSizes['LeNet-300-100']],
      [han2016.lenet5.table3, layerSizes['LeNet-5']],
      [han2016.alexnet.table4, layerSizes.AlexNet],
      [han2016.vgg16.table5, layerSizes['VGG-16']],
    ];
    for (const [table, sizes] of nets)
      for (const [layer, weights] of Object.entries(sizes)) {
        const row = table[layer];
        assert.ok('kept' in row);
        // In thousands, some of them cut off; from a million on in millions.
        assert.ok(Math.abs(weights / 1000 - row.weights.value) <= (weights < 1e6 ? 1 : 500), `${layer}: ${weights}`);
      }
  });

  it('totals that follow from the layers are means by weights and by kept weights', () => {
    const layer = { kept: 50, weightBits: 4, weightBitsHuffman: 3, indexBits: 4, indexBitsHuffman: 2, rate: 10, rateHuffman: 8 };
    const checked = Object.fromEntries(checkTotals(han2016.table2, layerSizes['LeNet-300-100']).map(({ quantity, fromLayers }) => [quantity, fromLayers]));
    assert.ok(Object.keys(checked).every((quantity) => quantity in layer));
    assert.equal(checked.weightBits, 6);
    assert.ok(Math.abs(checked.kept - (235_200 * 8 + 30_000 * 9 + 1000 * 26) / 266_200) < 1e-9);
    assert.throws(() => checkTotals(han2016.table2, { fc9: 3 }), /the table must print fc9; it has ip1, ip2, ip3, total/);
  });
});

describe('topAnswers', () => {
  it('gives the likeliest classes with their softmax, the first of equal ones first', () => {
    const [[first, second, third]] = topAnswers(Float32Array.of(Math.log(2), 0, 0, Math.log(4)), 4, 3);
    assert.deepEqual([first.class, second.class, third.class], [3, 0, 1]);
    [0.5, 0.25, 0.125].forEach((expected, i) => assert.ok(Math.abs([first, second, third][i].probability - expected) < 1e-6));
  });

  it('all probabilities of an image add up to 1, of large logits too', () => {
    for (const answers of topAnswers(normal(key(1), 50).map((logit) => 1000 * logit), 10, 10)) assert.ok(Math.abs(answers.reduce((sum, { probability }) => sum + probability, 0) - 1) < 1e-9);
  });

  it('refuses what are no logits', () => {
    assert.throws(() => topAnswers(new Float32Array(5), 2, 1), /topAnswers: there must be 2 logits for each image, got 5 values/);
    assert.throws(() => topAnswers(Float32Array.of(0, NaN), 2, 1), /the logits of image 0 must be numbers, got NaN/);
  });
});
