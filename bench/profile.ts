/** `npm run bench:profile -- NET`: where a training step's time goes, by ONNX Runtime's own profile, operator by operator. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { key, uniform } from '../src/random';
import { textTable } from '../src/system';
import { crossEntropy, sgd } from '../src/train';
import { compileSteps } from '../src/train/step';
import { type NetName, nets } from './nets';

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

async function main(): Promise<void> {
  const name = (process.argv[2] ?? 'resnet20') as NetName;
  if (!(name in nets)) throw new Error(`profile: the net must be one of ${Object.keys(nets).join(', ')}, got ${name}`);
  const folder = mkdtempSync(join(tmpdir(), 'squeezelab-profile-'));
  process.env.SQUEEZELAB_PROFILE = join(folder, 'step');
  const { batch, shape, create, title } = nets[name];
  const optimizer = sgd({ momentum: 0.9, weightDecay: 5e-4 });
  const steps = await compileSteps(create(), batch, crossEntropy, optimizer, [1]);
  const images = uniform(key(1), shape.reduce((product, length) => product * length, batch));
  const labels = Int32Array.from({ length: batch }, (_, i) => i % 10);
  for (let i = 0; i < WARM_UP + STEPS; i++) await steps.run(images, labels, Float32Array.of(1e-6), []);
  await steps.dispose();
  const [file] = readdirSync(folder);
  const events = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Event[];
  rmSync(folder, { recursive: true });

  const runs = events.filter((event) => event.name === 'model_run').slice(WARM_UP);
  const nodes = events.filter(({ cat, name, ts }) => cat === 'Node' && name.endsWith('_kernel_time') && ts >= runs[0].ts);
  const whole = runs.reduce((sum, { dur }) => sum + dur, 0);
  const table = (label: string, group: (event: Event) => string, rows: number): string => {
    const times = new Map<string, { time: number; count: number }>();
    for (const node of nodes) {
      const of = group(node);
      const { time, count } = times.get(of) ?? { time: 0, count: 0 };
      times.set(of, { time: time + node.dur, count: count + 1 });
    }
    const sorted = [...times].sort(([, a], [, b]) => b.time - a.time).slice(0, rows);
    return textTable([label, 'ms a step', 'share', 'times a step'], sorted.map(([of, { time, count }]) => [of, (time / 1000 / STEPS).toFixed(2), `${((100 * time) / whole).toFixed(1)}%`, String(count / STEPS)]));
  };
  console.log(`${title}, batch ${batch}: ${(whole / 1000 / STEPS).toFixed(1)} ms a step\n`);
  console.log(table('operator', ({ args }) => args.op_name ?? '', 25));
  console.log(table('operator and shapes', (event) => `${event.args.op_name} ${shapesOf(event)}`, 40));
}

void main();
