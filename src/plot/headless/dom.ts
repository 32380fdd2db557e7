import { createRequire } from 'node:module';

/** Loads a package when it is first used, and without its types: they would be checked with a notebook's first cell. */
export const load = createRequire(__filename);

/** What is used here of a browser's elements. */
export interface DomNode {
  nodeType: number;
  textContent: string;
  childNodes: ArrayLike<DomNode>;
}

export interface DomElement extends DomNode {
  tagName: string;
  classList: { contains(name: string): boolean };
  children: ArrayLike<DomElement>;
  parentElement: DomElement | null;
  getAttribute(name: string): string | null;
  remove(): void;
}

export const isElement = (node: DomNode): node is DomElement => node.nodeType === 1;
