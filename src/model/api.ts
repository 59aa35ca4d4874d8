import type { components } from './crds.gen.ts';

/*
 * Names for the types of crds/*.yaml (group splithorizon.dev, v1alpha1) as they are read: a field that has a default is
 * always there. The rest of the project uses these names only.
 */
type Kinds = components['schemas'];

/** An element of a list type. */
type Item<List> = List extends readonly (infer Element)[] ? Element : never;

/** What a SplitHorizonZone wants. */
export type ZoneSpec = Kinds['SplitHorizonZone']['spec'];
/** What the operator says about a zone. */
export type ZoneStatus = Kinds['SplitHorizonZone']['status'];
/** What of it is done: all; all but deletions; nothing, it is only said. */
export type Policy = ZoneSpec['policy'];
/** Where hosts point: the apex or a label, and the Service that gives its addresses. */
export type ZoneTarget = Item<ZoneSpec['targets']>;
/** A DNS server that must serve the zone. */
export type ZoneServer = Item<ZoneSpec['technitium']['servers']>;
/** Kinds of objects that hosts are found in. */
export type SourceKind = Item<ZoneSpec['sources']>['kind'];
/** Which objects are meant, by their labels; an empty one means all (Kubernetes, "Labels and Selectors"). */
export type LabelSelector = NonNullable<Item<ZoneSpec['sources']>['namespaceSelector']>;
/** How many deletions pass without a person's approval. */
export type DeletionGuard = ZoneSpec['deletionGuard'];
/** A resolver that is known to answer publicly and kept on purpose. */
export type AcceptedFallback = Item<ZoneSpec['acceptedFallbacks']>;
/** The addresses of one target, with the earlier ones. */
export type TargetStatus = Item<ZoneStatus['targets']>;
/** Addresses that a target or host had, until `levelSince` at the servers and its TTL longer in caches. */
export type PreviousAddresses = Item<TargetStatus['previous']>;
/** What is known of one DNS server of the zone. */
export type ServerStatus = Item<ZoneStatus['servers']>;
/** Deletions that wait for a person's approval. */
export type PendingDeletions = NonNullable<ZoneStatus['pendingDeletions']>;

/** What a SplitHorizonHost wants. */
export type HostSpec = Kinds['SplitHorizonHost']['spec'];
/** What the operator says about a host. */
export type HostStatus = Kinds['SplitHorizonHost']['status'];
/** Where a host points when its zone's target is not meant: exactly one of the fields. */
export type HostTarget = NonNullable<HostSpec['target']>;
/** A Service of type LoadBalancer. */
export type ServiceRef = NonNullable<ZoneTarget['serviceRef']>;
/** An object that names a host, as its status lists it. */
export type HostSource = Item<HostStatus['sources']>;
/** A record set that publishes a host. */
export type HostRecord = Item<HostStatus['records']>;
/** What an audience is told about a host. */
export type HostAudience = Item<HostStatus['audiences']>;
/** What one nameserver tells one vantage, where it is not what it should be. */
export type HostFailure = Item<HostAudience['failing']>;
/** That a host's last source is gone, and since when. */
export type HostDeletion = NonNullable<HostStatus['deletion']>;

/** What a SplitHorizonVantage wants. */
export type VantageSpec = Kinds['SplitHorizonVantage']['spec'];
/** What the operator says about a vantage. */
export type VantageStatus = Kinds['SplitHorizonVantage']['status'];

/** What an agent saw from its vantage. */
export type Report = NonNullable<VantageStatus['report']>;
/** A nameserver that the machine of an agent has configured. */
export type ReportResolver = Item<Report['resolvers']>;
/** Hosts of a zone that a nameserver answers alike. */
export type ReportGroup = Item<Report['groups']>;
/** Hosts of a zone that a nameserver was not asked for yet. */
export type ReportUnasked = Item<Report['unasked']>;
/** One answer in a report. */
export type ReportAnswer = ReportGroup['a'];

/** One aspect of an object's state (Kubernetes API conventions, "Typical status properties"). */
export type Condition = Item<ZoneStatus['conditions']>;
