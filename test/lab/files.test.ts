import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as tf from '@tensorflow/tfjs';
import { unpack } from '../../src/compress';
import { readLayersModel, writeLayersModel } from '../../src/formats';
import { projectRoot } from '../../src/lab/kernelClient';
import { lenet300, lenet5 } from '../../src/models';
import { key } from '../../src/random';

const weightsOf = (model: tf.LayersModel) => model.getWeights().map((weight) => [...weight.dataSync<'float32'>()]);

describe("files of the command line, and tfjs' own", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'files-'))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const at = (name: string) => join(folder, name);
  const squeezelab = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(projectRoot, 'bin/squeezelab.mjs'), ...args], { cwd: folder, encoding: 'utf8' });
    return { status, text: stdout + stderr };
  };

  it('pack a tfjs model, say what is in the file, and unpack it to the same weights', async () => {
    const model = lenet5(key(3));
    await writeLayersModel(model, at('mine'));
    const packed = squeezelab('pack', 'mine/model.json', 'mine.sqz');
    assert.equal(packed.status, 0, packed.text);
    assert.match(packed.text, /conv1 .*500/);
    assert.deepEqual(weightsOf(await unpack(readFileSync(at('mine.sqz')))), weightsOf(model));

    const inspected = squeezelab('inspect', 'mine.sqz');
    assert.equal(inspected.status, 0, inspected.text);
    assert.match(inspected.text, new RegExp(`lenet-5, ${statSync(at('mine.sqz')).size.toLocaleString('en')} bytes, format version 1, checksum right`));
    assert.match(inspected.text, /conv2\/kernel \[5, 5, 20, 50\]: float32/);

    assert.equal(squeezelab('unpack', 'mine.sqz', 'back').status, 0);
    assert.deepEqual(weightsOf(await readLayersModel(at('back/model.json'))), weightsOf(model));
  });

  it('prune and share on the way where asked to', async () => {
    await writeLayersModel(lenet300(key(3)), at('mine'));
    const { status, text } = squeezelab('pack', 'mine/model.json', 'small.sqz', '--density', '0.1', '--bits', '4');
    assert.equal(status, 0, text);
    assert.ok(statSync(at('small.sqz')).size < 1_066_440 / 25, text);
    const kernel = (await unpack(readFileSync(at('small.sqz')))).layers[0].getWeights()[0].dataSync();
    assert.equal(kernel.filter((weight) => weight !== 0).length, 23_520);
    assert.equal(new Set(kernel).size, 16);
  });

  it('refuse what they cannot read, and say what to do', async () => {
    await writeLayersModel(lenet300(key(3)), at('mine'));
    const bytes = readFileSync(at('mine/weights.bin'));
    writeFileSync(at('mine/weights.bin'), bytes.subarray(0, -1));
    await assert.rejects(readLayersModel(at('mine/model.json')), /must have 1066440 bytes of weights by its manifest, got 1066439; is a file cut short\?/);
    const manifest = JSON.parse(readFileSync(at('mine/model.json'), 'utf8')) as { weightsManifest: { paths: string[] }[] };
    manifest.weightsManifest[0].paths = ['../mine/weights.bin', '../../etc/passwd'];
    writeFileSync(at('mine/model.json'), JSON.stringify(manifest));
    await assert.rejects(readLayersModel(at('mine/model.json')), /must name weight files beside it, got \.\.\/\.\.\/etc\/passwd/);
    writeFileSync(at('text.json'), 'text');

    for (const [args, status, message] of [
      [['inspect', 'text.json'], 1, /must begin with 'SQZ'/],
      [['inspect', 'none.sqz'], 1, /no such file/],
      [['inspect'], 2, /inspect: must get FILE, got nothing/],
      [['pack', 'mine/model.json', 'x.sqz', '--density', '2'], 2, /density: must be the part of the weights to keep/],
      [['unpack', 'text.json', 'x'], 1, /must begin with 'SQZ'/],
    ] as const) {
      const result = squeezelab(...args);
      assert.equal(result.status, status, result.text);
      assert.match(result.text, message);
    }
  });
});
