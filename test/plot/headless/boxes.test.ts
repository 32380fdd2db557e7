import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { bitmap, dataUrl } from '../../../src/plot/headless/bitmap';
import { lineWidth, ownBox, pageBox } from '../../../src/plot/headless/boxes';
import type { DomElement } from '../../../src/plot/headless/dom';
import { resvg, textWidth } from '../../../src/plot/headless/text';

const { JSDOM } = createRequire(__filename)('jsdom') as { JSDOM: new (html: string) => { window: { document: { querySelector(name: string): DomElement } } } };

/** The element with the class `it` of an SVG picture. */
const element = (inner: string): DomElement => new JSDOM(`<svg>${inner}</svg>`).window.document.querySelector('.it');
const close = (actual: number, expected: number, off = 0.05) => assert.ok(Math.abs(actual - expected) <= off, `${actual}, not ${expected}`);

describe('the width of a text', () => {
  // Advance widths of DejaVu Sans 2.37 in its hmtx table, in units of 1/2048 em.
  for (const [character, advance] of [['A', 1401], ['0', 1303], ['i', 569], [' ', 651], ['µ', 1303]] as const)
    it(`of ${character} is the font's`, () => close(textWidth(character, 2048), advance, 2));

  it('grows with every part', () => {
    close(textWidth('errors of 5 seeds', 12), 12 * textWidth('errors of 5 seeds', 1), 1e-6);
    close(textWidth('00 00', 100), 4 * textWidth('0', 100) + textWidth(' ', 100), 0.2);
    assert.ok(textWidth('bold', 12, true) > textWidth('bold', 12));
    assert.equal(textWidth('', 12), 0);
  });

  it('covers the ink that is drawn', () => {
    const text = 'Weights before & after <pruning';
    const { pixels, width, height } = resvg(`<svg xmlns="http://www.w3.org/2000/svg" width="400" height="30"><text y="20" font-family="DejaVu Sans" font-size="15">${text.replace('&', '&amp;').replace('<', '&lt;')}</text></svg>`).render();
    let right = 0;
    for (let x = 0; x < width; x++) for (let y = 0; y < height; y++) if (pixels[(y * width + x) * 4 + 3] > 0) right = x;
    const advance = textWidth(text, 15); // ends a little beyond the last letter's ink
    assert.ok(advance >= right && advance < right + 3, `${advance}, ink to ${right}`);
  });
});

describe('boxes of elements', () => {
  it('of a text follow its anchor, its size and its lines', () => {
    const middle = ownBox(element('<text class="it" x="100" y="50" style="font-size: 10px; text-anchor: middle;">0000</text>'));
    close(middle.width, 4 * 0.63623 * 10);
    close(middle.x, 100 - middle.width / 2);
    close(middle.y, 50 - 9.28);
    const lines = ownBox(element('<text class="it" style="font-size: 10px"><tspan class="line">00</tspan><tspan class="line">0000</tspan></text>'));
    close(lines.width, middle.width);
    close(lines.height, 11.64 + 13);
  });

  it('of a line count small and bold parts by their own size', () => {
    close(lineWidth(element('<text class="it" style="font-size: 10px">00<tspan style="font-size: 5px">00</tspan></text>')), 3 * 6.3623);
  });

  it('of a group hold what is in it, moved and turned', () => {
    const group = '<g class="it" transform="translate(100,0)"><rect x="0" y="0" width="10" height="2"/><rect transform="translate(20,5) rotate(90)" x="0" y="0" width="10" height="2"/></g>';
    const { x, y, width, height } = ownBox(element(group));
    [x, y, width, height].forEach((value, i) => close(value, [0, 0, 20, 15][i], 1e-9));
    close(pageBox(element(`<g transform="scale(2)">${group}</g>`)).right, 240, 1e-9);
  });

  it('of a path are where it is drawn', () => {
    const { x, y, width, height } = ownBox(element('<path class="it" d="M5,1h30v4l-10,0"/>'));
    assert.deepEqual([x, y, width, height], [5, 1, 30, 4]);
  });
});

describe('a bitmap', () => {
  it('is a PNG that another program reads back', () => {
    const pixels = bitmap(3, 2);
    pixels.data.set([255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255, 1, 2, 3, 255, 4, 5, 6, 255, 255, 255, 255, 255]);
    const read = resvg(`<svg xmlns="http://www.w3.org/2000/svg" width="3" height="2"><image image-rendering="optimizeSpeed" width="3" height="2" href="${dataUrl(pixels)}"/></svg>`).render();
    assert.deepEqual([...read.pixels], [...pixels.data]);
  });
});
