/** What a notebook sees: `import * as lab from 'squeezelab'`. */
export * from './random';
