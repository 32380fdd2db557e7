import { elementwise } from './elementwise';
import type { Lowerings } from './lowering';
import { matmul } from './matmul';
import { reduction } from './reduction';
import { shape } from './shape';

/** Every tfjs kernel that a program can hold. */
export const lowerings: Lowerings = { ...elementwise, ...matmul, ...reduction, ...shape };
