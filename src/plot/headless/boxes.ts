import { isElement, type DomElement, type DomNode } from './dom';
import { ASCENT, DESCENT, resvg, textWidth } from './text';

/** The sizes of SVG elements, which jsdom does not compute and plotly lays a figure out by. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

type Point = [x: number, y: number];

const around = (points: Point[]): Box => {
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
};

const corners = ({ x, y, width, height }: Box): Point[] => [
  [x, y],
  [x + width, y],
  [x, y + height],
  [x + width, y + height],
];

const number = (element: DomElement, name: string): number => Number.parseFloat(element.getAttribute(name) ?? '') || 0;

/** A property as the element inherits it, set by its style or by an attribute. */
function inherited(element: DomElement | null, name: string): string | undefined {
  if (!element) return undefined;
  const style = new RegExp(`(?:^|;)\\s*${name}:\\s*([^;]+)`).exec(element.getAttribute('style') ?? '')?.[1];
  return style ?? element.getAttribute(name) ?? inherited(element.parentElement, name);
}

const fontSize = (element: DomElement): number => Number.parseFloat(inherited(element, 'font-size') ?? '') || 12;
const isBold = (element: DomElement): boolean => /bold|[6-9]00/.test(inherited(element, 'font-weight') ?? '');

/** The length of a line, whose parts may be bold, raised or small. */
export function lineWidth(element: DomElement): number {
  const part = (node: DomNode) => (isElement(node) ? lineWidth(node) : textWidth(node.textContent, fontSize(element), isBold(element)));
  return Array.from(element.childNodes).reduce((sum, node) => sum + part(node), 0);
}

function textBox(element: DomElement): Box {
  const lines = Array.from(element.children).filter((child) => child.classList.contains('line'));
  const width = Math.max(...(lines.length > 0 ? lines : [element]).map(lineWidth));
  const font = fontSize(element);
  const anchor = { middle: 0.5, end: 1 }[inherited(element, 'text-anchor') ?? ''] ?? 0;
  const below = Math.max(0, lines.length - 1) * 1.3 * font; // plotly's line spacing
  return { x: number(element, 'x') - anchor * width, y: number(element, 'y') - ASCENT * font, width, height: (ASCENT + DESCENT) * font + below };
}

function pathBox(d: string): Box | undefined {
  const box = d === '' ? undefined : resvg(`<svg xmlns="http://www.w3.org/2000/svg"><path d="${d}"/></svg>`, {}, []).innerBBox();
  return box && { x: box.x, y: box.y, width: box.width, height: box.height };
}

/** The box after an SVG transform: `translate(10, 5) rotate(-90)`; the function that stands last is applied first. */
function transformed(box: Box, transform: string | null): Box {
  const steps = [...(transform ?? '').matchAll(/(\w+)\(([^)]*)\)/g)].reverse();
  const points = steps.reduce((all, [, name, list]) => {
    const [a = 0, b, c] = list.split(/[\s,]+/).map(Number);
    return all.map(([x, y]): Point => {
      if (name === 'translate') return [x + a, y + (b ?? 0)];
      if (name === 'scale') return [x * a, y * (b ?? a)];
      if (name !== 'rotate') return [x, y];
      const [sin, cos] = [Math.sin((a * Math.PI) / 180), Math.cos((a * Math.PI) / 180)];
      const [dx, dy] = [x - (b ?? 0), y - (c ?? 0)];
      return [(b ?? 0) + dx * cos - dy * sin, (c ?? 0) + dx * sin + dy * cos];
    });
  }, corners(box));
  return steps.length > 0 ? around(points) : box;
}

/** The box of an element in its own coordinates; none for what is not drawn. */
function boxOf(element: DomElement): Box | undefined {
  switch (element.tagName.toLowerCase()) {
    case 'text':
    case 'tspan':
      return element.textContent === '' ? undefined : textBox(element);
    case 'rect':
    case 'image':
      return { x: number(element, 'x'), y: number(element, 'y'), width: number(element, 'width'), height: number(element, 'height') };
    case 'path':
      return pathBox(element.getAttribute('d') ?? '');
    case 'g':
    case 'a':
    case 'svg': {
      const parts = Array.from(element.children).flatMap((child) => {
        const box = boxOf(child);
        return box && box.width + box.height > 0 ? corners(transformed(box, child.getAttribute('transform'))) : [];
      });
      return parts.length > 0 ? around(parts) : undefined;
    }
    default:
      return undefined;
  }
}

const nothing: Box = { x: 0, y: 0, width: 0, height: 0 };

/** `getBBox()`: in the element's own coordinates. */
export const ownBox = (element: DomElement): Box => boxOf(element) ?? nothing;

/** `getBoundingClientRect()`: on the page. */
export function pageBox(element: DomElement): Box & Record<'left' | 'top' | 'right' | 'bottom', number> {
  let box = ownBox(element);
  for (let at: DomElement | null = element; at; at = at.parentElement) box = transformed(box, at.getAttribute('transform'));
  return { ...box, left: box.x, top: box.y, right: box.x + box.width, bottom: box.y + box.height };
}
