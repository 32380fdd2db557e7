/** What cells have besides Node's own names. Read by the checker alone. */
declare const display: typeof import('../cells/display').display;
declare const clear: typeof import('../cells/display').clear;
declare const html: typeof import('../cells/tags').html;
declare const md: typeof import('../cells/tags').md;
declare const svg: typeof import('../cells/tags').svg;
declare const prompt: typeof import('../cells/input').prompt;
declare const confirm: typeof import('../cells/input').confirm;
declare const test: typeof import('../cells/cellTests').test;
