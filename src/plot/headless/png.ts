import { encodePng } from './bitmap';
import { resvg } from './text';

/** How much larger than the figure its picture is: sharp on dense screens. */
const ZOOM = 2;
/** The part of the pixels whose colours stay as they are. */
const EXACT = 0.995;

/** A PNG file of the picture, twice its size; in few colours where it is a chart. */
export function png(svg: string): Buffer {
  // What browsers call pixelated: cells of a heat map keep their edges, pixels of small images too.
  const sharp = svg.replaceAll('image-rendering: pixelated', 'image-rendering: optimizeSpeed').replaceAll('<image ', '<image image-rendering="optimizeSpeed" ');
  const { width, height, pixels } = resvg(sharp, { fitTo: { mode: 'zoom', value: ZOOM }, background: '#FFFFFF' }).render();
  return encodePng({ width, height, data: pixels }, EXACT);
}
