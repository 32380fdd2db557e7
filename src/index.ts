/** What a notebook sees: `import * as lab from 'squeezelab'`. */
export * from './engine';
export * from './random';
export * from './system';
