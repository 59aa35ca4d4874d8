import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { bundle } from '../build.ts';
import { measure, type Row } from './measure.ts';
import { BUNDLE } from './world.ts';

/**
 * `npm run bench [-- --sizes 1000,10000]`: the rows of the budget on the real kube-apiserver, each beside the bare figure
 * of the same run; prints a table and writes dist/bench.json. Nothing is asserted: machines are noisy.
 */
const { values } = parseArgs({ options: { sizes: { type: 'string', default: '100,1000,10000' } } });
const sizes = values.sizes.split(',').map(Number);
if (!sizes.every((size) => Number.isInteger(size) && size > 0 && size <= 20_000)) {
  console.error('--sizes: give whole numbers from 1 to 20000, such as 1000,10000');
  process.exit(2);
}

const out = dirname(BUNDLE);
await mkdir(out, { recursive: true });
await bundle(BUNDLE);
const rows: Row[] = [];
for (const size of sizes) {
  console.error(`── ${size} Ingresses`);
  rows.push(...(await measure(size, (what) => console.error(`   ${what}`))));
}
console.table(
  rows.map(({ hosts, what, figure, budget, bare }) => ({ hosts, what, figure, budget, 'bare, same run': bare })),
);
const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version };
await writeFile(
  join(out, 'bench.json'),
  `${JSON.stringify({ at: new Date().toISOString(), machine, rows }, null, 2)}\n`,
);
