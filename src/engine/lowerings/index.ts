import { elementwise } from './elementwise';
import type { Value } from '../graph';
import type { Lowerings } from './lowering';
import { matmul } from './matmul';
import { reduction } from './reduction';
import { shape } from './shape';

/** Every tfjs kernel that a program can hold. */
export const lowerings: Lowerings<Value | Value[]> = { ...elementwise, ...matmul, ...reduction, ...shape };
