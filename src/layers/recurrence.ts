/** The recurrence of an LSTM with its gradient written out: what all steps need alike is computed for all of them at once, and seven operations are left of each. */
import * as tf from '@tensorflow/tfjs';
import { customGradients } from '../engine';

const product = (a: tf.Tensor, b: tf.Tensor, transposeA = false, transposeB = false): tf.Tensor => tf.matMul(a, b, transposeA, transposeB);

/**
 * All outputs of an LSTM, h₁ to h_n, and after them the last c, as rows `[(steps + 1) · batch, units]`.
 *
 * a_t = gates_t + h_{t−1} U; i, f, o = σ and g = tanh of their parts; c_t = f c_{t−1} + i g; h_t = o tanh(c_t).
 *
 * @param gates what the inputs give to the gates i, f, g, o, step after step, `[steps · batch, 4 units]`
 * @param recurrent U `[units, 4 units]`
 * @param h0 `[batch, units]`
 * @param c0 `[batch, units]`
 */
export function unrolled(gates: tf.Tensor, recurrent: tf.Tensor, h0: tf.Tensor, c0: tf.Tensor): tf.Tensor {
  return customGradients(
    [gates, recurrent, h0, c0],
    (_, save) => {
      const { activations, cells, outputs } = run(gates, recurrent, h0, c0);
      save(recurrent, h0, c0, ...activations, cells, outputs);
      return tf.concat([outputs, tf.slice(cells, [cells.shape[0] - h0.shape[0], 0], h0.shape)]);
    },
    (dy, ...saved) => back(dy, saved),
  );
}

interface Forward {
  /** i, f, g, o of all steps, `[steps · batch, units]` each. */
  activations: tf.Tensor[];
  /** c_t and h_t of all steps. */
  cells: tf.Tensor;
  outputs: tf.Tensor;
}

function run(gates: tf.Tensor, recurrent: tf.Tensor, h0: tf.Tensor, c0: tf.Tensor): Forward {
  const [batch, units] = h0.shape;
  const parts = Array<number>(4).fill(units);
  const activations: tf.Tensor[][] = [[], [], [], []];
  const [cells, outputs]: tf.Tensor[][] = [[], []];
  let [h, c] = [h0, c0];
  for (const own of tf.split(gates, gates.shape[0] / batch)) {
    const sums = tf.add(product(h, recurrent), own);
    const [i, f, , o] = tf.split(tf.sigmoid(sums), parts, 1);
    const g = tf.tanh(tf.slice(sums, [0, 2 * units], [batch, units]));
    c = tf.add(tf.mul(f, c), tf.mul(i, g));
    h = tf.mul(o, tf.tanh(c));
    [i, f, g, o].forEach((values, k) => activations[k].push(values));
    cells.push(c);
    outputs.push(h);
  }
  return { activations: activations.map((values) => tf.concat(values)), cells: tf.concat(cells), outputs: tf.concat(outputs) };
}

function back(dy: tf.Tensor, [recurrent, h0, c0, i, f, g, o, cells, outputs]: tf.Tensor[]): tf.Tensor[] {
  const [batch, units] = h0.shape;
  const count = outputs.shape[0];
  const steps = count / batch;
  const before = (first: tf.Tensor, all: tf.Tensor) => (steps > 1 ? tf.concat([first, tf.slice(all, [0, 0], [count - batch, units])]) : first);
  const byStep = (all: tf.Tensor) => tf.split(all, steps);
  const one = tf.scalar(1);
  const slope = (y: tf.Tensor) => tf.mul(y, tf.sub(one, y)); // of a sigmoid
  const tanh = tf.tanh(cells);
  const ofCell = byStep(tf.mul(o, tf.sub(one, tf.square(tanh)))); // dh_t to dc_t
  const factors = byStep(tf.concat([tf.mul(g, slope(i)), tf.mul(before(c0, cells), slope(f)), tf.mul(i, tf.sub(one, tf.square(g))), tf.mul(tanh, slope(o))], 1)); // dc, dc, dc, dh to the gates
  const forget = byStep(f);
  const [ofOutputs, ofLast] = [byStep(tf.slice(dy, [0, 0], [count, units])), tf.slice(dy, [count, 0], [batch, units])];
  const ofGates: tf.Tensor[] = [];
  let dc: tf.Tensor = ofLast;
  let dh: tf.Tensor = ofOutputs[steps - 1];
  for (let step = steps - 1; step >= 0; step--) {
    const cell = tf.add(tf.mul(dh, ofCell[step]), dc);
    const own = tf.mul(tf.concat([cell, cell, cell, dh], 1), factors[step]);
    ofGates.unshift(own);
    dc = tf.mul(cell, forget[step]);
    const through = product(own, recurrent, false, true);
    dh = step > 0 ? tf.add(through, ofOutputs[step - 1]) : through;
  }
  const all = tf.concat(ofGates);
  return [all, product(before(h0, outputs), all, true), dh, dc];
}
