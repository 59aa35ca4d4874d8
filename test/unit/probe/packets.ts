import { encode, RECURSION_AVAILABLE, RECURSION_DESIRED, type Answer, type Packet } from 'dns-packet';
import { encodeQuestion, type AskedType } from '../../../src/probe/question.ts';

export const ID = 0x1234;
const RCODES = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'];

/** The query for a name, with the id `ID`. */
export const queryFor = (name: string, type: AskedType = 'A'): Buffer =>
  encodeQuestion({ name, type }, () => ID / 0x10000);

/** What a server answers to `queryFor(name, type)`, changed at will. */
export const responseTo = (name: string, type: AskedType, changes: Packet & { rcode?: string } = {}): Buffer => {
  const flags = RECURSION_DESIRED | RECURSION_AVAILABLE | RCODES.indexOf(changes.rcode ?? 'NOERROR');
  return encode({ type: 'response', id: ID, flags, questions: [{ name, type }], ...changes });
};

export const a = (name: string, data: string, ttl = 60): Answer => ({ type: 'A', name, data, ttl });
export const aaaa = (name: string, data: string, ttl = 60): Answer => ({ type: 'AAAA', name, data, ttl });
export const cname = (name: string, data: string, ttl = 300): Answer => ({ type: 'CNAME', name, data, ttl });
export const soa = (name: string, minimum = 900, ttl = 900): Answer => {
  const data = {
    mname: 'NS1.example.com',
    rname: 'hostadmin.example.com',
    serial: 7,
    refresh: 900,
    retry: 300,
    expire: 604800,
    minimum,
  };
  return { type: 'SOA', name, ttl, data };
};
