/** The same step in tfjs as it is, operation by operation, on the backend that the third argument names. */
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { crossEntropy } from '../../src/train';
import { images, labels, net, optimizer } from './peer';
import { rate, serve } from './serve';
import { trainable } from '../../src/weights/model';

async function main(): Promise<void> {
  await tf.setBackend(process.argv[4]);
  const model = net.create();
  const chosen = optimizer();
  const parameters = trainable(model);
  const updater = chosen.create(parameters);
  const [x, y] = [tf.tensor(images, [net.batch, ...net.shape]), tf.tensor(labels, [net.batch], 'int32')];
  const step = async () => {
    const loss = tf.tidy(() => {
      const { value, grads } = tf.variableGrads(() => crossEntropy(y, model.apply(x, { training: true }) as tf.Tensor), parameters);
      const rates = tf.scalar(chosen.rate(rate, 0));
      updater.update(parameters.map(({ name }) => grads[name]), parameters.map(() => rates));
      return value;
    });
    await loss.data();
    loss.dispose();
  };
  await serve(step, { prepared: 0 });
}

void main();
