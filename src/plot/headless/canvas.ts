import { bitmap, dataUrl, type Bitmap } from './bitmap';

/** The part of a canvas that plotly's heat maps use, which jsdom lacks: fill rectangles, put pixels, read the PNG. */
interface Canvas {
  width: number;
  height: number;
}

interface Context {
  canvas: Canvas;
  fillStyle: string;
  createImageData(width: number, height: number): Bitmap;
  putImageData(image: Bitmap, left: number, top: number): void;
  fillRect(left: number, top: number, width: number, height: number): void;
}

/** `rgba(0, 114, 178, 1)` or `#0072B2` as four bytes. */
function rgba(colour: string): number[] {
  if (colour.startsWith('#')) return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)).concat(255);
  const [red, green, blue, opacity = 1] = (colour.match(/[\d.]+/g) ?? []).map(Number);
  return [red, green, blue, opacity * 255];
}

function context(canvas: Canvas, pixels: Bitmap): Context {
  const put = (x: number, y: number, colour: ArrayLike<number>) => {
    if (x >= 0 && y >= 0 && x < pixels.width && y < pixels.height) pixels.data.set(colour, (y * pixels.width + x) * 4);
  };
  return {
    canvas,
    fillStyle: '#000000',
    createImageData: bitmap,
    putImageData(image, left, top) {
      for (let y = 0; y < image.height; y++)
        for (let x = 0; x < image.width; x++) put(left + x, top + y, image.data.subarray((y * image.width + x) * 4, (y * image.width + x) * 4 + 4));
    },
    fillRect(left, top, width, height) {
      const colour = rgba(this.fillStyle);
      for (let y = Math.round(top); y < Math.round(top + height); y++)
        for (let x = Math.round(left); x < Math.round(left + width); x++) put(x, y, colour);
    },
  };
}

/** Gives a window's canvases what they lack; a new size clears a canvas, as in a browser. */
export function installCanvas(prototype: object): void {
  const drawn = new WeakMap<Canvas, Bitmap>();
  const pixels = (canvas: Canvas): Bitmap => {
    let image = drawn.get(canvas);
    if (image?.width !== canvas.width || image.height !== canvas.height) {
      image = bitmap(canvas.width, canvas.height);
      drawn.set(canvas, image);
    }
    return image;
  };
  Object.assign(prototype, {
    getContext(this: Canvas, kind: string) {
      return kind === '2d' ? context(this, pixels(this)) : null;
    },
    toDataURL(this: Canvas) {
      return dataUrl(pixels(this));
    },
  });
}
