import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { claim, claimSheet, han2016, hinton2015, formatClaims, han2015, readClaims, spread, target, type ClaimContext, type LayerRow, type Published } from '../../src/papers';
import type { MimeBundle } from '../../src/system';

const context: ClaimContext = { notebook: '01', scale: 'paper', data: { name: 'MNIST', real: true }, seeds: [0, 1, 2], deviations: ['batch 128 in place of 64'] };
const { table1, table2 } = han2016;

describe('a claim', () => {
  it('is judged by its mean, within the tolerance on both sides', () => {
    const made = claim(table2.ip1.rateHuffman, [2.3, 2.4, 2.5], context);
    assert.deepEqual(made, {
      paper: 'Deep Compression (Han et al., 2016)',
      table: 'Table 2',
      quantity: 'LeNet-300-100, ip1: compress rate (P+Q+H)',
      unit: '%',
      published: 2.32,
      kept: 'V',
      bound: 'within',
      measured: 2.4,
      deviation: 0.08,
      spread: 0.1,
      tolerance: 0.232,
      verdict: 'held',
      scale: 'paper',
      data: 'MNIST',
      seeds: [0, 1, 2],
      notebook: '01',
      deviations: ['batch 128 in place of 64'],
    });
    const verdict = (value: number) => claim(table2.ip1.rateHuffman, value, context).verdict;
    assert.deepEqual([2.552, 2.553, 2.088, 2.087].map(verdict), ['held', 'missed', 'held', 'missed']);
  });

  it('has one side where to be better is no miss', () => {
    const error = (value: number) => claim(table1.compressedError, value, context).verdict;
    assert.deepEqual([1.2, 1.58, 1.68, 1.69].map(error), ['held', 'held', 'held', 'missed']);
    const ratio = target('Deep Compression (Han et al., 2016)', 'file', 'at least', 40, 'times');
    assert.deepEqual([39.99, 40, 55].map((value) => claim(ratio, value, context).verdict), ['missed', 'held', 'held']);
    assert.equal(claim(ratio, 41, context).kept, undefined);
  });

  it('holds exactly where the published value is measured', () => {
    for (const published of Object.values(table2.ip2) as Published[]) assert.equal(claim(published, published.value, context).verdict, 'held');
  });

  it('is not judged at quick scale nor on drawn digits', () => {
    for (const other of [{ scale: 'quick' as const }, { data: { name: 'drawn digits', real: false } }])
      for (const value of [2.32, 99]) assert.equal(claim(table2.ip1.rateHuffman, value, { ...context, ...other }).verdict, 'not judged');
  });

  it('refuses what nobody could judge', () => {
    assert.throws(() => claim(table1.ratio, NaN, context), /compression rate: every measurement must be a finite number, got \[NaN\]/);
    assert.throws(() => claim(table1.ratio, [40, 41], context), /one measurement for each of the 3 seeds, got 2/);
    assert.throws(() => claim(table1.ratio, [], context), /finite number/);
  });

  it('carries what is known of the value and of the miss', () => {
    assert.equal(claim(table2.total.weightBitsHuffman, 4.4, context, 'ours is the mean of the layers').note, 'the printed total does not follow from the layers, whose mean by kept weights is 4.4; ours is the mean of the layers');
  });
});

describe('spread', () => {
  it('is the mean and the standard deviation of a sample', () => {
    assert.deepEqual(spread([2, 4, 4, 4, 5, 5, 7, 9]), { mean: 5, standardDeviation: Math.sqrt(32 / 7) });
    assert.deepEqual(spread([3]), { mean: 3, standardDeviation: null });
  });
});

describe('published values', () => {
  const all: Published[] = [
    ...Object.values(table1),
    ...[table2.ip1, table2.ip2, table2.ip3, table2.total, table2.times].flatMap((row) => Object.values(row) as Published[]),
    ...Object.values(han2015.table1),
    ...Object.values(han2016.lenet5.table1),
    ...Object.values(han2015.lenet5.table1),
    ...[han2016.lenet5.table3, han2016.alexnet.table4, han2016.vgg16.table5].flatMap((table) => Object.values(table).flatMap((row) => Object.values(row) as Published[])),
    ...[han2016.alexnet.size, han2016.vgg16.size],
  ];

  it('have each a name of its own and a tolerance', () => {
    assert.equal(all.length, 5 + 4 * 8 + 3 + 4 + 5 + 4 + (5 + 9 + 17) * 8 + 3 * 3 + 2);
    assert.equal(new Set(all.map(({ paper, table, quantity }) => `${paper} ${table} ${quantity}`)).size, all.length);
    for (const { value, tolerance, kept } of all) assert.ok(value > 0 && tolerance >= 0 && tolerance <= value / 2 && ['V', 'D'].includes(kept));
  });

  it('agree with the storage model: density × (weight + index bits) / 32, and the codebook', () => {
    const weights = { ip1: 784 * 300, ip2: 300 * 100, ip3: 100 * 10 };
    for (const layer of ['ip1', 'ip2', 'ip3'] as const) {
      const { kept, weightBits, indexBits, rate, weights: printed } = table2[layer];
      const predicted = (kept.value * (weightBits.value + indexBits.value)) / 32 + (100 * 2 ** weightBits.value) / weights[layer];
      assert.ok(predicted <= rate.value && predicted > 0.85 * rate.value, `${layer}: ${predicted} without fillers, ${rate.value} printed`);
      assert.ok(Math.abs(weights[layer] / 1000 - printed.value) <= printed.tolerance);
    }
    assert.ok(Math.abs(100 / table2.total.rateHuffman.value - table2.times.coded.value) < 0.5);
  });

  it('are those of Tables 3 to 5: in each row the bits and the rates fall with Huffman coding, and a rate follows from its density and bits', () => {
    for (const table of [han2016.lenet5.table3, han2016.alexnet.table4, han2016.vgg16.table5]) {
      const { times, total, ...layers } = table as Record<string, LayerRow> & Pick<typeof table2, 'times' | 'total'>;
      for (const [layer, { kept, weightBitsHuffman, indexBitsHuffman, indexBits, rate, rateHuffman }] of Object.entries(layers)) {
        assert.ok(rateHuffman.value < rate.value && indexBitsHuffman.value <= indexBits.value, layer);
        const coded = (kept.value * (weightBitsHuffman.value + indexBitsHuffman.value)) / 32;
        assert.ok(coded <= 1.05 * rateHuffman.value, `${layer}: ${coded} without fillers and codebook, ${rateHuffman.value} printed`);
      }
      assert.ok(Math.abs(100 / total.rateHuffman.value - times.coded.value) < 0.5);
    }
  });

  it('of distillation are the counts that section 3 prints', () => {
    const { teacher, hard, soft, withoutThrees, recovered } = hinton2015;
    assert.deepEqual([teacher, hard, soft, withoutThrees.errors, withoutThrees.onThrees, withoutThrees.corrected, withoutThrees.correctedOnThrees].map(({ value }) => value), [67, 146, 74, 206, 133, 109, 14]);
    const { everythingHard, partHard, partSoft } = hinton2015.table5;
    assert.equal(recovered.value, Number(((100 * (partSoft.test - partHard.test)) / (everythingHard.test - partHard.test)).toFixed(1)));
  });
});

