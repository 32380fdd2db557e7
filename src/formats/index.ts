export { deepCompressedWeights, readDeepCompressed, type CompressedLayer, type DeepCompressed } from './deepCompressed';
export { readFloats, type FloatPart } from './floats';
export { readLayersModel, writeLayersModel } from './layersModel';
export { readNpy } from './npy';
export { pack, unpack } from './packed';
export { readSafetensors } from './safetensors';
export type { FloatTensor } from './tensor';
