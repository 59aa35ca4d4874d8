import type { StandInApi } from '../standin/apiserver/server.ts';
import type { ApiClient } from './api-client.ts';
import type { ApiServer } from './api-server.ts';

/** The resources that the operator writes. */
const WRITTEN = ['splithorizonhosts', 'splithorizonzones', 'splithorizonvantages', 'events'];

/** One line of the real server's metric of requests: its labels and its count. */
const SAMPLE = /^apiserver_request_total\{(?<labels>[^}]*)\} (?<count>\S+)$/gm;
const WRITE_VERBS = /verb="(?:POST|PUT|PATCH|APPLY|DELETE)"/;

/**
 * How many requests so far, by anybody, wrote objects of the kinds that the operator writes, those that changed nothing
 * included: by the counters of the stand-in, or the metrics of the real server.
 */
export const kubernetesWrites = async (server: ApiServer, client: ApiClient): Promise<number> => {
  if ('api' in server) {
    const { api } = server as { api: StandInApi };
    return WRITTEN.reduce((sum, plural) => sum + api.writes(plural), 0);
  }
  const { body } = await client.get('/metrics');
  return [...(body.message ?? '').matchAll(SAMPLE)]
    .map(({ groups }) => groups as { labels: string; count: string })
    .filter(({ labels }) => WRITE_VERBS.test(labels))
    .filter(({ labels }) => WRITTEN.some((plural) => labels.includes(`resource="${plural}"`)))
    .reduce((sum, { count }) => sum + Number(count), 0);
};
