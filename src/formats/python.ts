/** A Python literal as a NumPy header has them: dictionaries, lists and tuples, texts, whole numbers (Python 2 wrote `3L`), True, False, None. */
export type Python = Map<string, Python> | Python[] | string | number | boolean | null;

const TOKEN = /\s*(?:([{}[\]():,])|'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|(\d+)[lL]?(?!\w)|(True|False|None)(?!\w))/y;
const MOST_TOKENS = 10_000;
const DEEPEST = 20;

/** The value that a text says, or undefined for what is no such literal; a tuple of one number has its comma, else it is the number. */
export function parsePython(text: string): Python | undefined {
  const tokens: { mark?: string; value?: Python }[] = [];
  TOKEN.lastIndex = 0;
  const end = text.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const found = TOKEN.exec(text);
    if (!found || tokens.length === MOST_TOKENS) return undefined;
    const [, mark, single, double, digits, word] = found;
    tokens.push(mark ? { mark } : { value: single ?? double ?? (digits ? Number(digits) : word === 'None' ? null : word === 'True') });
  }
  let at = 0;
  const expect = (mark: string): void => {
    if (tokens[at++]?.mark !== mark) throw new SyntaxError();
  };
  /** What stands between a bracket, already read, and its end; says whether there was a comma. */
  const items = <T>(end: string, item: () => T): { list: T[]; comma: boolean } => {
    const list: T[] = [];
    let comma = false;
    while (tokens[at]?.mark !== end) {
      if (list.length && !comma) throw new SyntaxError();
      list.push(item());
      comma = tokens[at]?.mark === ',';
      if (comma) at++;
    }
    at++;
    return { list, comma: comma || list.length > 1 };
  };
  const value = (depth: number): Python => {
    if (depth > DEEPEST) throw new SyntaxError();
    const { mark, value: own } = tokens[at++] ?? {};
    if (own !== undefined) return own;
    if (mark === '[') return items(']', () => value(depth + 1)).list;
    if (mark === '(') {
      const { list, comma } = items(')', () => value(depth + 1));
      return comma || !list.length ? list : list[0];
    }
    if (mark !== '{') throw new SyntaxError();
    return new Map(
      items('}', (): [string, Python] => {
        const name = value(depth + 1);
        expect(':');
        if (typeof name !== 'string') throw new SyntaxError();
        return [name, value(depth + 1)];
      }).list,
    );
  };
  try {
    const result = value(0);
    return at === tokens.length ? result : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
