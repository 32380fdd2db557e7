import { types } from 'node:util';
import { classOf } from './attempt';
import type { MimeBundle } from './display';
import { summarized } from './numbers';

/** A typed array's class, length, and numbers. */
export const typedArray = (value: unknown): MimeBundle | undefined =>
  types.isTypedArray(value) ? { 'text/plain': `${classOf(value) || 'TypedArray'}(${value.length}) ${summarized(value)}` } : undefined;
