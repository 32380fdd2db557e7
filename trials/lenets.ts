/** `npm run trials -- lenets [NET...]`: first rates of the references, and budgets of our own Deep Compression, on held-out training images. */
import { copyModel, mnist } from '../src';
import { type CompressionSettings, compressionSettings, compressOurWay, type Images, type LeNet, lenets, reference, trialImages, trialSeeds } from '../src/recipes';
import { report, type Trial } from './report';

/**
 * Beside what the recipes use. LeNet-300-100 at 0.2 errs less than the paper's net; at 0.1 it errs as often, and what is pruned is compared with a net like the paper's. At 0.1 LeNet-5's loss is NaN within 50 steps.
 */
const otherRates: Record<LeNet, number[]> = { 'LeNet-300-100': [0.05, 0.2, 0.4], 'LeNet-5': [0.02] };
/** Beside those of the recipes. Chosen: the smallest file that errs at most 0.1 points more than the reference; of LeNet-5's two, which differ by less than the spread, the smaller. */
const otherBudgets: Record<LeNet, number[][]> = {
  'LeNet-300-100': [[0.03, 0.03, 0.02], [0.02, 0.01, 0.01]],
  'LeNet-5': [[0.015, 0.0075]],
};

const trained = (net: LeNet, images: Images, seed: number, rate: number) =>
  reference(net, images, { seed, epochs: lenets[net].epochs.paper, rate, stage: `trial, reference at ${rate}` });

async function* rateTrials(net: LeNet, images: Images): AsyncGenerator<Trial> {
  for (const seed of trialSeeds)
    for (const rate of [lenets[net].rate, ...otherRates[net]]) {
      const { model, error } = await trained(net, images, seed, rate);
      model.dispose();
      yield { net, quantity: 'first rate of the reference', value: String(rate), seed, error };
    }
}

async function* budgetTrials(net: LeNet, images: Images): AsyncGenerator<Trial> {
  for (const seed of trialSeeds) {
    const { model, error } = await trained(net, images, seed, lenets[net].rate);
    const settings = compressionSettings[net].paper;
    for (const pruning of [settings.budgets.pruning, ...otherBudgets[net]]) {
      const changed: CompressionSettings = { ...settings, budgets: { ...settings.budgets, pruning } };
      const { file } = await compressOurWay(await copyModel(model), images, seed, changed);
      yield { net, quantity: 'budgets of pruning (nats)', value: pruning.join(', '), seed, error: file.error, above: file.error - error, bytes: file.bytes };
    }
    model.dispose();
  }
}

/** @param nets both if none is named */
export async function main(nets: string[]): Promise<void> {
  const images = trialImages(await mnist());
  for (const net of (Object.keys(lenets) as LeNet[]).filter((net) => !nets.length || nets.includes(net))) {
    const trials: Trial[] = [];
    for (const kind of [rateTrials, budgetTrials]) for await (const trial of kind(net, images)) report(net, trials, trial);
  }
}
