import { key, uniform } from '../../src/random';
import { adam, sgd, type Optimizer } from '../../src/train';
import { type Net, type NetName, nets, type OptimizerName } from '../nets';

const [, , name, optimizerName] = process.argv as [string, string, NetName, OptimizerName];

/** The net that the first argument names, and one batch for it. */
export const net: Net = nets[name];
export const images = uniform(key(1), net.shape.reduce((product, length) => product * length, net.batch));
export const labels = Int32Array.from({ length: net.batch }, (_, i) => i % 10);

const optimizers: Record<OptimizerName, () => Optimizer> = { plain: () => sgd(), sgd: () => sgd({ momentum: 0.9, weightDecay: 5e-4 }), adam: () => adam() };

/** The optimiser that the second argument names. */
export const optimizer = (): Optimizer => optimizers[optimizerName]();
