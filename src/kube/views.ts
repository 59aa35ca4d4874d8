import type {
  BalancerAddress,
  HostView,
  IngressClassView,
  IngressRouteView,
  IngressView,
  NamespaceView,
  ServiceView,
  VantageView,
  ZoneView,
} from '../model/views.ts';
import { QUESTIONS_KEY } from '../model/questions.ts';
import { readRule } from '../model/traefik-rule.ts';
import { DecodeError, fields, listOf, optional, text, texts, whole, type Decode, type Fields } from './decode.ts';
import { endpointSliceView, type EndpointSliceView } from './endpoint-slice.ts';
import { hostSpec, hostStatus, vantageSpec, vantageStatus, zoneSpec, zoneStatus } from './schema.ts';

/** Prefix of this project's annotations and labels. */
const OURS = 'splithorizon.dev/';
/** Label of the SplitHorizonHosts that the operator made. */
export const GENERATED_LABEL = `${OURS}generated`;

/** Turns raw objects of the API into views; each throws a DecodeError where an object is not what it should be. */
export interface Views {
  ingress(raw: unknown): IngressView;
  ingressRoute(raw: unknown): IngressRouteView;
  service(raw: unknown): ServiceView;
  ingressClass(raw: unknown): IngressClassView;
  namespace(raw: unknown): NamespaceView;
  endpointSlice(raw: unknown): EndpointSliceView;
  zone(raw: unknown): ZoneView;
  host(raw: unknown): HostView;
  vantage(raw: unknown): VantageView;
  questions(raw: unknown): QuestionsView;
  lease(raw: unknown): LeaseView;
  /** The name of any object of the cluster. */
  name(raw: unknown): string;
}

/** Texts that thousands of objects share (namespaces, classes) are kept once by the `Views` that this makes. */
export function createViews(): Views {
  const known = new Map<string, string>();
  const shared = (value: string): string => {
    const first = known.get(value);
    if (first !== undefined) return first;
    known.set(value, value);
    return value;
  };
  return {
    ingress: (raw) => ingressView(raw, shared),
    ingressRoute: (raw) => ingressRouteView(raw, shared),
    service: (raw) => serviceView(raw, shared),
    ingressClass: ingressClassView,
    namespace: namespaceView,
    endpointSlice: endpointSliceView,
    zone: zoneView,
    host: hostView,
    vantage: vantageView,
    questions: questionsView,
    lease: leaseView,
    name: (raw) => metadataOf(raw).name,
  };
}

type Shared = (value: string) => string;

const optionalText = optional(text);
const optionalFields = optional(fields);
const optionalList = optional(listOf((item) => item));
const optionalTexts = optional(listOf(text));

/** The members of an optional object; none where it is missing. */
const membersOf = (value: unknown, where: string): Fields => optionalFields(value, where) ?? {};
const itemsOf = (value: unknown, where: string): readonly unknown[] => optionalList(value, where) ?? [];

function metadataOf(raw: unknown): { object: Fields; metadata: Fields; name: string; uid: string; createdAt: number } {
  const object = fields(raw, 'object');
  const metadata = fields(object['metadata'], 'metadata');
  const createdAt = Date.parse(text(metadata['creationTimestamp'], 'metadata.creationTimestamp'));
  if (Number.isNaN(createdAt)) throw new DecodeError('metadata.creationTimestamp is no time');
  return {
    object,
    metadata,
    name: text(metadata['name'], 'metadata.name'),
    uid: text(metadata['uid'], 'metadata.uid'),
    createdAt,
  };
}

const isIgnored = (annotations: Fields): boolean => annotations[`${OURS}ignore`] === 'true';

