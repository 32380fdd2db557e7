/** Colours of a traceback, as terminals and Jupyter read them. */
export const red = (text: string): string => `\x1b[31m${text}\x1b[39m`;
export const bold = (text: string): string => `\x1b[1m${text}\x1b[22m`;
