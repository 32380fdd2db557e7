/**
 * A top-level name of the cells: one binding for every cell, function, timer and closure, whoever declares or assigns it.
 * Compiled cells read and write `binding.$`. Before its declaration has run there is no own `$`, and reading throws as the
 * language has it.
 */
export class Binding {
  declare $: unknown;
  /** How often it was defined. */
  definitions = 0;

  constructor(readonly name: string) {}

  /** `let x = value`, `function x() {}`, … */
  define(value: unknown): void {
    this.definitions++;
    Object.defineProperty(this, '$', { value, writable: true, enumerable: true, configurable: true });
  }

  /** `var x;`: keeps what is there. */
  declareVar(): void {
    if (!Object.hasOwn(this, '$')) this.define(undefined);
  }

  /** `import { x } from …`: always what the module has. */
  follow(read: () => unknown): void {
    this.definitions++;
    Object.defineProperty(this, '$', { get: read, enumerable: true, configurable: true });
  }
}

const beforeInitialization = (name: string) => new ReferenceError(`Cannot access '${name}' before initialization`);

Object.defineProperty(Binding.prototype, '$', {
  get(this: Binding) {
    throw beforeInitialization(this.name);
  },
  set(this: Binding) {
    throw beforeInitialization(this.name);
  },
});

/** All bindings of a kernel. */
export class Scope {
  private readonly bindings = new Map<string, Binding>();

  get(name: string): Binding {
    let binding = this.bindings.get(name);
    if (!binding) this.bindings.set(name, (binding = new Binding(name)));
    return binding;
  }
}
