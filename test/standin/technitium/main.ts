import { once } from 'node:events';
import { parseArgs } from 'node:util';
import type { Version } from './call.ts';
import { parseTranslation } from './translation.ts';
import { TechnitiumStandIn, type StandInOptions } from './technitium-stand-in.ts';

/** @throws Error that says which flag is wrong */
function readFlags(args: readonly string[]): StandInOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      http: { type: 'string', default: '0' },
      dns: { type: 'string', default: '0' },
      version: { type: 'string', default: '15.2' },
      'admin-password': { type: 'string', default: 'admin' },
      domain: { type: 'string', default: 'dns1.test' },
      'soa-minimum': { type: 'string', default: '900' },
      translate: { type: 'string', multiple: true, default: [] },
    },
  });
  const number = (flag: 'http' | 'dns' | 'soa-minimum', max: number): number => {
    const value = Number(values[flag]);
    if (!/^\d+$/.test(values[flag]) || value > max)
      throw new Error(`--${flag} ${values[flag]}: a number from 0 to ${max} is wanted`);
    return value;
  };
  const versions: readonly string[] = ['15.2', '14.3'] satisfies Version[];
  if (!versions.includes(values.version)) throw new Error(`--version ${values.version}: ${versions.join(' or ')}`);
  return {
    httpPort: number('http', 65_535),
    dnsPort: number('dns', 65_535),
    version: values.version as Version,
    adminPassword: values['admin-password'],
    domain: values.domain,
    soaMinimum: number('soa-minimum', 604_800),
    translations: values.translate.map(parseTranslation),
  };
}

async function run(args: readonly string[]): Promise<void> {
  let options: StandInOptions;
  try {
    options = readFlags(args);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
    return;
  }
  const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await using standIn = await TechnitiumStandIn.start(options);
  console.log(`ready ${standIn.url} ${standIn.dns}`);
  await stopped;
}

await run(process.argv.slice(2));