function ingressView(raw: unknown, shared: Shared): IngressView {
  const { object, metadata, name, uid, createdAt } = metadataOf(raw);
  const annotations = membersOf(metadata['annotations'], 'metadata.annotations');
  const spec = membersOf(object['spec'], 'spec');
  const className =
    optionalText(spec['ingressClassName'], 'spec.ingressClassName') ??
    optionalText(annotations['kubernetes.io/ingress.class'], 'metadata.annotations[kubernetes.io/ingress.class]');
  return {
    kind: 'Ingress',
    namespace: shared(text(metadata['namespace'], 'metadata.namespace')),
    name,
    uid,
    createdAt,
    ...(className === undefined ? {} : { className: shared(className) }),
    hosts: ingressHosts(spec),
    ignore: isIgnored(annotations),
  };
}

function ingressHosts(spec: Fields): readonly string[] {
  const hosts = new Set<string>();
  for (const rule of itemsOf(spec['rules'], 'spec.rules')) {
    const host = optionalText(fields(rule, 'spec.rules[]')['host'], 'spec.rules[].host');
    if (host !== undefined && host !== '') hosts.add(host);
  }
  for (const section of itemsOf(spec['tls'], 'spec.tls')) {
    const named = optionalTexts(fields(section, 'spec.tls[]')['hosts'], 'spec.tls[].hosts') ?? [];
    for (const host of named) hosts.add(host);
  }
  return [...hosts];
}

/**
 * `tls.domains` name nobody: they say what a certificate is asked for, often a wildcard of the whole zone, and what is not
 * matched by a rule is not served whatever its certificate.
 */
function ingressRouteView(raw: unknown, shared: Shared): IngressRouteView {
  const { object, metadata, name, uid, createdAt } = metadataOf(raw);
  const spec = membersOf(object['spec'], 'spec');
  const rules = itemsOf(spec['routes'], 'spec.routes').map(
    (route) => optionalText(fields(route, 'spec.routes[]')['match'], 'spec.routes[].match') ?? '',
  );
  const read = rules.map((rule) => ({ rule, ...readRule(rule) }));
  return {
    kind: 'IngressRoute',
    group: shared(text(object['apiVersion'], 'apiVersion').split('/')[0] ?? ''),
    namespace: shared(text(metadata['namespace'], 'metadata.namespace')),
    name,
    uid,
    createdAt,
    // Since Traefik 3.8 two stars are labels at any depth, which is what one star is to DNS (RFC 4592).
    hosts: [...new Set(read.flatMap((each) => (each.ok ? each.hosts : [])))].map((host) =>
      host.replace(/^\*\*\./, '*.'),
    ),
    skipped: [...new Set(read.flatMap((each) => (each.ok ? each.skipped : [])))],
    unread: read.flatMap((each) => (each.ok ? [] : [{ rule: each.rule, problem: each.problem }])),
    ignore: isIgnored(membersOf(metadata['annotations'], 'metadata.annotations')),
  };
}

function serviceView(raw: unknown, shared: Shared): ServiceView {
  const { object, metadata, name, uid, createdAt } = metadataOf(raw);
  const annotations = membersOf(metadata['annotations'], 'metadata.annotations');
  const spec = membersOf(object['spec'], 'spec');
  const balancer = membersOf(membersOf(object['status'], 'status')['loadBalancer'], 'status.loadBalancer');
  const type = shared(optionalText(spec['type'], 'spec.type') ?? 'ClusterIP');
  const hostnames = optionalText(annotations[`${OURS}hostname`], `metadata.annotations[${OURS}hostname]`) ?? '';
  return {
    kind: 'Service',
    namespace: shared(text(metadata['namespace'], 'metadata.namespace')),
    name,
    uid,
    createdAt,
    labels: type === 'LoadBalancer' ? labelsOf(metadata) : {},
    type,
    clusterIPs: (optionalTexts(spec['clusterIPs'], 'spec.clusterIPs') ?? []).filter((address) => address !== 'None'),
    balancer: itemsOf(balancer['ingress'], 'status.loadBalancer.ingress').flatMap(balancerAddresses),
    hostnames: [...new Set(hostnames.split(',').map((host) => host.trim()))].filter((host) => host !== ''),
    ignore: isIgnored(annotations),
  };
}

