/** What the kernel's threads tell each other: `front` speaks Jupyter's protocol, `cells` (the main thread) runs code, `checker` compiles it. */
import type { MimeBundle } from './values';

export interface ErrorContent {
  ename: string;
  evalue: string;
  traceback: string[];
}

/** One module that a cell imports, and the names that come of it. */
export interface Import {
  specifier: string;
  /** Binding → the module's export; `*` is its namespace. */
  names: Record<string, string>;
}

/** A cell that passed the checker. */
export interface Compiled {
  /** The body of an async function, with the names of `parameters` free. */
  js: string;
  /** Its source map, as JSON. */
  map: string;
  /** Parameter → the binding that it stands for. */
  parameters: Record<string, string>;
  /** The bindings that it defines, if it gets that far. */
  defines: string[];
  imports: Import[];
}

/** What else is free in a compiled cell; the parameters of the function around it. */
export const RUNTIME = { resumed: '__squeezelabResumed', dispose: '__squeezelabDispose', meta: '__squeezelabMeta', import: '__squeezelabImport' } as const;

export type Checked = { compiled: Compiled } | { error: ErrorContent };

/** Number of an execute_request; outputs are routed by it. */
export type CellId = number;

export interface RunMessage {
  op: 'run';
  cell: CellId;
  /** `In[3]`; `In[*3]` if it is not kept */
  name: string;
  source: string;
  compiled: Compiled;
  executionCount: number;
  silent: boolean;
  allowStdin: boolean;
  expressions: Record<string, Checked>;
}

export type ToCells = RunMessage | { op: 'preload'; specifier: string } | { op: 'interrupt'; cell: CellId; forced: boolean } | { op: 'shutdown' };

export interface Outcome {
  /** What made the cell fail. */
  error?: ErrorContent;
  /** Names that a failed cell declares and did not get to: they are what they were before. */
  unreached?: string[];
  expressions: Record<string, object>;
}

export type FromCells =
  | { op: 'stream'; cell: CellId; name: 'stdout' | 'stderr'; text: string }
  | { op: 'publish'; cell: CellId; type: string; content: object }
  | { op: 'input'; cell: CellId; prompt: string; password: boolean }
  | { op: 'heard'; cell: CellId }
  | { op: 'done'; cell: CellId; outcome: Outcome }
  | { op: 'flush' };

/** The answer to `input`: the text, or why there is none. */
export type Answer = { text: string } | { refused: 'no input' | 'interrupted' };

/** What lies in the memory that the threads share: a counter each, raised and notified. */
export const signals = { answered: 0, flushed: 1 } as const;

export interface FrontData {
  connectionFile: string;
  signals: Int32Array;
}

export interface Completion {
  matches: string[];
  start: number;
  end: number;
  types: { text: string; type: string; signature?: string; start: number; end: number }[];
}

export interface Completeness {
  status: 'complete' | 'incomplete' | 'invalid';
  indent: string;
}

export type { MimeBundle };
