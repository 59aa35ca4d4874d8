import type { HostStatus } from '../../src/model/api.ts';
import { pathOf } from '../support/objects.ts';
import type { Landscape } from './landscape.ts';
import { whole } from './cluster.ts';

export const AUDIENCES = ['Nodes', 'Pods', 'LAN'] as const;
export type Audience = (typeof AUDIENCES)[number];

/** What the operator says about a host to one audience. */
export interface Said {
  readonly verdict: string;
  /** Reason and message of the audience's condition. */
  readonly reason: string;
  readonly message: string;
}

/** Host (short) -> audience -> what is stored. */
export type Verdicts = Readonly<Record<string, Readonly<Record<Audience, Said>>>>;

/** Reads what the operator has stored of hosts. */
export const readVerdicts = async ({ client }: Landscape, hosts: readonly string[]): Promise<Verdicts> => {
  const { body } = await client.get(pathOf({ kind: 'SplitHorizonHost', metadata: {} }));
  const statusOf = (short: string): Partial<HostStatus> =>
    body.items?.find(({ metadata }) => metadata.name === whole(short))?.status ?? {};
  return Object.fromEntries(
    hosts.map((host) => [host, Object.fromEntries(AUDIENCES.map((one) => [one, said(statusOf(host), one)]))]),
  ) as Verdicts;
};

const said = ({ audiences = [], conditions = [] }: Partial<HostStatus>, audience: Audience): Said => {
  const condition = conditions.find(({ type }) => type === `${audience}Resolve`);
  return {
    verdict: audiences.find(({ name }) => name === audience)?.verdict ?? '-',
    reason: condition?.reason ?? '-',
    message: condition?.message ?? '',
  };
};
