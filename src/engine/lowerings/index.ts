import { convolution } from './convolution';
import { cumulative } from './cumulative';
import { elementwise } from './elementwise';
import type { Value } from '../graph';
import { images } from './images';
import { indexing } from './indexing';
import { type Lowering, type Lowerings, pointwise, reducing } from './lowering';
import { matmul } from './matmul';
import { normalization } from './normalization';
import { pooling } from './pooling';
import { reduction } from './reduction';
import { shape } from './shape';

const each = (table: Lowerings, change: (lowering: Lowering) => Lowering): Lowerings =>
  Object.fromEntries(Object.entries(table).map(([kernel, lowering]) => [kernel, change(lowering)]));

/** Those over any axes. */
const { Sum, Mean, Prod, Max, Min, All, Any, ArgMax, ArgMin } = reduction;

/** Every tfjs kernel that a program can hold. */
export const lowerings: Lowerings<Value | Value[]> = {
  ...each(elementwise, pointwise),
  ...matmul,
  ...reduction,
  ...each({ Sum, Mean, Prod, Max, Min, All, Any, ArgMax, ArgMin }, reducing),
  ...shape,
  ...indexing,
  ...cumulative,
  ...convolution,
  ...pooling,
  ...normalization,
  ...images,
};
