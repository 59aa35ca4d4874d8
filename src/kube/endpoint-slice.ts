import type { Endpoint } from '../model/endpoints.ts';
import { flag, listOf, object, optional, text, whole, type Decode } from './decode.ts';

/** An EndpointSlice (discovery.k8s.io/v1) of a Service of DNS servers. */
export interface EndpointSliceView {
  readonly ready: readonly Endpoint[];
}

interface Slice {
  readonly addressType: string;
  readonly ports?: readonly Port[] | undefined;
  readonly endpoints?: readonly RawEndpoint[] | undefined;
}

interface Port {
  readonly name?: string | undefined;
  readonly protocol?: string | undefined;
  readonly port?: number | undefined;
}

interface RawEndpoint {
  readonly addresses: readonly string[];
  readonly conditions?: { readonly ready?: boolean | undefined } | undefined;
  readonly targetRef?: { readonly kind?: string | undefined; readonly name?: string | undefined } | undefined;
}

const slice: Decode<Slice> = object<Slice>({
  addressType: text,
  ports: optional(listOf(object<Port>({ name: optional(text), protocol: optional(text), port: optional(whole) }))),
  endpoints: optional(
    listOf(
      object<RawEndpoint>({
        addresses: listOf(text),
        conditions: optional(object<NonNullable<RawEndpoint['conditions']>>({ ready: optional(flag) })),
        targetRef: optional(
          object<NonNullable<RawEndpoint['targetRef']>>({ kind: optional(text), name: optional(text) }),
        ),
      }),
    ),
  ),
});

const DNS_PORTS: readonly (string | undefined)[] = ['dns', 'dns-udp', 'domain'];
const DEFAULT_PORT = 53;

/** Its ready endpoints, each by its first address (the others are interchangeable); none of a slice of host names. */
export function endpointSliceView(raw: unknown): EndpointSliceView {
  const { addressType, ports = [], endpoints = [] } = slice(raw, 'object');
  if (addressType === 'FQDN') return { ready: [] };
  const port = dnsPort(ports);
  const ready = endpoints.flatMap(({ addresses: [address], conditions, targetRef }): Endpoint[] => {
    // Missing means ready (the API's documentation of EndpointConditions).
    if (address === undefined || conditions?.ready === false) return [];
    return [{ name: (targetRef?.kind === 'Pod' ? targetRef.name : undefined) ?? address, address, port }];
  });
  return { ready };
}

function dnsPort(ports: readonly Port[]): number {
  const udp = ports.filter(({ protocol }) => protocol === 'UDP');
  const named = udp.find(({ name }) => DNS_PORTS.includes(name));
  return (named ?? (udp.length === 1 ? udp[0] : undefined))?.port ?? DEFAULT_PORT;
}
