/** ONNX Runtime, which runs the programs: no other file imports it, but measure/peakMemory.cjs in a process of its own. */
import * as ort from 'onnxruntime-node';
import { environment, threadsNow } from '../system';
import type { DType } from './graph';

/** A tensor in a buffer of the runtime's. */
export type Buffer = ort.Tensor;

export type Values = Float32Array | Int32Array | Uint8Array;

/** What holds the values of each type. */
export const ARRAYS = { float32: Float32Array, int32: Int32Array, bool: Uint8Array };

/** A buffer over `values`, which it does not copy. */
export const bufferOf = (dtype: DType, values: Values, shape: readonly number[]): Buffer => new ort.Tensor(dtype, values as never, shape);

/** Where the runtime writes how long each operator took, one file a program when it is disposed of: SQUEEZELAB_PROFILE, the beginning of the files' names. */
const profiling = (): Partial<ort.InferenceSession.SessionOptions> =>
  environment.profile ? { enableProfiling: true, profileFilePrefix: environment.profile } : {};

/** A shape that contradicts what the graph says of a value is an error, not a warning. */
const STRICT = { session: { strict_shape_type_inference: '1' } };

/** What a file says of an input or an output: lengths that may be any are names. */
export interface Described {
  name: string;
  type: string;
  shape: readonly (number | string)[];
}

/** A graph that is ready to run. */
export interface Session {
  readonly inputs: ReadonlySet<string>;
  readonly takes: readonly Described[];
  readonly gives: readonly Described[];
  /** Runs it once; an output that is given a buffer is written there. */
  run(feeds: Record<string, Buffer>, fetches: Record<string, Buffer | null>): Promise<Record<string, Buffer>>;
  dispose(): Promise<void>;
}

const describedOf = (value: ort.InferenceSession.ValueMetadata): Described => (value.isTensor ? value : { name: value.name, type: 'no tensor', shape: [] });

/** @throws Error of the runtime's own where it refuses the file */
export async function open(onnx: Uint8Array, { threads = threadsNow() } = {}): Promise<Session> {
  const session = await ort.InferenceSession.create(onnx, { intraOpNumThreads: threads, logSeverityLevel: 4, extra: STRICT, ...profiling() });
  return {
    inputs: new Set(session.inputNames),
    takes: session.inputMetadata.map(describedOf),
    gives: session.outputMetadata.map(describedOf),
    run: (feeds, fetches) => session.run(feeds, fetches),
    dispose: () => {
      if (environment.profile) session.endProfiling();
      return session.release();
    },
  };
}
