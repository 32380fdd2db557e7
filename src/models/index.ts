/** Nets as their papers have them, each with weights drawn from a key. */
export { alexnet } from './alexnet';
export type { BinaryOptions } from './binary';
export { binaryMlp, type BinaryMlpOptions } from './binaryMlp';
export { bnnConvNet, type BnnConvNetOptions } from './bnnConvNet';
export { initialize } from './initialize';
export { lenet300 } from './lenet300';
export { lenet5 } from './lenet5';
export { mlp, type MlpOptions } from './mlp';
export { resnet } from './resnet';
export type { Bypass, FireDesign } from './fire';
export { smallSqueezenet, type SmallSqueezenetOptions } from './smallSqueezenet';
export { squeezenet, type SqueezenetOptions } from './squeezenet';
export { wordLstm, type WordLstmOptions } from './wordLstm';
export { vgg16 } from './vgg';
