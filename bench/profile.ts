/** `npm run bench:profile -- NET`: where a training step's time goes, by ONNX Runtime's own profile, operator by operator; without a net, of those with convolutions, into profiles.md. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import * as os from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { integers, key, uniform } from '../src/random';
import { textTable, writeAtomic } from '../src/system';
import { crossEntropy, sgd } from '../src/train';
import { compileSteps, imageStep } from '../src/train/step';
import { type BenchName, type NetName, nets, words, wordStep } from './nets';

const STEPS = 8;
/** Not counted: the runtime makes room for its tensors in them. */
const WARM_UP = 3;

interface Event {
  cat: string;
  name: string;
  ts: number;
  dur: number;
  args: { op_name?: string; input_type_shape?: Record<string, number[]>[] };
}

const shapesOf = ({ args }: Event): string => (args.input_type_shape ?? []).map((input) => `[${Object.values(input)[0].join()}]`).join(' ');

/** A net of images as its step is trained. */
function netStep({ batch, create }: (typeof nets)[NetName]) {
  const model = create();
  return { model, ...imageStep(model, batch, crossEntropy), optimizer: sgd({ momentum: 0.9, weightDecay: 5e-4 }) };
}

async function profile(name: BenchName): Promise<string> {
  const folder = mkdtempSync(join(os.tmpdir(), 'squeezelab-profile-'));
  const { batch, title } = name === 'words' ? words : nets[name];
  const step = name === 'words' ? wordStep() : netStep(nets[name]);
  process.env.SQUEEZELAB_PROFILE = join(folder, 'step');
  const steps = await compileSteps({ ...step, counts: [1] });
  const drawn = step.specs.map(({ shape, dtype }, i) => {
    const size = tf.util.sizeFromShape([...shape]);
    return dtype === 'int32' ? integers(key(i), size, name === 'words' ? words.vocabulary : 10) : uniform(key(i), size);
  });
  for (let i = 0; i < WARM_UP + STEPS; i++) await steps.run(drawn, Float32Array.of(1e-6), []);
  await steps.dispose();
  const profiles = readdirSync(folder).map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Event[]);
  rmSync(folder, { recursive: true });
  const events = profiles.reduce((most, one) => (one.length > most.length ? one : most)); // the others put values into buffers

  const runs = events.filter((event) => event.name === 'model_run').slice(WARM_UP);
  // The loop of steps holds all others.
  const nodes = events.filter(({ cat, name, ts, args }) => cat === 'Node' && name.endsWith('_kernel_time') && ts >= runs[0].ts && args.op_name !== 'Scan');
  const whole = runs.reduce((sum, { dur }) => sum + dur, 0);
  const table = (label: string, rows: number, group: (event: Event) => string): string => {
    const times = new Map<string, { time: number; count: number }>();
    for (const node of nodes) {
      const { time, count } = times.get(group(node)) ?? { time: 0, count: 0 };
      times.set(group(node), { time: time + node.dur, count: count + 1 });
    }
    const sorted = [...times].sort(([, a], [, b]) => b.time - a.time).slice(0, rows);
    return textTable([label, 'ms a step', 'share', 'times a step'], sorted.map(([of, { time, count }]) => [of, (time / 1000 / STEPS).toFixed(2), `${((100 * time) / whole).toFixed(1)}%`, String(count / STEPS)]));
  };
  const operators = table('operator', 15, ({ args }) => args.op_name ?? '');
  const shapes = table('operator and shapes of its operands', 20, (event) => `${event.args.op_name} ${shapesOf(event)}`);
  return `## ${title}, batch ${batch}: ${(whole / 1000 / STEPS).toFixed(0)} ms a step\n\n\`\`\`\n${operators}\n${shapes}\`\`\`\n`;
}

async function main(): Promise<void> {
  const name = process.argv[2];
  if (name) {
    if (name !== 'words' && !Object.hasOwn(nets, name)) throw new Error(`profile: the net must be one of ${Object.keys(nets).join(', ')}, words, got ${name}`);
    console.log(await profile(name as BenchName));
    return;
  }
  const sections = ['# Profiles by `npm run bench:profile`', `Do not edit: the command writes this file. ${os.cpus()[0].model}, ${os.availableParallelism()} cores. SGD with momentum and weight decay.`];
  for (const net of ['lenet5', 'resnet20', 'bnn'] as const) sections.push(await profile(net));
  writeAtomic(join(__dirname, 'profiles.md'), sections.join('\n\n'));
}

void main();
