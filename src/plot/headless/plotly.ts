import { readFileSync } from 'node:fs';
import { lineWidth, ownBox, pageBox } from './boxes';
import { installCanvas } from './canvas';
import { load, type DomElement } from './dom';

interface Window {
  document: { body: { appendChild(element: DomElement): void }; createElement(tag: string): DomElement };
  JSON: JSON;
  Math: { random: () => number };
  Plotly: {
    newPlot(element: DomElement, figure: unknown): Promise<unknown>;
    purge(element: DomElement): void;
    Snapshot: { toSVG(element: DomElement, format: 'svg'): string };
  };
  SVGElement: { prototype: object };
  HTMLCanvasElement: { prototype: object };
  URL: object;
  eval(source: string): void;
}

type Jsdom = {
  JSDOM: new (html: string, options: object) => { window: Window };
  VirtualConsole: new () => object;
};

let window: Window | undefined;

/** A window with plotly in it, made once (about a second): jsdom, and the pieces that it lacks. */
export function plotlyWindow(): Window {
  if (window) return window;
  const { JSDOM, VirtualConsole } = load('jsdom') as Jsdom;
  const made = new JSDOM('', { runScripts: 'outside-only', virtualConsole: new VirtualConsole() }).window;
  installCanvas(made.HTMLCanvasElement.prototype);
  Object.assign(made.SVGElement.prototype, {
    getBBox(this: DomElement) {
      return ownBox(this);
    },
    getBoundingClientRect(this: DomElement) {
      return pageBox(this);
    },
    getComputedTextLength(this: DomElement) {
      return lineWidth(this);
    },
  });
  Object.assign(made.URL, { createObjectURL: () => '' });
  // The rules of style sheets, jsdom's and plotly's, set nothing that plotly reads for a picture.
  Object.assign(made, { TextDecoder, getComputedStyle: ({ style }: { style: object }) => style });
  made.eval(readFileSync(load.resolve('plotly.js-dist-min'), 'utf8'));
  return (window = made);
}
