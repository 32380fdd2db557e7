/** What cells have besides Node's own names. Read by the checker alone. */
declare const display: typeof import('./display').display;
declare const clear: typeof import('./display').clear;
declare const html: typeof import('./tags').html;
declare const md: typeof import('./tags').md;
declare const svg: typeof import('./tags').svg;
declare const prompt: typeof import('./input').prompt;
declare const confirm: typeof import('./input').confirm;
declare const test: typeof import('./cellTests').test;
