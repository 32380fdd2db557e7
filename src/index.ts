/** What a notebook sees: `import * as lab from 'squeezelab'`. */
export * from './codec';
export * from './compress';
export * from './data';
export * from './engine';
export * from './formats';
export * from './layers';
export * from './measure';
export * from './models';
export * from './papers';
export * from './plot';
export * as quantizers from './quantizers';
export * from './random';
export * from './sparse';
export * from './system';
export * from './train';
export * from './weights';
