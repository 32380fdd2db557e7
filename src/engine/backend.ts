/**
 * The tracing backend of tfjs: its kernels append operators to a graph in place of computing. Autograd sits above the
 * backend, so the gradient's kernels are traced the same way.
 */
import * as tf from '@tensorflow/tfjs';
import { withoutEmpty } from './empty';
import { here, lineOf, TraceError } from './error';
import { type Call, type DType, Graph, programType, type Value } from './graph';
import { lowerings } from './lowerings';
import { filled } from './lowerings/shape';

type DataId = tf.Tensor['dataId'];

interface HostData {
  values: ArrayLike<number>;
  shape: number[];
  dtype: DType;
}

export class TraceBackend extends tf.KernelBackend {
  graph = new Graph();
  private values = new Map<DataId, Value>();
  private hostData = new Map<DataId, HostData>();
  private references = new Map<DataId, number>();
  /** Constants from outside the trace, by their data, shape and type. */
  private constants = new Map<DataId, Map<string, Value>>();

  /** Forgets the last trace. */
  reset(): void {
    this.graph = new Graph();
    this.values.clear();
    this.hostData.clear();
    this.constants.clear();
    this.references.clear();
  }

  /** A traced tensor that stands for `value`. */
  symbol(value: Value): tf.TensorInfo {
    const dataId = {};
    this.values.set(dataId, value);
    if (value.planes === undefined) this.graph.declare(value);
    this.references.set(dataId, 1);
    return { dataId, shape: value.shape, dtype: value.dtype };
  }

  /** The graph's value of a tensor; one that was made outside the trace becomes a constant. */
  value({ dataId, shape, dtype }: tf.TensorInfo): Value {
    const known = this.values.get(dataId);
    // A reshaped or recast alias shares the dataId of its original on the host, never here: symbols are not aliased.
    if (known) return known;
    const type = programType(dtype);
    const constants = this.constants.get(dataId) ?? new Map<string, Value>();
    this.constants.set(dataId, constants);
    const key = `${type} ${shape.join()}`;
    const made = constants.get(key);
    if (made) return made;
    const data = this.hostData.get(dataId)?.values ?? (tf.engine().readSync(dataId) as unknown as ArrayLike<number>);
    // tfjs' gradients of sums are full of ones.
    const repeated = data.length > 16 && Array.prototype.every.call(data, (element) => Object.is(element, data[0]));
    const value = repeated ? filled(this.graph, Number(data[0]), shape, type) : { name: this.graph.constant(data, shape, type), shape, dtype: type };
    constants.set(key, value);
    return value;
  }

  override write(values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType): DataId {
    const dataId = {};
    this.hostData.set(dataId, { values: values as unknown as ArrayLike<number>, shape, dtype: programType(dtype) });
    this.references.set(dataId, 1);
    return dataId;
  }

  override readSync(dataId: DataId): tf.backend_util.BackendValues {
    const data = this.hostData.get(dataId);
    if (data) return data.values as tf.backend_util.BackendValues;
    const value = this.values.get(dataId);
    throw new TraceError(
      `compile: a value was read while tracing (a ${value?.dtype} tensor of shape [${value?.shape.join()}]), but a program ` +
        'is traced once, before any value is known; compute with tensors instead (tf.where in place of if), or return it and read it outside' + lineOf(here()),
    );
  }

  override read(dataId: DataId): Promise<tf.backend_util.BackendValues> {
    return Promise.resolve(this.readSync(dataId));
  }

  override refCount(dataId: DataId): number {
    return this.references.get(dataId) ?? 0;
  }

  override incRef(dataId: DataId): void {
    this.references.set(dataId, this.refCount(dataId) + 1);
  }

  override disposeData(dataId: DataId): boolean {
    const left = this.refCount(dataId) - 1;
    this.references.set(dataId, left);
    return left <= 0; // the value itself stays until the trace ends: a later kernel may still name it
  }

  override numDataIds(): number {
    return this.references.size;
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: true };
  }

  override floatPrecision(): 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  override timerAvailable(): boolean {
    return false;
  }

  override dispose(): void {}
}

/** A mistake in a call of a kernel, in the words of tfjs, with what the kernel got and the line that asked for it. */
export function callError({ kernel, inputs, at }: Call, message: string): TraceError {
  if (/ \(at .*\)$/.test(message)) return new TraceError(message);
  const got = inputs.map(({ shape, dtype }) => `${dtype} [${shape.join()}]`).join(', ');
  const said = message.replace(/^compile: /, '').replace(/\.$/, '');
  return new TraceError(`compile: ${said}; ${kernel} got ${got || 'no tensors'}${lineOf(at)}`);
}

export const BACKEND = 'squeezelab-trace';
export const backend = new TraceBackend();
tf.registerBackend(BACKEND, () => backend, -1);

for (const [kernelName, lowering] of Object.entries(lowerings)) {
  tf.registerKernel({
    kernelName,
    backendName: BACKEND,
    kernelFunc: ({ inputs, attrs }) => {
      const values: Record<string, Value> = {};
      for (const [name, tensor] of Object.entries(inputs)) if (tensor) values[name] = backend.value(tensor);
      backend.graph.calls.push({ kernel: kernelName, inputs: Object.values(values).map(({ shape, dtype }) => ({ shape, dtype })), at: here() });
      try {
        const result = lowering(backend.graph, values, (attrs ?? {}) as never);
        const made = (value: Value) => backend.symbol(withoutEmpty(backend.graph, kernelName, Object.values(values), value));
        return Array.isArray(result) ? result.map(made) : made(result);
      } catch (error) {
        throw callError(backend.graph.calls.at(-1)!, (error as Error).message);
      }
    },
  });
}

for (const { kernelName } of tf.getKernelsForBackend('cpu')) {
  if (kernelName in lowerings) continue;
  tf.registerKernel({
    kernelName,
    backendName: BACKEND,
    kernelFunc: () => {
      throw new TraceError(`compile: the tfjs kernel ${kernelName} has no lowering yet; write it with other operations, or run this part outside compile${lineOf(here())}`);
    },
  });
}

/** True while `compile` runs its function. */
export const isTracing = (): boolean => tf.getBackend() === BACKEND;
