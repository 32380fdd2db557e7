/** The same step in tfjs as it is, operation by operation, on the backend that the second argument names. */
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { lenet300 } from '../../src/models';
import { key } from '../../src/random';
import { crossEntropy } from '../../src/train';
import { trainable } from '../../src/weights';
import { batch, images, labels, optimizer, rate, serve } from './peer';

async function main(): Promise<void> {
  await tf.setBackend(process.argv[3]);
  const model = lenet300(key(0));
  const chosen = optimizer();
  const parameters = trainable(model);
  const updater = chosen.create(parameters);
  const [x, y] = [tf.tensor(images, [batch, 784]), tf.tensor(labels, [batch], 'int32')];
  await serve(async () => {
    const loss = tf.tidy(() => {
      const { value, grads } = tf.variableGrads(() => crossEntropy(y, model.apply(x, { training: true }) as tf.Tensor), parameters);
      updater.update(parameters.map(({ name }) => grads[name]), tf.scalar(chosen.rate(rate, 0)));
      return value;
    });
    await loss.data();
    loss.dispose();
  });
}

void main();
