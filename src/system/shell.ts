/** A word as a shell takes it: quoted where it has spaces or signs of the shell's own. */
export const shellWord = (word: string): string => (/^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
