import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { decode } from '../../src/codec';
import { readLayersModel, unpack, writeLayersModel } from '../../src/formats';
import { inspectFile, packFile, unpackFile } from '../../src/cli/actions/files';
import { lenet300, lenet5 } from '../../src/models';
import { key } from '../../src/random';
import { projectRoot } from '../../src/system';

const weightsOf = (model: tf.LayersModel) => model.getWeights().map((weight) => [...weight.dataSync<'float32'>()]);

describe("files of the command line, and tfjs' own", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'files-'))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const at = (name: string) => join(folder, name);

  it('pack a tfjs model, say what is in the file, and unpack it to the same weights', async () => {
    const model = lenet5(key(3));
    await writeLayersModel(model, at('mine'));
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(projectRoot, 'bin/squeezelab.mjs'), 'pack', 'mine/model.json', 'mine.sqz'], { cwd: folder, encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    assert.match(stdout, /conv1 .*500/);
    assert.deepEqual(weightsOf(await unpack(readFileSync(at('mine.sqz')))), weightsOf(model));

    const inspected = await inspectFile(at('mine.sqz'));
    assert.match(inspected, new RegExp(`lenet-5, ${statSync(at('mine.sqz')).size.toLocaleString('en')} bytes, format version 1, checksum right`));
    assert.match(inspected, /conv2\/kernel \[5, 5, 20, 50\]: float32/);

    await unpackFile(at('mine.sqz'), at('back'));
    assert.deepEqual(weightsOf(await readLayersModel(at('back/model.json'))), weightsOf(model));
  });

  it('prune and share on the way where asked to', async () => {
    await writeLayersModel(lenet300(key(3)), at('mine'));
    const text = await packFile(at('mine/model.json'), at('small.sqz'), { density: 0.1, bits: 4 });
    assert.ok(statSync(at('small.sqz')).size < 1_066_440 / 25, text);
    const kernel = (await unpack(readFileSync(at('small.sqz')))).layers[0].getWeights()[0].dataSync();
    assert.equal(kernel.filter((weight) => weight !== 0).length, 23_520);
    assert.equal(new Set(kernel).size, 16);
  });

  it('prune and share the weight matrices of every layer, also of layers in layers, and nothing else', async () => {
    const cell = () => tf.layers.lstm({ units: 3, returnSequences: true });
    const model = tf.sequential({
      layers: [
        tf.layers.embedding({ name: 'words', inputDim: 6, outputDim: 8, inputLength: 4 }),
        tf.layers.bidirectional({ name: 'both', layer: cell(), mergeMode: 'concat' }),
        tf.layers.timeDistributed({ name: 'each', layer: tf.layers.dense({ units: 8, biasInitializer: 'randomNormal' }) }),
        tf.layers.reshape({ targetShape: [4, 4, 2] }),
        tf.layers.separableConv2d({ name: 'apart', filters: 4, kernelSize: 2, padding: 'same' }),
        tf.layers.depthwiseConv2d({ name: 'deep', kernelSize: 2, padding: 'same' }),
        tf.layers.prelu({ name: 'slopes', alphaInitializer: 'randomNormal' }),
        tf.layers.flatten(),
        tf.sequential({ name: 'inner', layers: [tf.layers.dense({ name: 'in1', units: 4, inputShape: [64] }), tf.layers.dense({ name: 'in2', units: 4 })] }),
      ],
    });
    await writeLayersModel(model, at('mine'));
    await packFile(at('mine/model.json'), at('small.sqz'), { density: 0.5, bits: 2 });
    const packed = decode(readFileSync(at('small.sqz'))).tensors;
    const before = new Map(model.weights.map((weight) => [weight.originalName, [...weight.read().dataSync<'float32'>()]]));
    const matrices = packed.filter(({ name }) => /(kernel|embeddings)$/.test(name)).map(({ name }) => name);
    assert.equal(matrices.length, 11);
    (await unpack(readFileSync(at('small.sqz')))).weights.forEach((weight, i) => {
      const { name } = packed[i];
      const values = [...weight.read().dataSync<'float32'>()];
      if (!matrices.includes(name)) return assert.deepEqual(values, before.get(name), name);
      assert.equal(values.filter((value) => value !== 0).length, values.length / 2, name);
      assert.ok(new Set(values).size <= 4, name);
    });
  });

  it('say of a model without weight matrices that there is nothing to prune, of a tensor that it is all zero, and of signs that they are', async () => {
    await writeLayersModel(tf.sequential({ layers: [tf.layers.batchNormalization({ name: 'norm', inputShape: [4] })] }), at('norm'));
    await assert.rejects(packFile(at('norm/model.json'), at('x.sqz'), { bits: 2 }), /norm.model\.json must have kernels or embeddings to prune or share, got norm\/gamma, .*; leave out --density and --bits/);
    await packFile(at('norm/model.json'), at('norm.sqz'), {});
    assert.match(await inspectFile(at('norm.sqz')), /norm\/gamma \[4\]: 1 shared value\nnorm\/beta \[4\]: all zero\n/);

    const binary = tf.sequential({ layers: [tf.layers.dense({ name: 'binary', units: 4, inputShape: [4] })] });
    binary.layers[0].setWeights([tf.tensor2d(Array.from({ length: 16 }, (_, i) => (i % 3 === 0 ? 0.5 : -0.5)), [4, 4]), tf.tensor1d([1, -1, 1, 1])]);
    await writeLayersModel(binary, at('binary'));
    await packFile(at('binary/model.json'), at('binary.sqz'), {});
    assert.match(await inspectFile(at('binary.sqz')), /format version 2, checksum right\n\nbinary\/kernel \[4, 4\]: signs, 1 scale\nbinary\/bias \[4\]: signs\n/);

    const zeros = tf.sequential({ layers: [tf.layers.dense({ name: 'none', units: 4, inputShape: [4], kernelInitializer: 'zeros' })] });
    await writeLayersModel(zeros, at('zeros'));
    await packFile(at('zeros/model.json'), at('zeros.sqz'), { density: 0.5, bits: 2 });
    assert.match(await inspectFile(at('zeros.sqz')), /none\/kernel \[4, 4\]: all zero/);
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

    await assert.rejects(inspectFile(at('text.json')), /text\.json: decode: a packed file must begin with 'SQZ'/);
    await assert.rejects(unpackFile(at('text.json'), at('x')), /text\.json: .*must begin with 'SQZ'/);
    await assert.rejects(inspectFile(at('none.sqz')), /inspect: .*none\.sqz does not exist/);
    for (const work of [inspectFile, (path: string) => unpackFile(path, at('x'))]) await assert.rejects(work(at('mine')), /mine must be a packed file, but is a folder; name a file in it/);
    await assert.rejects(packFile(at('mine'), at('x.sqz'), {}), /mine is a folder; give its model\.json, .*model\.json/);
    await assert.rejects(packFile(at('mine/model.json'), at('mine'), {}), /mine must be a file to write, but is a folder; name a file in it, .*mine.model\.sqz/);
    await assert.rejects(packFile(at('mine/model.json'), at('nope/x.sqz'), {}), /the folder .*nope must exist; make it first/);
    await assert.rejects(unpackFile(at('text.json'), at('text.json')), /text\.json must be a folder to write to, but is a file; name another/);
    await assert.rejects(unpackFile(at('text.json'), '/proc/nope/x'), /the folder \/proc\/nope must exist/);
  });
});
