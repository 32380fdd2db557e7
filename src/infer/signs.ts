/** Signs and scales of weights `[..., outputs]` that are ±1 or ± one scale an output; else a weight that is not. */
export function signsOf(weights: Float32Array, outputs: number): { signs: Uint8Array; scales: Float32Array } | number {
  const scales = weights.slice(0, outputs).map(Math.abs);
  const signs = new Uint8Array(weights.length);
  for (let i = 0, output = 0; i < weights.length; i++) {
    const weight = weights[i];
    if (!(Math.abs(weight) === scales[output] && scales[output] > 0 && scales[output] < Infinity)) return weight;
    if (weight > 0) signs[i] = 1;
    if (++output === outputs) output = 0;
  }
  return { signs, scales };
}
