/** @throws RangeError when bits is not a whole number from `least` to 16 */
export function checkBits(where: string, bits: number, least: number): void {
  if (!Number.isInteger(bits) || bits < least || bits > 16) throw new RangeError(`${where}: bits must be a whole number from ${least} to 16, got ${bits}`);
}

/** @throws TypeError for options that a method does not have: scripts are not type-checked */
export function checkNames(where: string, options: object, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null) throw new TypeError(`${where}: the options must be { ${known.join(', ')} }, got ${String(options)}`);
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new TypeError(`${where}: the options are ${known.join(', ')}, got ${unknown}`);
}
