import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Kernel } from '../../src/lab/kernelClient';
import type { Output } from '../../src/lab/notebook';
import { outputCollector } from '../../src/lab/outputs';

describe("a training's history", () => {
  it('is a curve that changes in place while a cell trains, and ends whole', async () => {
    const kernel = await Kernel.start(join(__dirname, '../../notebooks'));
    const outputs: Output[] = [];
    const kinds: string[] = [];
    try {
      const collect = outputCollector();
      const code = `import * as lab from 'squeezelab';
const { train, test } = lab.drawnDigits({ train: 600, test: 200 });
const { train: part, validation } = lab.holdOut(train, 100, lab.key(1));
await lab.fit(lab.lenet300(lab.key(1)), part, { key: lab.key(2), epochs: 4, batch: 50, learningRate: 0.05, validation, onEpoch: lab.liveCurve({ data: { name: 'drawn digits', real: false } }) });
console.log('trained');`;
      const { status } = await kernel.execute(code, (message) => {
        const { content } = message;
        if (message.type !== 'stream' && 'data' in content && 'application/vnd.plotly.v1+json' in content.data) kinds.push(message.type);
        collect(outputs, message);
      });
      assert.equal(status, 'ok', JSON.stringify(outputs));
    } finally {
      await kernel.stop();
    }
    assert.equal(kinds[0], 'display_data');
    assert.ok(kinds.slice(1).every((kind) => kind === 'update_display_data') && kinds.length >= 2, kinds.join());
    const figures = outputs.flatMap((output) => (output.output_type === 'display_data' && 'image/png' in output.data ? [output.data as Record<string, { data: { name: string; y: number[] }[] }>] : []));
    assert.equal(figures.length, 1);
    const { data } = figures[0]['application/vnd.plotly.v1+json'];
    assert.deepEqual(data.map(({ name, y }) => [name, y.length]), [['training set, while training', 4], ['validation split', 4]]);
    assert.ok(data[0].y[3] < data[0].y[0]);
  });
});
