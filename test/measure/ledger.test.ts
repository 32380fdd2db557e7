import assert from 'node:assert/strict';
import fc from 'fast-check';
import { encode, type PackedTensor } from '../../src/codec';
import { countGaps } from '../../src/codec/relativeIndex';
import { expectedFillers, formatLedger, ledger, predictedRate, sharingRatio } from '../../src/measure';
import { bernoulli, foldIn, integers, key, normal } from '../../src/random';
import { anyModel } from '../codec/models';

const seed = key(5);

function layer(name: string, [inputs, outputs]: [number, number], density: number, clusters: number, indexBits?: number): PackedTensor[] {
  const size = inputs * outputs;
  const use = foldIn(seed, name);
  const mask = bernoulli(foldIn(use, 'mask'), size, density);
  const codes = Uint8Array.from(integers(foldIn(use, 'codes'), size, clusters), (code, i) => mask[i] * (code + 1));
  return [
    { kind: 'shared', name: `${name}/kernel`, shape: [inputs, outputs], codebook: normal(foldIn(use, 'codebook'), clusters), codes, indexBits },
    { kind: 'dense', name: `${name}/bias`, shape: [outputs], values: normal(foldIn(use, 'bias'), outputs) },
  ];
}

const lenet = () => encode({ architecture: '{}', tensors: [...layer('ip1', [784, 300], 0.08, 63, 5), ...layer('ip2', [300, 100], 0.09, 63, 5), ...layer('ip3', [100, 10], 0.26, 63, 5)] });

describe('sizes by formula', () => {
  it('are those derived from Han et al. 2016, Tables 2 and 3, without fillers', () => {
    const rows: [weights: number, density: number, weightBits: number, indexBits: number, percent: number][] = [
      [235200, 0.08, 6, 5, 2.78], // LeNet-300-100 ip1
      [30000, 0.09, 6, 5, 3.31], // ip2
      [1000, 0.26, 6, 5, 15.3], // ip3
      [500, 0.66, 8, 5, 78.0], // LeNet-5 conv1: more than half is the codebook
      [25000, 0.12, 8, 5, 5.9], // conv2
      [400000, 0.08, 5, 5, 2.51], // ip1
      [5000, 0.19, 5, 5, 6.58], // ip2
    ];
    for (const [weights, density, weightBits, indexBits, percent] of rows) {
      const rate = predictedRate({ weights, kept: weights * density, weightBits, indexBits, clusters: 2 ** weightBits });
      assert.equal((100 * rate).toPrecision(3), percent.toPrecision(3));
    }
  });

  it('give 3.2 for 16 weights that share 4 values (Han et al. 2016, Fig. 3)', () => {
    assert.equal(sharingRatio({ weights: 16, clusters: 4 }), 3.2);
  });

  it('expect the fillers that independent masks take: 1.075 entries a weight at 8% and 5 bits, 1.284 at 9% and 4 bits', () => {
    assert.equal((1 + expectedFillers(0.08, 5)).toFixed(3), '1.075');
    assert.equal((1 + expectedFillers(0.09, 4)).toFixed(3), '1.284');
    const mask = bernoulli(seed, 1_000_000, 0.08);
    const positions = Uint32Array.from(mask.keys()).filter((i) => mask[i] === 1);
    assert.ok(Math.abs(countGaps(positions, 5).fillers / positions.length - expectedFillers(0.08, 5)) < 0.005);
  });
});

