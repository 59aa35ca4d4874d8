import { readFile } from 'node:fs/promises';
import { pathOf } from '../support/objects.ts';
import { buildLandscape } from './landscape.ts';
import { play } from './play.ts';
import type { Programs } from './programs.ts';
import { tableOf } from './report.ts';
import { openScene } from './scene.ts';
import { around } from './stages/around.ts';
import { incident } from './stages/incident.ts';

/**
 * Plays the stages in the present network namespace, which must be a fresh one: `replay.ts PROGRAMS-AS-JSON`. Ends early,
 * cleaned up, when its standard input does. Exit code 1 on any difference.
 */
const programs = JSON.parse(process.argv[2] ?? '') as Programs;
const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopping.abort());
process.stdin.on('end', () => stopping.abort()).resume();

const landscape = await buildLandscape(programs);
const stopped = new Promise<'stopped'>((resolve) => {
  stopping.signal.addEventListener('abort', () => resolve('stopped'), { once: true });
  if (stopping.signal.aborted) resolve('stopped');
});
let [passed, failed] = [0, 0];
try {
  const scene = openScene(landscape);
  const watch = await landscape.client.watch(pathOf({ kind: 'SplitHorizonHost', metadata: {} }));
  for (const stage of [...incident(), ...around()]) {
    console.log(`\n── ${stage.id} ${stage.title}`);
    const outcome = await Promise.race([play(stage, scene, watch), stopped]);
    if (outcome === 'stopped') break;
    console.log(tableOf(outcome));
    for (const difference of outcome.differences) console.log(`   DIFFERENCE: ${difference}`);
    console.log(
      `   verdicts after ${outcome.settledSeconds.toFixed(1)} s, seen in ${outcome.seenSeconds.toFixed(1)} s`,
    );
    if (outcome.differences.length === 0) passed += 1;
    else failed += 1;
  }
  watch.close();
} finally {
  if (failed > 0) console.log(await readFile(`${landscape.pod.root}/operator.log`, 'utf8').then(lastLines, () => ''));
  await landscape.close();
  process.stdin.destroy();
}
if (stopping.signal.aborted) failed += 1;
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

function lastLines(text: string): string {
  return `The end of the operator's log:\n${text.trimEnd().split('\n').slice(-20).join('\n')}`;
}
