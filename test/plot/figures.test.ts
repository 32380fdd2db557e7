import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode } from 'fast-png';
import { errorByStage, figure, imageGrid, lineChart, savePng, svg, type Figure } from '../../src/plot';
import { plotlyWindow } from '../../src/plot/headless/plotly';
import { resvg } from '../../src/plot/headless/text';
import { integers, key } from '../../src/random';
import { metadata } from '../../src/system';
import { examples } from './examples';

const count = (text: string, part: string): number => text.split(part).length - 1;

/** The texts of a picture: of axes, legend, cells. */
const texts = (picture: string): string[] => [...picture.matchAll(/<text[^>]*>(.*?)<\/text>/g)].map(([, inner]) => inner.replace(/<[^>]*>/g, ''));

interface Expected {
  texts: string[];
  /** How often a mark is drawn: `class="point"` is a bar or a dot. */
  marks: [part: string, times: number];
}

const expected: Record<string, Expected> = {
  weightHistogram: {
    texts: ['Weights before and after pruning (drawn digits)', 'weight', 'weights in a bin', 'before pruning', 'after pruning', 'ip1: 8.0% not zero', 'ip3: 26.0% not zero'],
    marks: ['class="js-line"', 8], // two of them in the legend
  },
  errorByStage: { texts: ['stage', 'error on the test set (%)', 'a seed', 'mean ± standard deviation of 5 seeds', 'coded'], marks: ['class="point"', 24] },
  errorOfKinds: { texts: ['kind of net', 'signs', 'floats', 'mean ± standard deviation of 2 seeds'], marks: ['<tspan class="line"', 2] },
  ledgerBars: { texts: ["What the file's 24,946 bytes hold", 'bytes', 'layer', 'index', 'Huffman tables', '20,441', '212'], marks: ['class="point"', 24] },
  learningCurve: { texts: ['epoch', 'error (%)', 'training', 'test'], marks: ['class="yerror"', 10] },
  images: { texts: ['Twenty images to classify (drawn digits)', '0', '19'], marks: ['data:image/png;base64,', 1] },
  knowledge: { texts: ['class', 'probability', 'a b', 'a c', 'T = 4', '10⁻⁹'], marks: ['data:image/png;base64,', 2] },
  matrix: { texts: ['row', 'column', 'weights', 'mask', 'weights that are left', '-0.02', '0.11'], marks: ['data:image/png;base64,', 3] },
  lines: { texts: ['weights kept (%)', 'error on the test set (%)', 'with retraining', '20'], marks: ['class="point"', 10] },
  evidence: { texts: ['A ring', 'the image', 'where the evidence lies'], marks: ['data:image/png;base64,', 1] },
  roofline: { texts: ['operations for each byte', 'billions of operations a second', 'the machine at most', 'small', 'large'], marks: ['class="point"', 5] },
  longNames: { texts: ['method', 'samples a second (thousands)', 'ONNX Runtime, compiled step'], marks: ['class="point"', 4] },
  longCurve: { texts: ['step', 'loss (nats)'], marks: ['class="js-line"', 1] },
};

describe('errorByStage', () => {
  it('joins stages that follow each other, and no kinds beside each other', () => {
    const modes = (x?: string) => (errorByStage({ stages: [{ name: 'a', errors: [0.1] }, { name: 'b', errors: [0.2] }], ...(x && { x }) }).plotly.data as { mode: string }[]).map(({ mode }) => mode);
    assert.deepEqual([modes(), modes('kind of net')], [['lines+markers', 'lines'], ['markers', 'lines']]);
  });
});

describe('a title', () => {
  it('takes a second line where it is too long, which goes between it and the picture', () => {
    const top = (title: string) => (lineChart({ title, x: 'x', y: 'y', lines: [{ name: 'a', x: [1, 2], mean: [1, 2] }] }).plotly.layout as { margin: { t: number } }).margin.t;
    assert.ok(top('long, '.repeat(20)) > top('short') + 12);
  });
});

