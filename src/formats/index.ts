export { caffeLenet5, lenet5Floats, lenetPixels } from './caffeLenet5';
export { compressedSqueezenet, squeezenetLayers, squeezenetPixels } from './compressedSqueezenet';
export { expand, readDeepCompressed, type CompressedLayer, type DeepCompressed } from './deepCompressed';
export { readFloats, type FloatPart } from './floats';
export { readLayersModel, writeLayersModel } from './layersModel';
export { readNpy } from './npy';
export { mxnetPixels, numpySqueezenet } from './numpySqueezenet';
export { readSafetensors } from './safetensors';
export type { FloatTensor } from './tensor';
