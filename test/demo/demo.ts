import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { buildStage, lastLogLines, type Stage } from './stage.ts';
import { ACTS, until, type Act } from './story.ts';
import { printTable } from './table.ts';

/** `npm run demo [-- --stay]`: plays the story with the real operator; exit 0 when every act came out as it should. */
const { values } = parseArgs({ options: { stay: { type: 'boolean', default: false } } });

interface HostObject {
  readonly metadata: { readonly name: string };
  readonly status?: {
    readonly audiences?: readonly { readonly verdict: string }[];
    readonly conditions?: readonly Condition[];
  };
}
interface Condition {
  readonly type: string;
  readonly status: string;
  readonly message: string;
}

async function hosts({ client }: Stage): Promise<readonly HostObject[]> {
  const { body } = await client.get('/apis/splithorizon.dev/v1alpha1/splithorizonhosts');
  return (body.items ?? []) as unknown as readonly HostObject[];
}

async function cameOut(stage: Stage, { expected }: Act): Promise<boolean> {
  const found = await hosts(stage);
  return Object.entries(expected).every(([host, verdicts]) => {
    const audiences = found.find(({ metadata }) => metadata.name === host)?.status?.audiences ?? [];
    return verdicts.every((verdict, index) => audiences[index]?.verdict === verdict);
  });
}

async function play(stage: Stage, act: Act, number: number): Promise<void> {
  console.log(`\n── Act ${number}: ${act.title}\n   ${act.what}\n`);
  const startedAt = performance.now();
  await act.play(stage);
  await until(`act ${number} to come out`, () => cameOut(stage, act));
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log((await printTable(stage.client, 'splithorizonhosts')).replace(/^/gm, '   '));
  console.log(`\n   ${act.why} (${seconds} s)`);
  const [failing] = (await hosts(stage)).flatMap(({ metadata, status }) => {
    const ready = status?.conditions?.find(({ type }) => type === 'Ready');
    return ready === undefined || ready.status === 'True' ? [] : [`${metadata.name}: ${ready.message}`];
  });
  if (failing !== undefined) console.log(`   The object says it: ${failing}`);
}

const stage = await buildStage();
console.log(
  `API server: ${stage.apiKind}. Technitium: stand-in at ${stage.technitium.url}, DNS ${stage.technitium.dns}.`,
);
try {
  for (const [index, act] of ACTS.entries()) await play(stage, act, index + 1);
  console.log('\nEvery act came out as it should.');
  if (values.stay) {
    console.log(
      `\nStaying. Try it with:\n  export KUBECONFIG=${stage.kubeconfig}\n  kubectl get splithorizonhosts -o wide\nCtrl-C ends it.`,
    );
    await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  }
} catch (error) {
  console.error(`\nThe story went wrong: ${error instanceof Error ? error.message : String(error)}`);
  console.error(await printTable(stage.client, 'splithorizonhosts'));
  console.error(await lastLogLines(stage));
  process.exitCode = 1;
} finally {
  await stage.close();
}
