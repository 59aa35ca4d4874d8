import { askAddresses, type AskOptions, type ResolvedName } from '../probe/ask.ts';
import { parseResolvConf } from '../probe/resolv-conf.ts';

/** Resolves a name as libc would by this resolver configuration: the first nameserver that gives an answer decides. */
export async function resolveName(
  name: string,
  conf: string,
  options: Pick<AskOptions, 'signal' | 'random'>,
): Promise<ResolvedName | undefined> {
  const { nameservers, timeoutSeconds, attempts } = parseResolvConf(conf);
  for (const server of nameservers.filter(({ used }) => used)) {
    const found = await askAddresses({ ...options, server, timeoutMs: timeoutSeconds * 1000, attempts }, name);
    if (found !== undefined) return found;
  }
  return undefined;
}
