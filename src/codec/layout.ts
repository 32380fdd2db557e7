/** How to store a shared tensor in the fewest bytes: which way to walk through it, and with how many index bits. */
import type { SharedTensor } from './packedTensor';
import { countGaps } from './relativeIndex';
import { planStream, type StreamPlan } from './symbolStream';
import { sizeOf } from '../system';

/** The last axis against all others. */
export function asMatrix(shape: readonly number[]): [rows: number, columns: number] {
  return [sizeOf(shape.slice(0, -1)), shape.length > 0 ? shape[shape.length - 1] : 1];
}

/** The kept weights in the order they are stored in. */
interface Scan {
  byColumns: boolean;
  positions: Uint32Array;
  codes: Uint16Array;
}

interface Layout {
  scan: Scan;
  indexBits: number;
  codePlan: StreamPlan;
  gapPlan: StreamPlan;
}

/** Tries both scans and, unless one is asked for, every number of index bits. */
export function smallestLayout({ shape, codebook, codes, indexBits }: SharedTensor): Layout {
  const rowScan = scanRows(codes);
  const scans = shape.length > 1 && codes.length > 0 ? [rowScan, scanColumns(rowScan, shape)] : [rowScan];
  const choices = indexBits === undefined ? [0, 1, 2, 3, 4, 5, 6, 7, 8] : [indexBits];
  const codeFrequencies = new Float64Array(codebook.length + 1);
  for (const code of rowScan.codes) codeFrequencies[code]++;
  let smallest: (Layout & { bytes: number }) | undefined;
  for (const scan of scans) {
    for (const indexBits of choices) {
      const { frequencies, fillers } = countGaps(scan.positions, indexBits);
      codeFrequencies[0] = fillers;
      const codePlan = planStream(codeFrequencies);
      const gapPlan = planStream(frequencies);
      const bytes = codePlan.bytes + (indexBits > 0 ? gapPlan.bytes : 0);
      if (!smallest || bytes < smallest.bytes) smallest = { scan, indexBits, codePlan, gapPlan, bytes };
    }
  }
  if (!smallest) throw new Error('smallestLayout: there must be index bits to try');
  return smallest;
}

function scanRows(codes: Uint8Array | Uint16Array): Scan {
  let kept = 0;
  for (let i = 0; i < codes.length; i++) kept += +(codes[i] > 0);
  const scan = { byColumns: false, positions: new Uint32Array(kept), codes: new Uint16Array(kept) };
  for (let i = 0, entry = 0; i < codes.length; i++) {
    if (codes[i] === 0) continue;
    scan.positions[entry] = i;
    scan.codes[entry++] = codes[i];
  }
  return scan;
}

/** Sorts the kept weights by column (counting sort). */
function scanColumns({ positions, codes }: Scan, shape: readonly number[]): Scan {
  const [rows, columns] = asMatrix(shape);
  const starts = new Uint32Array(columns + 1);
  for (const position of positions) starts[(position % columns) + 1]++;
  for (let column = 1; column <= columns; column++) starts[column] += starts[column - 1];
  const scan = { byColumns: true, positions: new Uint32Array(positions.length), codes: new Uint16Array(codes.length) };
  for (let i = 0; i < positions.length; i++) {
    const column = positions[i] % columns;
    const entry = starts[column]++;
    scan.positions[entry] = column * rows + Math.floor(positions[i] / columns);
    scan.codes[entry] = codes[i];
  }
  return scan;
}
