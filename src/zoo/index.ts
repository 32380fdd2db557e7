/** Other people's nets, with their weights. */
export { caffeLenet5, lenet5Floats, lenetPixels, writeCaffeLenet5 } from './caffeLenet5';
export { compressedSqueezenet, squeezenetLayers, squeezenetPixels } from './compressedSqueezenet';
export { mxnetPixels, numpySqueezenet, writeNumpySqueezenet } from './numpySqueezenet';
