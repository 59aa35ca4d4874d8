import type {
  Condition,
  HostSpec,
  HostStatus,
  LabelSelector,
  PreviousAddresses,
  Report,
  ReportAnswer,
  ReportGroup,
  ReportUnasked,
  ServiceRef,
  VantageSpec,
  VantageStatus,
  ZoneSpec,
  ZoneStatus,
} from '../model/api.ts';
import { AUDIENCES } from '../model/verdict.ts';
import { flag, listOf, object, oneOf, optional, text, texts as labels, whole, type Decode } from './decode.ts';

/*
 * The specs and statuses of crds/*.yaml as this version of the operator knows them. The API server has checked values
 * against its CRD already; what this guards against is a CRD of another version, whose defaults or types differ.
 */

const texts = listOf(text);
const audiences = optional(listOf(oneOf(...AUDIENCES)));
const serviceRef: Decode<ServiceRef> = object<ServiceRef>({ namespace: text, name: text });

const secretRef = object<ZoneSpec['technitium']['secretRef']>({ name: text });

const labelSelector: Decode<LabelSelector> = object<LabelSelector>({
  matchLabels: labels,
  matchExpressions: optional(
    listOf(
      object<Item<LabelSelector['matchExpressions']>>({
        key: text,
        operator: oneOf('In', 'NotIn', 'Exists', 'DoesNotExist'),
        values: optional(texts),
      }),
    ),
  ),
});

const conditions: Decode<readonly Condition[]> = (value, where) => optional(knownConditions)(value, where) ?? [];
const knownConditions = listOf(
  object<Condition>({
    type: text,
    status: text,
    reason: text,
    message: text,
    observedGeneration: optional(whole),
    lastTransitionTime: optional(text),
  }),
);
const previous = optional(
  listOf(object<PreviousAddresses>({ addresses: texts, ttlSeconds: whole, levelSince: optional(text) })),
);

type Item<List> = List extends readonly (infer Element)[] ? Element : never;

type Target = Item<ZoneSpec['targets']>;

export const zoneSpec: Decode<ZoneSpec> = object<ZoneSpec>({
  ownerId: text,
  technitium: object<ZoneSpec['technitium']>({
    url: text,
    caBundle: optional(text),
    secretRef,
    servers: optional(
      listOf(
        object<Item<ZoneSpec['technitium']['servers']>>({
          name: text,
          address: optional(text),
          serviceRef: optional(serviceRef),
          url: optional(text),
          apiPort: optional(whole),
          secretRef: optional(secretRef),
          maxLagSeconds: optional(whole),
        }),
      ),
    ),
  }),
  targets: listOf(
    object<Target>({
      record: text,
      serviceRef: optional(serviceRef),
      serviceSelector: optional(
        object<NonNullable<Target['serviceSelector']>>({ namespace: text, matchLabels: labels }),
      ),
      ingressClassNames: texts,
      ttlSeconds: whole,
    }),
  ),
  hosts: object<ZoneSpec['hosts']>({ ttlSeconds: whole }),
  sources: listOf(
    object<Item<ZoneSpec['sources']>>({
      kind: oneOf('Ingress', 'IngressRoute', 'Service'),
      namespaceSelector: optional(labelSelector),
    }),
  ),
  audiences,
  exclude: texts,
  policy: oneOf('Sync', 'UpsertOnly', 'DryRun'),
  adoption: oneOf('Matching', 'Never', 'Always'),
  deletionGuard: object<ZoneSpec['deletionGuard']>({
    graceSeconds: whole,
    free: whole,
    maxPercent: whole,
    maxRecords: whole,
    windowSeconds: whole,
  }),
  publicAddresses: listOf(object<Item<ZoneSpec['publicAddresses']>>({ cidr: text, kind: oneOf('Hairpin', 'Edge') })),
  acceptedFallbacks: listOf(object<Item<ZoneSpec['acceptedFallbacks']>>({ address: text, reason: text })),
  probe: object<ZoneSpec['probe']>({ canarySeconds: whole, rotationSeconds: whole }),
});

export const zoneStatus: Decode<ZoneStatus> = object<ZoneStatus>({
  observedGeneration: optional(whole),
  targets: optional(
    listOf(object<Item<ZoneStatus['targets']>>({ record: text, addresses: texts, since: optional(text), previous })),
  ),
  hosts: optional(object<NonNullable<ZoneStatus['hosts']>>({ total: whole, ready: whole, conflicting: whole })),
  summary: optional(object<NonNullable<ZoneStatus['summary']>>({ target: optional(text), hosts: optional(text) })),
  servers: optional(
    listOf(
      object<Item<ZoneStatus['servers']>>({
        name: text,
        address: optional(text),
        serial: optional(whole),
        reason: optional(text),
      }),
    ),
  ),
  cluster: optional(text),
  pendingDeletions: optional(
    object<NonNullable<ZoneStatus['pendingDeletions']>>({ id: text, since: text, count: whole, sample: texts }),
  ),
  recentDeletions: optional(texts),
  conditions,
});

