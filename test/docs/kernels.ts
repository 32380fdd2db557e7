/** Makes docs/kernels.md of the lowerings and their doc comments: `npm run docs` writes it, kernels.test.ts checks it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import '../../src/engine';
import '../../src/engine/normalize'; // registers its gradient
import { lowerings } from '../../src/engine/lowerings';
import { writeAtomic } from '../../src/system';
import { root } from './documents';

const FOLDER = 'src/engine/lowerings';
export const PAGE = join(root, 'docs/kernels.md');

const known = tf.getKernelsForBackend('cpu').map(({ kernelName }) => kernelName);

/** What is left out, by its reason. */
const GROUPS: [string, RegExp][] = [
  ['Strings', /^(String|StaticRegex)/],
  ['Complex numbers', /^(Complex|FFT|IFFT|Imag|Real$)/],
  ['Ragged and sparse tensors', /^(Ragged|Sparse)/],
  ['Volumes', /3D/],
  ['Boxes and distortions of images', /^(CropAndResize|Draw|FlipLeftRight|NonMaxSuppression|RotateWithOffset|Transform)/],
  ['Random draws, and results whose size depends on values', /^(Multinomial|Unique)/],
  ['Others', /./],
];

interface Kernel {
  name: string;
  remark: string;
}

/** The first sentence about a file of lowerings, and its entries with their doc comments. */
function kind(source: string): { title: string; kernels: Kernel[] } {
  const words = (comment: string): string => comment.replace(/^\s*\*/gm, '').replace(/\s+/g, ' ').trim();
  const title = words(/^\/\*\*(.*?)\*\//s.exec(source)?.[1] ?? '');
  const entries = source.matchAll(/(?:^ {2}\/\*\*((?:(?!\*\/).)*)\*\/\n)?^ {2}(\w+):/gms);
  const kernels = [...entries].map(([, comment = '', name]) => ({ name, remark: words(comment) })).filter(({ name }) => name in lowerings);
  return { title, kernels };
}

/** Of tfjs' own, autograd makes the gradient; of those that are fused, the operation that calls them does. */
const hasGradient = (kernel: string): boolean => tf.getGradient(kernel) !== undefined || /^_?Fused/.test(kernel);

function table(kernels: Kernel[]): string {
  const rows = kernels.map(({ name, remark }) => [`\`${name}\`${known.includes(name) ? '' : ' (own)'}`, hasGradient(name) ? 'yes' : '', remark.replaceAll('|', '\\|')]);
  return [['kernel', 'gradient', 'remarks'], ['---', '---', '---'], ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** @throws Error when the sources name other kernels than are registered */
export function kernelsPage(): string {
  const kinds = readdirSync(join(root, FOLDER))
    .map((name) => kind(readFileSync(join(root, FOLDER, name), 'utf8')))
    .filter(({ kernels }) => kernels.length > 0);
  const named = kinds.flatMap(({ kernels }) => kernels.map(({ name }) => name)).sort();
  const registered = Object.keys(lowerings).sort();
  if (named.join() !== registered.join()) {
    const differing = [...named, ...registered].filter((name, _, all) => all.indexOf(name) === all.lastIndexOf(name));
    throw new Error(`kernels: each lowering must be an entry of a table in ${FOLDER}, indented by two spaces; check ${differing.join(', ')}`);
  }
  const taken = registered.filter((name) => known.includes(name));
  const left = new Set(known.filter((name) => !(name in lowerings)).sort());
  const groups = GROUPS.map(([title, pattern]) => {
    const members = [...left].filter((name) => pattern.test(name));
    members.forEach((name) => left.delete(name));
    return `**${title}**: ${members.map((name) => `\`${name}\``).join(', ')}.`;
  });
  return `${[
    '# Kernels of tfjs in compiled programs',
    `Of the ${known.length} kernels of tfjs' cpu backend, \`compile\` takes ${taken.length}, each tested against that backend with its gradient where tfjs has one, and ${registered.length - taken.length} of the engine's own; an operation that needs another is refused by name. \`npm run docs\` writes this page from the doc comments in \`${FOLDER}\`.`,
    ...kinds.map(({ title, kernels }) => `## ${title.replace(/[.:].*/, '')}\n\n${table(kernels)}`),
    '## Without a lowering',
    ...groups,
  ].join('\n\n')}\n`;
}

if (require.main === module) writeAtomic(PAGE, kernelsPage());
