/** Other people's nets, with their weights. */
export { caffeLenet5, lenet5Floats, lenetPixels } from './caffeLenet5';
export { compressedSqueezenet, squeezenetLayers, squeezenetPixels } from './compressedSqueezenet';
export { mxnetPixels, numpySqueezenet } from './numpySqueezenet';
