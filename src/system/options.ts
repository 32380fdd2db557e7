/** What a value is, as a message says it: `3`, `'adam'`, `a LayersModel`, `a promise; await it`. */
export function described(value: unknown): string {
  if (typeof value === 'string') return `'${value.slice(0, 60)}'`;
  if (typeof value === 'function') return value.name ? `the function ${value.name}` : 'a function';
  if (value instanceof Promise) return 'a promise; await it';
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return value.length <= 8 && value.every((entry) => typeof entry === 'number') ? `[${value.join()}]` : `a list of ${value.length}`;
  const kind = (value as { constructor?: { name?: string } }).constructor?.name;
  if (kind && kind !== 'Object') return `${/^[AEIO]/.test(kind) ? 'an' : 'a'} ${kind}${ArrayBuffer.isView(value) ? ` of ${(value as Uint8Array).length}` : ''}`;
  return `{ ${Object.keys(value).slice(0, 8).join(', ')} }`;
}

/**
 * Scripts are not type-checked: an option that there is not would be ignored in silence.
 *
 * @throws TypeError for what is no object, has another name than the known ones (it gives the nearest), or lacks a required one
 */
export function checkOptions(where: string, options: unknown, known: readonly string[], required: readonly string[] = []): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options) || isOther(options)) {
    throw new TypeError(`${where}: the options must be { ${known.join(', ')} }, got ${described(options)}`);
  }
  const unknown = Object.entries(options).find(([name, value]) => value !== undefined && !known.includes(name))?.[0];
  if (unknown === undefined) {
    const missing = required.find((name) => (options as Record<string, unknown>)[name] === undefined);
    if (missing !== undefined) throw new TypeError(`${where}: the option ${missing} must be given, got ${described(options)}`);
    return;
  }
  const nearest = nearestOf(unknown, known);
  throw new TypeError(`${where}: there is no option ${unknown}${nearest ? `; did you mean ${nearest}? The` : '; the'} options are ${known.join(', ')}`);
}

/** What has a life of its own: a model, a layer, a tensor, an array, a Map, a promise, a split. */
const isOther = (value: object): boolean => ArrayBuffer.isView(value) || value instanceof Promise || value instanceof Map || ['getClassName', 'dataSync', 'apply'].some((name) => name in value);

/** The name that most resembles `given`, if one does. */
export function nearestOf(given: string, names: readonly string[]): string | undefined {
  const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '');
  const scored = names.map((name) => ({ name, changes: distance(plain(given), plain(name)) }));
  const best = scored.reduce<(typeof scored)[number] | undefined>((least, one) => (least && least.changes <= one.changes ? least : one), undefined);
  if (best && best.changes <= Math.max(2, given.length / 3)) return best.name;
  return names.find((name) => plain(name).length > 3 && (plain(given).includes(plain(name)) || plain(name).includes(plain(given))));
}

/** How many letters must be put in, taken out or replaced (Levenshtein 1966). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + Number(a[i - 1] !== b[j - 1]));
    row = next;
  }
  return row[b.length];
}
