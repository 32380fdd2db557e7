import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { claim, han2016, reportJson, target, writeReport, type Claim, type ClaimContext, type Result } from '../../src/papers';

const { table1 } = han2016;
const context: ClaimContext = { notebook: '01-deep-compression', scale: 'paper', data: { name: 'MNIST', real: true }, seeds: [0, 1], deviations: ['batch 128'] };
const run = { commit: 'abc123', command: 'record 01', cpu: 'A processor', cores: 2, platform: 'linux x64', versions: { node: '20.20.2', plotly: '4.1.2' }, seconds: 754.2 };
const first: Result = { run, claims: [claim(table1.compressedError, [1.6, 1.62], context), claim(table1.ratio, 30, context, 'a | b')] };
const second: Result = { run: { ...run, command: 'record 02' }, claims: [claim(target('Another paper', 'ratio', 'at least', 2, 'times'), 3, { ...context, notebook: '02' })] };

describe('the report', () => {
  let root: string;
  const put = (name: string, result: unknown) => writeFileSync(join(root, 'results', name), JSON.stringify(result));
  const written = () => {
    writeReport(root);
    return readFileSync(join(root, 'REPRODUCTION.md'), 'utf8');
  };
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'squeezelab-'));
    mkdirSync(join(root, 'results'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('has a table for each paper, its misses and what made the results', () => {
    put('02-other.json', second);
    put('01-deep-compression.json', first);
    const page = written();
    const lines = [
      '<!-- Written by `npm run report` from results/: change nothing here by hand. -->',
      '| Deep Compression (Han et al., 2016) | 2 | 1 held, 1 missed |',
      '| Another paper | 1 | 1 held |',
      '| Table 1 | LeNet-300-100, compressed error | at most 1.58% | 1.61 ± 0.014% | +0.03 | +0.1 | held |',
      '| Table 1 | LeNet-300-100, compression rate | at least 40× | 30× | -10 | -4 | missed |',
      '- Table 1, LeNet-300-100, compression rate: a | b',
      '- command: `record 01`',
      '- wall time: 12 min 34 s',
      '- paper scale, MNIST, seeds 0, 1',
      '- deviation from the paper: batch 128',
      '- versions: Node 20.20.2; plotly 4.1.2',
    ];
    for (const line of lines) assert.ok(page.split('\n').includes(line), `${line} is missing in\n${page}`);
    assert.ok(page.indexOf('## Deep Compression') < page.indexOf('## Another paper'));
    assert.equal(written(), page);
  });

  it('says what was trained, and what of it was at hand; results of before are read as well', () => {
    const trained = { count: 40, atHand: 38, seconds: 6600, earlier: 6120 };
    put('01.json', { ...first, run: { ...run, trainings: trained } });
    assert.match(written(), /- wall time: 12 min 34 s; 40 trainings of 1 h 50 min in all, 1 h 42 min of it by checkpoints at hand\n/);
    put('01.json', { ...first, run: { ...run, trainings: { ...trained, count: 1, earlier: 0 } } });
    assert.match(written(), /- wall time: 12 min 34 s; 1 training of 1 h 50 min in all\n/);
    put('01.json', { ...first, run: { ...run, checkpoints: 3 } });
    assert.match(written(), /- wall time: 12 min 34 s, with the checkpoints of 3 trainings of an earlier run at hand\n/);
    put('01.json', { ...first, run: { ...run, trainings: { count: 1 } } });
    assert.throws(written, /01\.json: run: trainings must be numbers: count, atHand, seconds, earlier/);
  });

  it('has a row for each value that was tried for a number of a recipe', () => {
    put('01.json', first);
    assert.ok(!written().includes('How numbers'));
    mkdirSync(join(root, 'results', 'trials'));
    const tried = { net: 'LeNet-5', quantity: 'first rate', value: '0.05' };
    put('trials/LeNet-5.json', [{ ...tried, seed: 101, error: 0.007 }, { ...tried, value: '0.02', seed: 101, error: 0.009, above: 0.001, bytes: 25_600 }, { ...tried, seed: 102, error: 0.009 }]);
    const page = written();
    assert.match(page, /## How numbers of recipes were chosen\n[^]*\| LeNet-5 \| first rate \| 0\.05 \| 0\.80 ± 0\.14 \| {2}\| {2}\| 2 \|\n\| LeNet-5 \| first rate \| 0\.02 \| 0\.90 \| 0\.10 \| 25,600 \| 1 \|/);
    assert.ok(page.indexOf('How numbers') < page.indexOf('What made the results'));
  });

  it('as JSON is the list of all claims', () => {
    put('02-other.json', second);
    put('01-deep-compression.json', first);
    const list = JSON.parse(reportJson(root)) as Claim[];
    assert.deepEqual(list, [...first.claims, ...second.claims]);
    for (const field of ['paper', 'table', 'quantity', 'published', 'measured', 'deviation', 'tolerance', 'verdict', 'scale', 'data', 'seeds']) assert.ok(field in list[0], field);
  });

  it('is there when nothing is recorded yet', () => {
    rmSync(join(root, 'results'), { recursive: true });
    assert.equal(reportJson(root), '[]');
    assert.match(written(), /^# Reproduction\n/);
  });

  it('names a malformed result', () => {
    put('03.json', first.claims);
    assert.throws(() => writeReport(root), /03\.json: run must be an object, got undefined; run the notebook again/);
    put('03.json', { ...first, run: { ...run, cpu: 3 } });
    assert.throws(() => writeReport(root), /03\.json: run: cpu must be a text, got 3/);
  });
});
