/** The windows of convolutions and pooling. */
import type * as tf from '@tensorflow/tfjs';

export type Info = tf.backend_util.Conv2DInfo;
export interface Window {
  filter: number[];
  strides: number[];
  dilations: number[];
  /** Padding. */
  before: number[];
  after: number[];
}

/** Along height and width. */
export const windowOf = (info: Info): Window => ({
  filter: [info.filterHeight, info.filterWidth],
  strides: [info.strideHeight, info.strideWidth],
  dilations: [info.dilationHeight, info.dilationWidth],
  before: [info.padInfo.top, info.padInfo.left],
  after: [info.padInfo.bottom, info.padInfo.right],
});

/** `[batch, channels, height, width]` of the input and the output. */
export const planeShapes = (info: Info): { input: number[]; output: number[] } => ({
  input: [info.batchSize, info.inChannels, info.inHeight, info.inWidth],
  output: [info.batchSize, info.outChannels, info.outHeight, info.outWidth],
});
