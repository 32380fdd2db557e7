/** Labels at even steps where the ends are not twice as far as each other, at every digit within a small range, at 1, 2, 5, 10, 20, 50 where those have room, else at powers of ten. */
export function logAxis(values: number[]) {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const step = 10 ** Math.ceil(Math.log10((most - least) / 10));
  const range = most / least;
  return { type: 'log', tickformat: '~g', dtick: range === 1 || range >= 1000 ? 1 : range < 2 ? `L${step}` : range < 4 ? 'D1' : 'D2' };
}