export const hostSpec: Decode<HostSpec> = object<HostSpec>({
  host: text,
  record: oneOf('Managed', 'Observed'),
  target: optional(
    object<NonNullable<HostSpec['target']>>({
      addresses: optional(texts),
      serviceRef: optional(serviceRef),
      cname: optional(text),
    }),
  ),
  audiences,
});

type Audience = Item<HostStatus['audiences']>;

export const hostStatus: Decode<HostStatus> = object<HostStatus>({
  observedGeneration: optional(whole),
  zone: optional(text),
  sources: optional(
    listOf(
      object<Item<HostStatus['sources']>>({
        kind: text,
        group: optional(text),
        namespace: text,
        name: text,
        conflict: optional(flag),
      }),
    ),
  ),
  moreSources: optional(whole),
  target: optional(text),
  summary: optional(object<NonNullable<HostStatus['summary']>>({ source: optional(text), record: optional(text) })),
  previous,
  records: optional(
    listOf(
      object<Item<HostStatus['records']>>({
        name: text,
        type: text,
        ttlSeconds: whole,
        values: texts,
        adopted: optional(flag),
      }),
    ),
  ),
  audiences: optional(
    listOf(
      object<Audience>({
        name: text,
        verdict: text,
        failing: optional(
          listOf(
            object<Item<Audience['failing']>>({
              vantage: text,
              nameserver: text,
              verdict: text,
              expected: optional(texts),
              answers: optional(texts),
            }),
          ),
        ),
        more: optional(whole),
      }),
    ),
  ),
  deletion: optional(
    object<NonNullable<HostStatus['deletion']>>({ since: text, evidence: text, snapshot: optional(text) }),
  ),
  conditions,
});

export const vantageSpec: Decode<VantageSpec> = object<VantageSpec>({
  audience: oneOf(...AUDIENCES),
  resolvers: optional(listOf(object<Item<VantageSpec['resolvers']>>({ address: text }))),
  agent: optional(object<NonNullable<VantageSpec['agent']>>({})),
});

const answer = object<ReportAnswer>({
  outcome: text,
  rcode: optional(text),
  values: optional(texts),
  chain: optional(texts),
  soa: optional(object<NonNullable<ReportAnswer['soa']>>({ mname: text, rname: text })),
  lame: optional(flag),
  problem: optional(text),
});
const slot = { zone: text, nameserver: text };
const members = { hosts: optional(texts), rest: optional(flag), count: whole };

const report = object<Report>({
  questions: text,
  rotationSeconds: optional(whole),
  resolvers: listOf(
    object<Item<Report['resolvers']>>({
      address: text,
      source: optional(text),
      role: optional(text),
      scope: optional(text),
      domains: optional(texts),
      defaultRoute: optional(flag),
    }),
  ),
  rotate: optional(flag),
  timeoutSeconds: optional(whole),
  attempts: optional(whole),
  ndots: optional(whole),
  search: optional(texts),
  musl: optional(flag),
  pins: optional(listOf(object<Item<Report['pins']>>({ address: text, names: texts }))),
  unseen: optional(texts),
  groups: optional(
    listOf(
      object<ReportGroup>({
        ...slot,
        a: answer,
        aaaa: optional(answer),
        cname: optional(object<NonNullable<ReportGroup['cname']>>({ a: answer, aaaa: optional(answer) })),
        unvalidated: optional(answer),
        nat64Prefixes: optional(texts),
        ...members,
      }),
    ),
  ),
  unasked: optional(listOf(object<ReportUnasked>({ ...slot, ...members }))),
  leftOut: optional(listOf(object<Item<Report['leftOut']>>({ ...slot, hosts: optional(texts), count: whole }))),
  canaries: optional(listOf(object<Item<Report['canaries']>>({ ...slot, host: text }))),
  truncated: optional(flag),
});

export const vantageStatus: Decode<VantageStatus> = object<VantageStatus>({
  report: optional(report),
  askedFrom: optional(text),
  hosts: optional(object<NonNullable<VantageStatus['hosts']>>({ total: whole, internal: whole })),
  summary: optional(
    object<NonNullable<VantageStatus['summary']>>({ resolvers: optional(text), internal: optional(text) }),
  ),
  rotationSeconds: optional(whole),
  conditions,
});
