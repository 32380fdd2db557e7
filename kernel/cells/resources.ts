/** Resources of a top-level `using`: a cell's name is there for all later cells, so they live as long as the kernel. */

type Resource = Partial<Disposable & AsyncDisposable> | null | undefined;

const resources: Resource[] = [];

/** Keeps what `using` declares, and returns it. */
export function keep<T extends Resource>(resource: T): T {
  if (resource !== null && resource !== undefined && !resource[Symbol.dispose] && !resource[Symbol.asyncDispose]) {
    throw new TypeError('using: the value must have a method [Symbol.dispose] or [Symbol.asyncDispose]');
  }
  resources.unshift(resource);
  return resource;
}

/** Disposes of all, the last one first. */
export async function disposeAll(): Promise<void> {
  for (const resource of resources) {
    try {
      if (resource?.[Symbol.asyncDispose]) await resource[Symbol.asyncDispose]!();
      else resource?.[Symbol.dispose]?.();
    } catch {
      // the next one still is
    }
  }
}
