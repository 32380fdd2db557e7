/** Files of nets and arrays, read and written: packed files, tfjs' own, ONNX, safetensors, NumPy's. */
export { copyModel } from './copyModel';
export { deepCompressedWeights, readDeepCompressed, writeDeepCompressed, type CompressedLayer, type DeepCompressed, type WrittenLayer } from './deepCompressed';
export { readFloats, writeFloats, type FloatPart } from './floats';
export { exportOnnx } from './exportOnnx';
export { exportNpy, exportSafetensors } from './exportWeights';
export { readLayersModel, writeLayersModel } from './layersModel';
export { readNpy, writeNpy } from './npy';
export { readNpz } from './npz';
export { pack, unpack } from './packed';
export { readSafetensors, writeSafetensors } from './safetensors';
export { floatsOf, type FloatTensor, type NumberTensor, type Numbers } from './tensor';
