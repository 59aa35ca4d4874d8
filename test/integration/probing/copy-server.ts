import { AUTHORITATIVE_ANSWER, decode, encode, type Answer } from 'dns-packet';
import { listenDns } from '../../standin/resolver/dns-listener.ts';
import type { PlainRecord } from '../../standin/technitium/plain-record.ts';
import type { TechnitiumStandIn } from '../../standin/technitium/technitium-stand-in.ts';
import type { Player } from '../../support/probing-stage.ts';

const NXDOMAIN = 3;

/** A second server of a zone: it answers from a copy that it takes when told to, as a replica whose transfers are late. */
export interface CopyServer {
  /** `127.0.0.1:port` */
  readonly address: string;
  /** Takes the zone as it is now; with a serial of its own on demand. */
  transfer(serial?: number): void;
  /** How often a name was asked for. */
  countOf(name: string): number;
}

/** Starts the server with a copy of the zone as it is now; it ends with the test. */
export const startCopy = async (
  { onTestFinished }: Pick<Player, 'onTestFinished'>,
  technitium: TechnitiumStandIn,
  zone: string,
): Promise<CopyServer> => {
  let serial = 0;
  let records: readonly PlainRecord[] = [];
  const asked: string[] = [];
  const transfer = (given = technitium.serial(zone)): void => {
    serial = given;
    records = technitium.records(zone);
  };
  const soa = (): Answer => ({
    type: 'SOA',
    name: zone,
    ttl: 900,
    data: {
      mname: 'dns1.test',
      rname: 'hostadmin.dns1.test',
      serial,
      refresh: 900,
      retry: 300,
      expire: 604800,
      minimum: 1,
    },
  });
  /** The records of one type at a name, those behind its CNAME included. */
  const find = (name: string, type: string): Answer[] => {
    const here = records.filter((record) => record.name.toLowerCase() === name);
    const alias = here.find((record) => record.type === 'CNAME');
    if (alias !== undefined) {
      return [{ type: 'CNAME', name, ttl: alias.ttl, data: alias.value }, ...find(alias.value.toLowerCase(), type)];
    }
    return here
      .filter((record) => record.type === type)
      .map(({ ttl, value }) => ({ type: type as 'A', name, ttl, data: value }));
  };
  const listener = await listenDns(({ packet, respond }) => {
    const { id = 0, questions = [] } = decode(packet);
    const [question] = questions;
    if (question === undefined) return;
    const name = question.name.toLowerCase();
    asked.push(name);
    const answers = question.type === 'SOA' ? [soa()] : find(name, question.type);
    const exists = name === zone || records.some((record) => record.name.toLowerCase() === name);
    const flags = AUTHORITATIVE_ANSWER | (exists ? 0 : NXDOMAIN);
    respond(
      encode({ type: 'response', id, flags, questions, answers, authorities: answers.length > 0 ? [] : [soa()] }),
    );
  });
  onTestFinished(() => listener.close());
  transfer();
  return {
    address: `127.0.0.1:${listener.port}`,
    transfer,
    countOf: (name) => asked.filter((each) => each === name).length,
  };
};