describe('ledger', () => {
  it("adds up to the file's length, row by row and column by column, for every model", () => {
    fc.assert(
      fc.property(anyModel, (model) => {
        const encoded = encode(model);
        const rows = ledger(encoded);
        const total = rows[rows.length - 1];
        assert.equal(total.bytes, encoded.bytes.length);
        assert.equal(rows.slice(0, -1).reduce((sum, { bytes }) => sum + bytes, 0), total.bytes);
        for (const row of rows) {
          assert.equal(row.codeBytes + row.gapBytes + row.codebookBytes + row.tableBytes + row.valueBytes + row.biasBytes + row.headerBytes, row.bytes);
        }
      }),
    );
  });

  it('has the columns of Table 2 for a drawn LeNet-300-100', () => {
    const encoded = lenet();
    const [ip1, ip2, ip3, file, total] = ledger(encoded);
    assert.deepEqual([ip1, ip2, ip3, file, total].map((row) => row.layer), ['ip1', 'ip2', 'ip3', 'file', 'total']);
    assert.equal(total.originalBytes, 1_066_440);
    assert.deepEqual([ip1.weights, ip2.weights, ip3.weights, total.weights], [235200, 30000, 1000, 266200]);
    assert.deepEqual([ip1.weightBits, ip1.indexBits, total.weightBits, total.indexBits], [6, 5, 6, 5]);
    // By hand: 18,8xx kept weights and their fillers at 6 + 5 bits, 63 values in float32.
    const byHand = ((ip1.kept + ip1.fillers) * 11 + 63 * 32) / (32 * 235200);
    assert.ok(Math.abs(ip1.rateQuantized - byHand) < 1e-12);
    assert.ok(Math.abs(ip1.density - 0.08) < 0.002 && Math.abs(ip1.fillers / ip1.kept - 0.075) < 0.01);
    // An independent mask needs the entropy of its gaps, and equally frequent codes their full width.
    assert.ok(ip1.weightBitsCoded > 5.9 && ip1.weightBitsCoded <= 6.1);
    assert.ok(ip1.indexBitsCoded < 5 && ip1.indexBitsCoded > 4.4, `${ip1.indexBitsCoded}`);
    assert.ok(total.rateCoded < total.rateQuantized);
    assert.equal(total.ratio, 1_066_440 / encoded.bytes.length);
  });

  it('predicts the file but for tables, headers and filled bytes', () => {
    for (const row of ledger(lenet())) {
      const left = row.bytes - row.tableBytes - row.headerBytes - row.predictedBytes;
      assert.ok(left >= 0 && left < 20, `${row.layer}: ${left} bytes`);
    }
  });

  it('counts a layer that is stored as it is', () => {
    const values = Float32Array.of(1, 0, 0.1, -3, 0, 0);
    const [row] = ledger(encode({ architecture: '', tensors: [{ kind: 'dense', name: 'fc/kernel', shape: [2, 3], values }] }));
    assert.deepEqual([row.weights, row.kept, row.valueBytes, row.rateQuantized, row.predictedBytes], [6, 3, 25, 1, 24]);
    assert.ok(Number.isNaN(row.weightBits));
  });

  it('counts signs as weights of one bit, exactly but for headers and filled bytes', () => {
    const signs = (name: string, scales: number): PackedTensor => ({ kind: 'signs', name: `${name}/kernel`, shape: [20, 50], signs: new Uint8Array(125).fill(0b10010110), scales: normal(seed, scales).map(Math.abs) });
    const rows = ledger(encode({ architecture: '', tensors: [signs('none', 0), signs('one', 1), signs('each', 50)] }));
    for (const [row, scales] of rows.slice(0, 3).map((row, i) => [row, [0, 1, 50][i]] as const)) {
      assert.deepEqual([row.weights, row.kept, row.density, row.fillers, row.weightBits, row.weightBitsCoded, row.indexBits, row.indexBitsCoded], [1000, 1000, 1, 0, 1, 1, 0, 0]);
      assert.deepEqual([row.codeBytes, row.gapBytes, row.tableBytes, row.valueBytes, row.headerBytes], [125, 0, 0, 0, 5]);
      assert.equal(row.codebookBytes, scales > 0 ? 1 + 4 * scales : 0);
      assert.equal(row.predictedBytes, 125 + 4 * scales);
      assert.equal(row.rateQuantized, (125 + 4 * scales) / 4000);
    }
    assert.match(formatLedger(rows), /\nnone +1,000 +100\.00% +1\.0 > 1\.0 +0\.0 > 0\.0 +0 +3\.13% +3\.13% +125 /);
  });

  it('prints a head and one line for each row, all of one length', () => {
    const lines = formatLedger(ledger(lenet())).split('\n');
    assert.equal(lines.length, 7);
    assert.equal(new Set(lines.map((line) => line.length)).size, 1);
    assert.match(lines[2], /^ip1 +235,200 +\d\.\d\d% +6\.0 > [56]\.\d +5\.0 > 4\.\d /);
    assert.match(lines[6], /^total .* \d\d\.\dx$/);
  });
});
