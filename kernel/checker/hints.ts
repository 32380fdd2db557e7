/** What a hint may look at: the compiler's message, the text that it marks and what is around it, and the names of cells that have failed. */
export interface Found {
  message: string;
  /** What stands before it in its line. */
  before: string;
  marked: string;
  rest: string;
  failed: ReadonlyMap<string, string>;
}

const ours = /^(display|clear|html|md|svg|prompt|confirm|test)$/;

/** What to do about a compiler's message, where the project knows it. */
const hints: ((found: Found) => string | false | undefined)[] = [
  ({ message }) => /to parameter of type '(readonly )?Key'|to type 'Key'/.test(message) && 'A key is made of a seed: key(3), or lab.key(3).',
  ({ message }) => /Property '\w+' does not exist on type 'Promise<|[Tt]ype 'Promise<.*is not assignable/.test(message) && 'Is an `await` missing?',
  ({ message }) => message.startsWith('Cannot find module') && "Is it installed, and is a path relative to the notebook's folder?",
  ({ message, marked }) => message.includes('not callable') && ours.test(marked) && `A variable of that name covers the kernel's own ${marked}().`,
  ({ message, before, marked, rest, failed }) => {
    if (!message.startsWith('Cannot find name')) return undefined;
    const cell = failed.get(marked);
    if (cell) return `${cell} declares it, but did not run: it has an error.`;
    if (before.trim() === '' && /^\s*=[^=>]/.test(rest)) return `To declare it: let ${marked}${rest.split('\n')[0]}`;
    if (/^(describe|it)$/.test(marked)) return "Tests in cells: test('name', () => …).";
    if (/^(document|window|alert)$/.test(marked)) return 'Cells run in Node, not in the page.';
    return 'A name must be declared by this cell or by one that ran before.';
  },
];

export function hintFor(found: Found): string | undefined {
  for (const hint of hints) {
    const text = hint(found);
    if (text) return text;
  }
  return undefined;
}
