import { resvg } from './text';

/** A PNG file of the picture, twice its size, for sharp text on dense screens. */
export function png(svg: string): Buffer {
  // What browsers call pixelated: cells of a heat map keep their edges.
  const sharp = svg.replaceAll('image-rendering: pixelated', 'image-rendering: optimizeSpeed');
  return resvg(sharp, { fitTo: { mode: 'zoom', value: 2 } }).render().asPng();
}