describe('the figures of the course', () => {
  for (const [name, make] of Object.entries(examples)) {
    describe(name, () => {
      let made: Figure;
      let picture: string;
      before(() => {
        made = make();
        picture = made.svg();
      });

      it('names its axes and curves, and draws every mark', () => {
        const found = texts(picture).map((text) => text.replaceAll('&lt;', '<').replaceAll('&amp;', '&').replaceAll('&gt;', '>'));
        for (const text of expected[name].texts) assert.ok(found.includes(text), `${text} is missing in ${found.join(' | ')}`);
        const [part, times] = expected[name].marks;
        assert.equal(count(picture, part), times, part);
      });

      it('is a picture with nothing cut off at its edge', () => {
        const { pixels, width, height } = resvg(picture).render();
        const dark = (x: number, y: number) => pixels[(y * width + x) * 4 + 1] < 250;
        let inked = 0;
        for (let y = 0; y < height; y++)
          for (let x = 0; x < width; x++)
            if (dark(x, y)) {
              inked++;
              assert.ok(x > 1 && y > 1 && x < width - 2 && y < height - 2, `ink at ${x}, ${y} of ${width} × ${height}`);
            }
        assert.ok(inked > 1000, `${inked} pixels`);
      });

      it('is sent as one small bundle, without HTML and SVG', () => {
        const sent = made.bundle();
        assert.deepEqual(Object.keys(sent), ['application/vnd.plotly.v1+json', 'image/png', 'text/plain']);
        assert.ok(JSON.stringify(sent).length < 50_000, `${JSON.stringify(sent).length} bytes`);
        assert.ok(!picture.includes('Infinity') && !picture.includes('NaN'));
      });
    });
  }
});

