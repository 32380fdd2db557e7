/** What `read` returns; undefined if it throws, for any access to a value may. */
export function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** The name of an object's class, '' if it has none. */
export function classOf(value: object): string {
  const name: unknown = attempt(() => value.constructor.name);
  return typeof name === 'string' ? name : '';
}
