import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readLayersModel } from '../../src/formats';

describe('readLayersModel', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'layers-'))));
  after(() => rmSync(folder, { recursive: true }));

  it("says what is wrong with others' files", async () => {
    const weight = { name: 'fc/kernel', shape: [2, 1], dtype: 'float32' };
    const manifest = (...weightsManifest: unknown[]) => JSON.stringify({ modelTopology: {}, weightsManifest });
    const waiting = { name: 'a', class_name: 'ReLU', config: { name: 'a' }, inbound_nodes: [[['a', 0, 0]]] };
    const group = (changed: object) => manifest({ paths: [], weights: [{ ...weight, name: 'fc/bias' }, { ...weight, ...changed }] });
    for (const [text, message] of [
      ['text', /must be JSON, got: /],
      [JSON.stringify({ modelTopology: { class_name: 'Model', config: { name: 'm', layers: [waiting] } }, weightsManifest: [] }), /must be a tfjs LayersModel of layers that tfjs has, got: .*layers that wait for each other, 'a' among them/],
      ['null', /must hold modelTopology, an object, and weightsManifest, a list, got null; save a tf\.LayersModel/],
      ['[]', /must hold modelTopology.*, got \[\]/],
      ['{"modelTopology":null,"weightsManifest":[]}', /must hold modelTopology.*, got {"modelTopology":null/],
      ['{"modelTopology":{},"weightsManifest":{}}', /must hold modelTopology.*, got {"modelTopology":{},"weightsManifest":{}}/],
      [manifest(null), /must have paths and weights in each group of its weightsManifest, got null/],
      [manifest({}), /must have paths and weights .*, got {}/],
      [manifest({ paths: [1], weights: [] }), /must have paths and weights .*, got {"paths":\[1\],"weights":\[\]}/],
      [manifest({ paths: [], weights: [null] }), /must give each weight a name, a shape and a dtype out of float32, int32, .*, got null/],
      [group({ name: 7 }), /must give each weight .*, got {"name":7,/],
      [group({ shape: undefined }), /must give each weight .*, got {"name":"fc\/kernel","dtype":"float32"}/],
      [group({ shape: [-1] }), /must give each weight .*"shape":\[-1\]/],
      [group({ dtype: 'string' }), /must give each weight .*"dtype":"string"/],
      [group({ dtype: 'toString' }), /must give each weight .*"dtype":"toString"/],
      [group({ quantization: { dtype: 'uint4' } }), /must give each weight .*"quantization":{"dtype":"uint4"}/],
      [group({ quantization: { dtype: 'uint8' } }), /must have 10 bytes of weights by its manifest, got 0/],
      [manifest({ paths: ['a.bin', 'a.bin'], weights: [weight] }), /must name each weight and each file of weights once, got a\.bin twice/],
      [manifest({ paths: [], weights: [weight, weight] }), /once, got fc\/kernel twice/],
      [manifest({ paths: ['../weights.bin'], weights: [weight] }), /must name weight files beside it, got \.\.\/weights\.bin/],
      [manifest({ paths: [], weights: [] }), /must be a tfjs LayersModel of layers that tfjs has, got: /],
    ] as const) {
      writeFileSync(join(folder, 'model.json'), text);
      await assert.rejects(readLayersModel(join(folder, 'model.json')), message);
    }
  });
});
