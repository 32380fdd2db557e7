import type { Resvg as Picture } from '@resvg/resvg-js';
import { escapeHtml } from '../../system';
import { load } from './dom';

type Options = ConstructorParameters<typeof Picture>[1];

/** Above and below the base line, as a part of the font's size (the hhea table of DejaVu Sans). */
export const ASCENT = 0.928;
export const DESCENT = 0.236;

const FACES = ['', '-Bold', '-Oblique'];

/** Draws SVG with the project's own fonts alone, of which each face takes time: a fresh machine has none. */
export function resvg(svg: string, options: Options = {}, faces = FACES): Picture {
  const { Resvg } = load('@resvg/resvg-js') as { Resvg: typeof Picture };
  const fontFiles = faces.map((face) => load.resolve(`dejavu-fonts-ttf/ttf/DejaVuSans${face}.ttf`));
  return new Resvg(svg, { ...options, font: { fontFiles, loadSystemFonts: false, defaultFontFamily: 'DejaVu Sans', sansSerifFamily: 'DejaVu Sans' } });
}

const widths = new Map<string, number>();

function inkWidth(text: string, bold: boolean): number {
  const [weight, faces] = bold ? [700, ['-Bold', '']] : [400, ['']];
  const key = `${weight} ${text}`;
  let width = widths.get(key);
  if (width === undefined) {
    const line = `<text xml:space="preserve" font-family="DejaVu Sans" font-size="100" font-weight="${weight}">${escapeHtml(text)}</text>`;
    width = resvg(`<svg xmlns="http://www.w3.org/2000/svg">${line}</svg>`, {}, faces).getBBox()?.width ?? 0;
    widths.set(key, width);
  }
  return width;
}

/**
 * The width of a line of text in pixels, measured by what will draw it. A box holds ink only, so two bars are set
 * round the text, and what they take alone is subtracted: spaces count, and so does kerning.
 */
export const textWidth = (text: string, fontSize: number, bold = false): number =>
  text === '' ? 0 : ((inkWidth(`|${text}|`, bold) - inkWidth('||', bold)) / 100) * fontSize;