describe('figure', () => {
  const simple = { title: 'T', x: 'x (s)', y: 'y (%)' };

  it('takes typed arrays, in single precision with the digits they have', () => {
    const { plotly } = figure({ ...simple, traces: [{ x: new Int32Array([1, 2]), y: new Float32Array([0.1, 0.2]), marker: { size: new Uint8Array([3, 4]) } }] });
    assert.deepEqual(plotly.data, [{ x: [1, 2], y: [0.1, 0.2], marker: { size: [3, 4] } }]);
  });

  it('gives the same bytes for the same figure', () => {
    const spec = { ...simple, traces: [{ x: [1, 2, 3], y: [3, 1, 2] }] };
    assert.equal(figure(spec).svg(), figure(spec).svg());
    assert.notEqual(figure(spec).svg(), figure({ ...spec, title: 'U' }).svg());
  });

  it('is sent as a PNG of twice the size that it is shown at, the same each time', () => {
    const sent = (title: string) => figure({ ...simple, title, traces: [{ y: [1, 2] }], layout: { width: 500, height: 300 } }).bundle();
    const bytes = Buffer.from(sent('T')['image/png'] as string, 'base64');
    assert.deepEqual([bytes.toString('latin1', 1, 4), bytes.readUInt32BE(16), bytes.readUInt32BE(20)], ['PNG', 1000, 600]);
    assert.deepEqual(sent('T')[metadata], { 'image/png': { width: 500, height: 300 } });
    assert.deepEqual(sent('T'), sent('T'));
    assert.notEqual(sent('T')['image/png'], sent('U')['image/png']);
  });

  it('stays small where it is of photographs, whose pixels it keeps', () => {
    const noise = integers(key(1), 20 * 32 * 32 * 3, 256);
    const sent = imageGrid({ title: 'T', images: noise, shape: [32, 32, 3] }).bundle();
    assert.ok(JSON.stringify(sent).length < 4.5 * noise.length, `${JSON.stringify(sent).length} bytes`);
    const { data, channels, width } = decode(Buffer.from(sent['image/png'] as string, 'base64'));
    const at = (32 * (1280 / 360)) >> 1; // the middle of the first image
    const pixel = Array.from(data.subarray(((100 + at) * width + 60 + at) * channels).subarray(0, 3));
    assert.ok(pixel.every((value, i) => noise.some((_, from) => from % 3 === i && noise[from] === value)));
  });

  it('draws dates in UTC', () => {
    const spec = { ...simple, traces: [{ x: [new Date(Date.UTC(2026, 0, 1)), new Date(Date.UTC(2026, 1, 1, 12))], y: [1, 2] }] };
    assert.deepEqual(figure(spec).plotly.data[0].x, ['2026-01-01T00:00:00.000Z', '2026-02-01T12:00:00.000Z']);
    assert.ok(texts(figure(spec).svg()).includes('Feb 1'));
  });

  it('labels an axis in powers of ten, however close its ends are', () => {
    for (const mean of [[3.1, 3.3], [1.45, 1.9], [0.0123, 0.0131], [1.2, 3.9], [2, 60], [3, 3e5], [2, 2]]) {
      const drawn = lineChart({ title: 'T', x: 'X', y: 'Y', log: ['y'], lines: [{ name: 'a', x: [1, 2], mean }] }).svg();
      const labels = drawn.match(/class="ytick"/g)?.length ?? 0;
      assert.ok(labels >= (mean[0] === mean[1] ? 1 : 2) && labels <= 12, `${mean.join()}: ${labels}`);
    }
  });

  it('says where there is what cannot be drawn', () => {
    const drawn = (y: unknown, layout = {}) => () => figure({ ...simple, traces: [{ y: [1] }, { y }], layout });
    const holdsItself: unknown[] = [];
    holdsItself.push(holdsItself);
    const refused: [unknown, RegExp][] = [
      [[1, Symbol('s')], /traces\[1\]\.y\[1\] must be a number, a text, a date, .*, got Symbol\(s\)/],
      [[Math.sin], /traces\[1\]\.y\[0\] .* got the function sin/],
      [new Map([[1, 2]]), /traces\[1\]\.y .* got a Map/],
      [new Set([1]), /got a Set/],
      [[3n], /y\[0\] .* got the bigint 3n; Number\(3n\) is one/],
      [new BigInt64Array(2), /y\[0\] .* the bigint 0n/],
      [[new Date(NaN)], /y\[0\] .* got an invalid date/],
      [Promise.resolve(1), /got a promise; await it/],
      [new (class Series {})(), /got a Series/],
      [/x/, /got a RegExp/],
      [new DataView(new ArrayBuffer(8)), /got a DataView/],
      [holdsItself, /nested too deep to be drawn; does it hold itself\?/],
    ];
    for (const [y, message] of refused) assert.throws(drawn(y), message);
    assert.throws(drawn([1], { shapes: [{ x0: () => 1 }] }), /figure: layout\.shapes\[0\]\.x0 must be/);
    assert.doesNotThrow(drawn([1, null, NaN, undefined, 'text', true]));
  });

  it('refuses images of two channels', () => assert.throws(() => imageGrid({ title: 'T', images: [1, 2], shape: [1, 1, 2] }), /imageGrid: an image must be grey or have 3 channels, got 2/));

  it('refuses what is too much for a notebook', () => {
    assert.throws(() => figure({ ...simple, traces: [{ y: new Float32Array(235_200) }] }), /at most 5000 points, got 235200 in y; bin or thin/);
  });

  it('refuses types that only a browser draws', () => {
    for (const type of ['surface', 'scatter3d', 'scattergl', 'scattermap'])
      assert.throws(() => svg({ data: [{ type }], layout: {} }), new RegExp(`drawn without a browser \\(scatter, .*\\), got ${type};`));
  });

  it('draws every type that it lets pass', () => {
    const y = [1, 2, 2, 5];
    const traces = [
      ...['scatter', 'bar', 'histogram', 'box', 'waterfall'].map((type) => ({ type, y })),
      ...['heatmap', 'contour'].map((type) => ({ type, z: [[1, 2], [3, 9]] })),
      { type: 'histogram2d', x: y, y },
      { type: 'pie', labels: ['a', 'b'], values: [1, 2] },
      { type: 'sankey', node: { label: ['a', 'b', 'c'] }, link: { source: [0, 1], target: [2, 2], value: [1, 2] } },
    ];
    for (const trace of traces) {
      const { pixels } = resvg(svg({ data: [trace], layout: {} })).render();
      let coloured = 0;
      for (let i = 0; i < pixels.length; i += 4) if (Math.abs(pixels[i] - pixels[i + 2]) > 50) coloured++;
      assert.ok(coloured > 200, `${trace.type}: ${coloured} coloured pixels`);
    }
  });

  it('is complete when the call returns: what plotly does later changes nothing', async () => {
    const { document, JSON: own, Math, Plotly } = plotlyWindow();
    const { plotly } = examples.longNames();
    const early = svg(plotly);
    const element = document.createElement('div');
    Math.random = () => 0.5;
    await Plotly.newPlot(element, own.parse(JSON.stringify({ ...plotly, config: { staticPlot: true } })));
    const late = Plotly.Snapshot.toSVG(element, 'svg');
    Plotly.purge(element);
    const positions = (picture: string) => [...picture.matchAll(/ (?:x|y|d|transform)="([^"]*)"/g)].map(([, value]) => value);
    assert.deepEqual(positions(early), positions(late));
  });

  it('is saved as a PNG of twice its size', () => {
    const folder = mkdtempSync(join(tmpdir(), 'squeezelab-'));
    try {
      savePng(figure({ ...simple, traces: [{ y: [1, 2] }] }), join(folder, 'a', 'figure.png'));
      const bytes = readFileSync(join(folder, 'a', 'figure.png'));
      assert.deepEqual([bytes.readUInt32BE(16), bytes.readUInt32BE(20)], [1400, 840]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
