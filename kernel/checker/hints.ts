/** What to do about a compiler's message, where the project knows it. */
const hints: [message: RegExp, hint: string][] = [
  [/to parameter of type '(readonly )?Key'|to type 'Key'/, 'A key is made of a seed: key(3), or lab.key(3).'],
  [/Property '\w+' does not exist on type 'Promise<|Type 'Promise<.*is not assignable|type 'Promise<.*is not assignable to parameter/, 'Is an `await` missing?'],
  [/Cannot find module '([^']+)'/, 'Is it installed, and is a path relative to the notebook\'s folder?'],
  [/Cannot find name '(\w+)'/, 'A name must be declared by this cell or by one that ran before.'],
];

export const hintFor = (message: string): string | undefined => hints.find(([pattern]) => pattern.test(message))?.[1];