/** The address of an entry, its ip before its hostname; none where it has neither, as a controller may leave it. */
function balancerAddresses(raw: unknown): BalancerAddress[] {
  const entry = fields(raw, 'status.loadBalancer.ingress[]');
  const ip = optionalText(entry['ip'], 'status.loadBalancer.ingress[].ip');
  if (ip !== undefined && ip !== '') return [{ ip }];
  const hostname = optionalText(entry['hostname'], 'status.loadBalancer.ingress[].hostname');
  return hostname === undefined || hostname === '' ? [] : [{ hostname }];
}

function ingressClassView(raw: unknown): IngressClassView {
  const { metadata, name } = metadataOf(raw);
  const annotations = membersOf(metadata['annotations'], 'metadata.annotations');
  return { name, isDefault: annotations['ingressclass.kubernetes.io/is-default-class'] === 'true' };
}

function namespaceView(raw: unknown): NamespaceView {
  const { metadata, name } = metadataOf(raw);
  return { name, labels: labelsOf(metadata) };
}

function labelsOf(metadata: Fields): Readonly<Record<string, string>> {
  const labels = Object.entries(texts(metadata['labels'], 'metadata.labels'));
  return Object.fromEntries(labels.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function customResource<Spec, Status>(raw: unknown, spec: Decode<Spec>, status: Decode<Status>) {
  const { object, metadata, name, uid, createdAt } = metadataOf(raw);
  return {
    metadata,
    common: { name, uid, generation: whole(metadata['generation'], 'metadata.generation'), createdAt },
    spec: spec(object['spec'], 'spec'),
    status: status(object['status'] ?? {}, 'status'),
  };
}

function zoneView(raw: unknown): ZoneView {
  const { common, metadata, spec, status } = customResource(raw, zoneSpec, zoneStatus);
  const annotations = Object.entries(texts(metadata['annotations'], 'metadata.annotations'))
    .filter(([name]) => name.startsWith(OURS))
    .map(([name, value]) => [name.slice(OURS.length), value] as const);
  return { ...common, annotations: Object.fromEntries(annotations), spec, status };
}

function hostView(raw: unknown): HostView {
  const { common, metadata, spec, status } = customResource(raw, hostSpec, hostStatus);
  const labels = membersOf(metadata['labels'], 'metadata.labels');
  return { ...common, generated: labels[GENERATED_LABEL] === 'true', spec, statusText: JSON.stringify(status) };
}

/** Reads a SplitHorizonVantage, or throws a DecodeError. */
export function vantageView(raw: unknown): VantageView {
  const { common, spec, status } = customResource(raw, vantageSpec, vantageStatus);
  return { ...common, spec, status };
}

/** A ConfigMap with a part of the questions that agents are to ask. */
export interface QuestionsView {
  readonly name: string;
  /** The part as text; undefined where it holds none. */
  readonly text: string | undefined;
}

/** Reads a ConfigMap of the agents' namespace, or throws a DecodeError. */
export function questionsView(raw: unknown): QuestionsView {
  const { object, name } = metadataOf(raw);
  return { name, text: optionalText(membersOf(object['data'], 'data')[QUESTIONS_KEY], `data[${QUESTIONS_KEY}]`) };
}

/** The Lease of a vantage's agent. */
export interface LeaseView {
  readonly name: string;
  /** spec.renewTime as it is written: another one whenever the agent renewed it. */
  readonly renewTime: string;
}

/** Reads a Lease (coordination.k8s.io/v1), or throws a DecodeError. */
export function leaseView(raw: unknown): LeaseView {
  const { object, name } = metadataOf(raw);
  return { name, renewTime: optionalText(membersOf(object['spec'], 'spec')['renewTime'], 'spec.renewTime') ?? '' };
}