describe('a claim at its bound', () => {
  it('holds, whatever the last digits of its arithmetic are', () => {
    for (const [bound, measured] of [['at most', 0.1 + 1e-16], ['at least', 0.1 - 1e-16], ['within', 0.1 + 1e-16]] as const) {
      const { verdict, deviation } = claim(target('a paper', 'a difference', bound, 0.1, 'points'), measured, { notebook: '01', scale: 'paper', data: { name: 'MNIST', real: true }, seeds: [] });
      assert.deepEqual([verdict, deviation], ['held', 0], bound);
    }
  });
});

describe('a sheet of claims', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'squeezelab-'))));
  afterEach(() => {
    rmSync(folder, { recursive: true });
    delete process.env.SQUEEZELAB_RUN;
  });

  it('writes the file of the run, which is read back as it was', () => {
    process.env.SQUEEZELAB_RUN = join(folder, 'runs', '01');
    const sheet = claimSheet(context).claim(table1.referenceError, [1.6, 1.7, 1.65]).claim(table1.ratio, 41);
    assert.deepEqual(readClaims(join(folder, 'runs', '01', 'claims.json')), sheet.claims);
  });

  it('writes nothing outside a run, and replaces what is measured again', () => {
    const sheet = claimSheet(context).claim(table1.ratio, 30).claim(table1.referenceError, 1.6).claim(table1.ratio, 41);
    assert.deepEqual(sheet.claims.map(({ measured }) => measured), [41, 1.6]);
    assert.ok(!existsSync(join(folder, 'claims.json')));
  });

  it('is shown as a table and as text', () => {
    const sheet = claimSheet(context).claim(table1.compressedError, [1.5, 1.6, 1.85], 'too few epochs');
    const bundle = (sheet as unknown as Record<symbol, () => MimeBundle>)[Symbol.for('Jupyter.display')]();
    assert.deepEqual(Object.keys(bundle), ['text/html', 'text/plain']);
    assert.match(bundle['text/html'] as string, /<td>at most 1\.58%<\/td><td>1\.65 ± 0\.18%<\/td><td>\+0\.07<\/td><td>\+0\.1<\/td><td>held<\/td>/);
    assert.equal(
      bundle['text/plain'],
      [
        'Deep Compression (Han et al., 2016)',
        '',
        'table    quantity                         published      ours          difference  allowed  verdict',
        '-------  -------------------------------  -------------  ------------  ----------  -------  -------',
        'Table 1  LeNet-300-100, compressed error  at most 1.58%  1.65 ± 0.18%  +0.07       +0.1     held',
        '',
        '1 held',
        'paper scale, MNIST, seeds 0, 1, 2',
        'deviation from the paper: batch 128 in place of 64',
      ].join('\n'),
    );
  });

  it('says why nothing is judged', () => {
    assert.match(formatClaims([claim(table1.ratio, 41, { ...context, scale: 'quick' })]), /1 not judged; claims are judged at paper scale on real data only/);
  });
});

describe('a file of claims', () => {
  it('that is malformed is named, with the field', () => {
    const folder = mkdtempSync(join(tmpdir(), 'squeezelab-'));
    const path = join(folder, 'a.claims.json');
    const good = claim(table1.ratio, 41, context);
    try {
      const refused = (content: string, message: RegExp) => {
        writeFileSync(path, content);
        assert.throws(() => readClaims(path), message);
      };
      refused('[{', /a\.claims\.json: must be JSON/);
      refused('{}', /must hold a list of claims, got object/);
      refused('[null]', /claim 1: must be an object, got null/);
      fc.assert(
        fc.property(fc.constantFrom(...(Object.keys(good) as (keyof typeof good)[])), fc.constantFrom({}, [{}], true), (field, wrong) => {
          refused(JSON.stringify([good, { ...good, [field]: wrong }]), new RegExp(`claim 2: ${field} must be .*, got .*; run the notebook again`));
        }),
        { numRuns: 50 },
      );
      writeFileSync(path, JSON.stringify([good]));
      assert.deepEqual(readClaims(path), [good]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
