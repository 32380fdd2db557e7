/** `npm run trials -- NAME`: tries values for the numbers of recipes on held-out training images, and writes what they gave to `results/trials/`. */
import { readdirSync } from 'node:fs';

const [name, ...args] = process.argv.slice(2);
const names = readdirSync(__dirname).map((file) => file.replace(/\.ts$/, '')).filter((file) => !['run', 'report'].includes(file));
if (names.includes(name)) void import(`./${name}`).then(({ main }: { main: (args: string[]) => Promise<void> }) => main(args));
else {
  console.error(`trials: must be named, one of ${names.join(', ')}, got ${name ?? 'nothing'}`);
  process.exitCode = 2;
}
