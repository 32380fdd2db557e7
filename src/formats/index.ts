export { readLayersModel, writeLayersModel } from './layersModel';
