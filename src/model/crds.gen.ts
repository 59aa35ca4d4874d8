// Made from crds/*.yaml by `npm run generate`; edit that instead.

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description One exposed host. The operator makes one for every host it finds; a person may write one for a name that nothing in the cluster exposes. */
        readonly SplitHorizonHost: {
            /** @description Version of the schema of this object. */
            readonly apiVersion?: string;
            /** @description Kind of this object. */
            readonly kind?: string;
            readonly metadata?: {
                /** @description The host, with xx--wildcard in the place of a star. */
                readonly name?: string;
                /** @description Unused; a host has its own name. */
                readonly generateName?: string;
            };
            /** @description What is wanted. */
            readonly spec: {
                /** @description The host name in lower-case ASCII (xn-- for others) without a trailing dot; the first label may be a star. Immutable. */
                readonly host: string;
                /**
                 * @description Managed: the operator writes the record. Observed: somebody else does, and it is only judged.
                 * @default Managed
                 * @enum {string}
                 */
                readonly record: "Managed" | "Observed";
                /** @description Where the host points; exactly one of the fields. Default: the zone's target for the host's source. */
                readonly target?: {
                    /** @description The addresses themselves. */
                    readonly addresses?: readonly string[];
                    /** @description The Service of type LoadBalancer that gives the addresses. */
                    readonly serviceRef?: {
                        /** @description Namespace of the Service. */
                        readonly namespace: string;
                        /** @description Name of the Service. */
                        readonly name: string;
                    };
                    /** @description Another name, inside the zone or outside, in lower-case ASCII without a trailing dot. */
                    readonly cname?: string;
                };
                /** @description Who must be told the internal answer. Default: the zone's audiences. */
                readonly audiences?: readonly ("Nodes" | "Pods" | "LAN")[];
            };
            /**
             * @description What is, as the operator sees it.
             * @default {}
             */
            readonly status: {
                /**
                 * Format: int64
                 * @description The generation of the spec that this status is about.
                 */
                readonly observedGeneration?: number;
                /** @description The longest zone that the host lies in. */
                readonly zone?: string;
                /** @description What exposes the host; the first decides its target. */
                readonly sources?: readonly {
                    /** @description Its kind, such as Ingress. */
                    readonly kind: string;
                    /** @description Its API group where the kind has two, such as traefik.containo.us for an IngressRoute of that group; absent for the usual one. */
                    readonly group?: string;
                    /** @description Its namespace. */
                    readonly namespace: string;
                    /** @description Its name. */
                    readonly name: string;
                    /** @description Whether it wants another target than the one that won. */
                    readonly conflict?: boolean;
                }[];
                /**
                 * Format: int64
                 * @description How many sources are not listed.
                 */
                readonly moreSources?: number;
                /** @description Where the host points, for the column. */
                readonly target?: string;
                /** @description Texts for the columns of kubectl. */
                readonly summary?: {
                    /** @description The first source and the number of the others, such as Ingress git/git +1. */
                    readonly source?: string;
                    /** @description Type and TTL of the record, such as CNAME 300. */
                    readonly record?: string;
                };
                /** @description Earlier addresses, newest first, for 7 days; only where the host's addresses were its own or its target changed. */
                readonly previous?: readonly {
                    /** @description The addresses of that time. */
                    readonly addresses: readonly string[];
                    /**
                     * Format: int64
                     * @description TTL that they were served with.
                     */
                    readonly ttlSeconds: number;
                    /**
                     * Format: date-time
                     * @description Since when every server of the zone gives what came after them; absent while one does not.
                     */
                    readonly levelSince?: string;
                }[];
                /** @description The record sets that publish the host. */
                readonly records?: readonly {
                    /** @description Name of the records. */
                    readonly name: string;
                    /** @description Type of the records, such as CNAME. */
                    readonly type: string;
                    /**
                     * Format: int64
                     * @description TTL of the records.
                     */
                    readonly ttlSeconds: number;
                    /** @description Values of the records. */
                    readonly values: readonly string[];
                    /** @description Whether one of them stood there before and was taken over; it stays when the host goes. */
                    readonly adopted?: boolean;
                }[];
                /** @description What each audience is told. */
                readonly audiences?: readonly {
                    /** @description Nodes, Pods or LAN. */
                    readonly name: string;
                    /** @description The worst verdict of its vantages; `-` for an audience without a vantage. */
                    readonly verdict: string;
                    /** @description The worst of what is wrong, in a stable order. */
                    readonly failing?: readonly {
                        /** @description Name of the SplitHorizonVantage. */
                        readonly vantage: string;
                        /** @description Address of the nameserver. */
                        readonly nameserver: string;
                        /** @description The verdict over its answer. */
                        readonly verdict: string;
                        /** @description What should have come. */
                        readonly expected?: readonly string[];
                        /** @description What came. */
                        readonly answers?: readonly string[];
                    }[];
                    /**
                     * Format: int64
                     * @description How many failures are not listed.
                     */
                    readonly more?: number;
                }[];
                /** @description That the last source is gone, and the record waits to be deleted. */
                readonly deletion?: {
                    /**
                     * Format: date-time
                     * @description Since when the last source is gone.
                     */
                    readonly since: string;
                    /** @description Seen, where the source was seen to go; Inferred, where a listing merely lacked it. */
                    readonly evidence: string;
                    /** @description Id of the zone's pendingDeletions that this deletion waits in. */
                    readonly snapshot?: string;
                };
                /**
                 * @description RecordPublished, NodesResolve, PodsResolve, LANResolve, Ready.
                 * @default [
                 *       {
                 *         "type": "Ready",
                 *         "status": "Unknown",
                 *         "reason": "Pending",
                 *         "message": "Waiting for the operator"
                 *       }
                 *     ]
                 */
                readonly conditions: readonly {
                    /** @description Which aspect. */
                    readonly type: string;
                    /** @description True, False or Unknown. */
                    readonly status: string;
                    /** @description Why, in one word for programs. */
                    readonly reason: string;
                    /** @description Why, for people. */
                    readonly message: string;
                    /**
                     * Format: int64
                     * @description The generation of the spec that this condition is about.
                     */
                    readonly observedGeneration?: number;
                    /**
                     * Format: date-time
                     * @description When the status last flipped; absent until the operator has set it.
                     */
                    readonly lastTransitionTime?: string;
                }[];
            };
        };
        /** @description One place that DNS is asked from. */
        readonly SplitHorizonVantage: {
            /** @description Version of the schema of this object. */
            readonly apiVersion?: string;
            /** @description Kind of this object. */
            readonly kind?: string;
            readonly metadata?: {
                /** @description What statuses and messages call the vantage. */
                readonly name?: string;
                /** @description Prefix of a name that the API server makes up. */
                readonly generateName?: string;
            };
            /** @description What is asked from there. */
            readonly spec: {
                /**
                 * @description Whom the vantage stands for. Nodes of the cluster, pods on them, or the local network.
                 * @enum {string}
                 */
                readonly audience: "Nodes" | "Pods" | "LAN";
                /** @description Nameservers in the order that clients there have them; the operator asks each one separately. Not for the vantage pods, which takes those of the operator's own pod. */
                readonly resolvers?: readonly {
                    /** @description IP or IP:port ([IP]:port for IPv6); port 53 where none is given. */
                    readonly address: string;
                }[];
                /** @description An agent at that place reports, by the resolver configuration of its own machine. */
                readonly agent?: Record<string, never>;
            };
            /**
             * @description What is seen there, and what the operator makes of it.
             * @default {}
             */
            readonly status: {
                /** @description What an agent saw there, not what it means; written by the agent. */
                readonly report?: {
                    /** @description Version of the list of questions that it answers. */
                    readonly questions: string;
                    /**
                     * Format: int64
                     * @description Time within which every host is really asked there.
                     */
                    readonly rotationSeconds?: number;
                    /** @description The nameservers of the machine's own configuration, in the order of asking. */
                    readonly resolvers: readonly {
                        /** @description IP or IP:port. */
                        readonly address: string;
                        /** @description The file that names it. */
                        readonly source?: string;
                        /** @description Under systemd-resolved Stub or Uplink. */
                        readonly role?: string;
                        /** @description Under systemd-resolved global, or the link that has it. */
                        readonly scope?: string;
                        /** @description Under systemd-resolved the domains whose names go to it. */
                        readonly domains?: readonly string[];
                        /** @description Under systemd-resolved whether names outside of all domains go to it. */
                        readonly defaultRoute?: boolean;
                    }[];
                    /** @description Whether clients there take the nameservers by turns. */
                    readonly rotate?: boolean;
                    /**
                     * Format: int64
                     * @description How long clients there wait for one nameserver.
                     */
                    readonly timeoutSeconds?: number;
                    /**
                     * Format: int64
                     * @description How often clients there go through all nameservers.
                     */
                    readonly attempts?: number;
                    /**
                     * Format: int64
                     * @description Names with fewer dots are tried under the search domains first.
                     */
                    readonly ndots?: number;
                    /** @description The search domains. */
                    readonly search?: readonly string[];
                    /** @description Whether programs there are musl's, which ask all nameservers at once. */
                    readonly musl?: boolean;
                    /** @description Lines of the hosts file. */
                    readonly pins?: readonly {
                        /** @description The address. */
                        readonly address: string;
                        /** @description The names that it is pinned to. */
                        readonly names: readonly string[];
                    }[];
                    /** @description What of the machine's configuration could not be evaluated; where there is any, nothing is proven. */
                    readonly unseen?: readonly string[];
                    /** @description What the nameservers answer, hosts with the same answers together. */
                    readonly groups?: readonly {
                        /** @description The zone of the hosts. */
                        readonly zone: string;
                        /** @description Who answers. */
                        readonly nameserver: string;
                        /** @description What came when A was asked. */
                        readonly a: {
                            /** @description answer, malformed (nothing to believe), silent, or truncated (cut short over UDP, nothing over TCP). */
                            readonly outcome: string;
                            /** @description Response code of an answer, such as NOERROR or NXDOMAIN. */
                            readonly rcode?: string;
                            /** @description The addresses that came, sorted. */
                            readonly values?: readonly string[];
                            /** @description The CNAME targets on the way, in order. */
                            readonly chain?: readonly string[];
                            /** @description The SOA that came with a denial, which tells the zone's own from a public one. */
                            readonly soa?: {
                                /** @description The primary server that it names. */
                                readonly mname: string;
                                /** @description The mailbox that it names. */
                                readonly rname: string;
                            };
                            /** @description Whether an empty answer has neither AA nor RA set; clients ask the next nameserver then. */
                            readonly lame?: boolean;
                            /** @description What is wrong with what came, where it cannot be believed. */
                            readonly problem?: string;
                        };
                        /** @description What came when AAAA was asked, which is not done after silence. */
                        readonly aaaa?: {
                            /** @description answer, malformed (nothing to believe), silent, or truncated (cut short over UDP, nothing over TCP). */
                            readonly outcome: string;
                            /** @description Response code of an answer, such as NOERROR or NXDOMAIN. */
                            readonly rcode?: string;
                            /** @description The addresses that came, sorted. */
                            readonly values?: readonly string[];
                            /** @description The CNAME targets on the way, in order. */
                            readonly chain?: readonly string[];
                            /** @description The SOA that came with a denial, which tells the zone's own from a public one. */
                            readonly soa?: {
                                /** @description The primary server that it names. */
                                readonly mname: string;
                                /** @description The mailbox that it names. */
                                readonly rname: string;
                            };
                            /** @description Whether an empty answer has neither AA nor RA set; clients ask the next nameserver then. */
                            readonly lame?: boolean;
                            /** @description What is wrong with what came, where it cannot be believed. */
                            readonly problem?: string;
                        };
                        /** @description What came of the name in the hosts' target.cname, asked beside them. */
                        readonly cname?: {
                            /** @description What came when A was asked. */
                            readonly a: {
                                /** @description answer, malformed (nothing to believe), silent, or truncated (cut short over UDP, nothing over TCP). */
                                readonly outcome: string;
                                /** @description Response code of an answer, such as NOERROR or NXDOMAIN. */
                                readonly rcode?: string;
                                /** @description The addresses that came, sorted. */
                                readonly values?: readonly string[];
                                /** @description The CNAME targets on the way, in order. */
                                readonly chain?: readonly string[];
                                /** @description The SOA that came with a denial, which tells the zone's own from a public one. */
                                readonly soa?: {
                                    /** @description The primary server that it names. */
                                    readonly mname: string;
                                    /** @description The mailbox that it names. */
                                    readonly rname: string;
                                };
                                /** @description Whether an empty answer has neither AA nor RA set; clients ask the next nameserver then. */
                                readonly lame?: boolean;
                                /** @description What is wrong with what came, where it cannot be believed. */
                                readonly problem?: string;
                            };
                            /** @description What came when AAAA was asked. */
                            readonly aaaa?: {
                                /** @description answer, malformed (nothing to believe), silent, or truncated (cut short over UDP, nothing over TCP). */
                                readonly outcome: string;
                                /** @description Response code of an answer, such as NOERROR or NXDOMAIN. */
                                readonly rcode?: string;
                                /** @description The addresses that came, sorted. */
                                readonly values?: readonly string[];
                                /** @description The CNAME targets on the way, in order. */
                                readonly chain?: readonly string[];
                                /** @description The SOA that came with a denial, which tells the zone's own from a public one. */
                                readonly soa?: {
                                    /** @description The primary server that it names. */
                                    readonly mname: string;
                                    /** @description The mailbox that it names. */
                                    readonly rname: string;
                                };
                                /** @description Whether an empty answer has neither AA nor RA set; clients ask the next nameserver then. */
                                readonly lame?: boolean;
                                /** @description What is wrong with what came, where it cannot be believed. */
                                readonly problem?: string;
                            };
                        };
                        /** @description What came of a question that failed when it was asked past validation (CD=1). */
                        readonly unvalidated?: {
                            /** @description answer, malformed (nothing to believe), silent, or truncated (cut short over UDP, nothing over TCP). */
                            readonly outcome: string;
                            /** @description Response code of an answer, such as NOERROR or NXDOMAIN. */
                            readonly rcode?: string;
                            /** @description The addresses that came, sorted. */
                            readonly values?: readonly string[];
                            /** @description The CNAME targets on the way, in order. */
                            readonly chain?: readonly string[];
                            /** @description The SOA that came with a denial, which tells the zone's own from a public one. */
                            readonly soa?: {
                                /** @description The primary server that it names. */
                                readonly mname: string;
                                /** @description The mailbox that it names. */
                                readonly rname: string;
                            };
                            /** @description Whether an empty answer has neither AA nor RA set; clients ask the next nameserver then. */
                            readonly lame?: boolean;
                            /** @description What is wrong with what came, where it cannot be believed. */
                            readonly problem?: string;
                        };
                        /** @description Blocks that the nameserver translates IPv4 into. */
                        readonly nat64Prefixes?: readonly string[];
                        /** @description Names without the zone, @ for the zone's own; one that stands in several groups of a nameserver gets these answers by turns. */
                        readonly hosts?: readonly string[];
                        /** @description Whether all hosts of the zone that are named nowhere for this nameserver belong here. */
                        readonly rest?: boolean;
                        /**
                         * Format: int64
                         * @description How many hosts belong here.
                         */
                        readonly count: number;
                    }[];
                    /** @description Hosts not asked yet since what is expected of them last changed. */
                    readonly unasked?: readonly {
                        /** @description The zone of the hosts. */
                        readonly zone: string;
                        /** @description Who was not asked. */
                        readonly nameserver: string;
                        /** @description Names without the zone, @ for the zone's own; one that stands in several groups of a nameserver gets these answers by turns. */
                        readonly hosts?: readonly string[];
                        /** @description Whether all hosts of the zone that are named nowhere for this nameserver belong here. */
                        readonly rest?: boolean;
                        /**
                         * Format: int64
                         * @description How many hosts belong here.
                         */
                        readonly count: number;
                    }[];
                    /** @description Hosts of which nothing is told, since the report would be too large; they are in no group. */
                    readonly leftOut?: readonly {
                        /** @description The zone of the hosts. */
                        readonly zone: string;
                        /** @description Whose answers are left out. */
                        readonly nameserver: string;
                        /** @description Names without the zone, @ for the zone's own; one that stands in several groups of a nameserver gets these answers by turns. */
                        readonly hosts?: readonly string[];
                        /**
                         * Format: int64
                         * @description How many hosts belong here.
                         */
                        readonly count: number;
                    }[];
                    /** @description Nameservers that are asked for one host of a zone only, which stands for all. */
                    readonly canaries?: readonly {
                        /** @description The zone. */
                        readonly zone: string;
                        /** @description Who is asked. */
                        readonly nameserver: string;
                        /** @description The host, without the zone. */
                        readonly host: string;
                    }[];
                    /** @description Whether hosts are left out since the report would be too large; what is in no group is not known. */
                    readonly truncated?: boolean;
                };
                /** @description Address that the nameservers see as their client where the operator asks them itself. */
                readonly askedFrom?: string;
                /** @description How many hosts are judged from here. */
                readonly hosts?: {
                    /**
                     * Format: int64
                     * @description All hosts.
                     */
                    readonly total: number;
                    /**
                     * Format: int64
                     * @description Hosts that resolve internally.
                     */
                    readonly internal: number;
                };
                /** @description Texts for the columns of kubectl. */
                readonly summary?: {
                    /** @description The nameservers in order. */
                    readonly resolvers?: string;
                    /** @description Hosts that resolve internally, of all hosts, such as 42/43. */
                    readonly internal?: string;
                };
                /**
                 * Format: int64
                 * @description Time within which every host is really asked, where the pace makes it longer than the zone wants it.
                 */
                readonly rotationSeconds?: number;
                /**
                 * @description Reporting.
                 * @default [
                 *       {
                 *         "type": "Reporting",
                 *         "status": "Unknown",
                 *         "reason": "Pending",
                 *         "message": "Waiting for the operator"
                 *       }
                 *     ]
                 */
                readonly conditions: readonly {
                    /** @description Which aspect. */
                    readonly type: string;
                    /** @description True, False or Unknown. */
                    readonly status: string;
                    /** @description Why, in one word for programs. */
                    readonly reason: string;
                    /** @description Why, for people. */
                    readonly message: string;
                    /**
                     * Format: int64
                     * @description The generation of the spec that this condition is about.
                     */
                    readonly observedGeneration?: number;
                    /**
                     * Format: date-time
                     * @description When the status last flipped; absent until the operator has set it.
                     */
                    readonly lastTransitionTime?: string;
                }[];
            };
        };
        /** @description One internal horizon: a DNS zone that the operator keeps right and proves to be asked. The object is named after the zone. */
        readonly SplitHorizonZone: {
            /** @description Version of the schema of this object. */
            readonly apiVersion?: string;
            /** @description Kind of this object. */
            readonly kind?: string;
            readonly metadata?: {
                /** @description The zone, such as example.com, lower-case and without a trailing dot. */
                readonly name?: string;
                /** @description Unused; a zone has its own name. */
                readonly generateName?: string;
            };
            /** @description What is wanted. */
            readonly spec: {
                /**
                 * @description Marks the records of this operator; two operators that write into one zone need two. Immutable.
                 * @default splithorizon
                 */
                readonly ownerId: string;
                /** @description The Technitium DNS server that holds the zone. */
                readonly technitium: {
                    /** @description The HTTP API of the writable server, such as http://technitium.technitium.svc:5380. Redirects are never followed. */
                    readonly url: string;
                    /**
                     * Format: byte
                     * @description The certificates of the authorities that may sign the server's, as base64 of PEM; only to an https url. Default: the public authorities. When the authority changes, both the old and the new one for a while.
                     */
                    readonly caBundle?: string;
                    /** @description The Secret in the operator's namespace with the key `token` (an API token, preferred), or with `username` and `password`. A change counts within a minute. */
                    readonly secretRef: {
                        /** @description Name of the Secret. */
                        readonly name: string;
                    };
                    /** @description DNS servers that must serve the zone. Default: every node of the Technitium cluster when the zone is a member of one, else none; an empty list: none. */
                    readonly servers?: readonly {
                        /** @description What conditions and messages call it. */
                        readonly name: string;
                        /** @description IP or IP:port ([IP]:port for IPv6); port 53 where none is given. */
                        readonly address?: string;
                        /** @description A Service of DNS servers: each ready endpoint counts, by its own address and the port that its EndpointSlice calls dns, dns-udp or domain, else its one UDP port, else 53. */
                        readonly serviceRef?: {
                            /** @description Namespace of the Service. */
                            readonly namespace: string;
                            /** @description Name of the Service. */
                            readonly name: string;
                        };
                        /** @description The HTTP API of the server at address. Where it is given, the server is told to transfer the zone after each change. An https certificate is checked as that of spec.technitium.url. */
                        readonly url?: string;
                        /**
                         * Format: int64
                         * @description The port of the HTTP API (http, never https) of each endpoint of serviceRef. Where it is given, they are told to transfer the zone after each change.
                         */
                        readonly apiPort?: number;
                        /** @description The Secret, as that of spec.technitium, for url or apiPort. Default: that one. Its user needs the right Modify on Zones and on the zone. */
                        readonly secretRef?: {
                            /** @description Name of the Secret. */
                            readonly name: string;
                        };
                        /**
                         * Format: int64
                         * @description How long the server may be behind before it counts as out of step. Default: the refresh interval of the zone's SOA.
                         */
                        readonly maxLagSeconds?: number;
                    }[];
                };
                /** @description Where hosts point. The first is the default. */
                readonly targets: readonly {
                    /** @description The apex as "@", or a label such as ingress; hosts are then CNAMEs of ingress.<zone>. */
                    readonly record: string;
                    /** @description The Service of type LoadBalancer that gives the addresses. */
                    readonly serviceRef?: {
                        /** @description Namespace of the Service. */
                        readonly namespace: string;
                        /** @description Name of the Service. */
                        readonly name: string;
                    };
                    /** @description The Service by its labels. Of several of type LoadBalancer that have them the oldest counts; TargetsPublished names them. */
                    readonly serviceSelector?: {
                        /** @description Namespace of the Service. */
                        readonly namespace: string;
                        /** @description Labels that the Service must have, with these values. */
                        readonly matchLabels: {
                            readonly [key: string]: string;
                        };
                    };
                    /**
                     * @description IngressClasses whose hosts point here. Empty (in one target at most) means every class that no other target takes.
                     * @default []
                     */
                    readonly ingressClassNames: readonly string[];
                    /**
                     * Format: int64
                     * @description TTL of the target's A and AAAA records.
                     * @default 60
                     */
                    readonly ttlSeconds: number;
                }[];
                /**
                 * @description What holds for the records of all hosts.
                 * @default {}
                 */
                readonly hosts: {
                    /**
                     * Format: int64
                     * @description TTL of the records of hosts.
                     * @default 300
                     */
                    readonly ttlSeconds: number;
                };
                /**
                 * @description Kinds of objects that hosts are found in.
                 * @default [
                 *       {
                 *         "kind": "Ingress"
                 *       },
                 *       {
                 *         "kind": "IngressRoute"
                 *       }
                 *     ]
                 */
                readonly sources: readonly {
                    /**
                     * @description Ingress; IngressRoute of Traefik, by the Host matchers of its rules (its CRDs may be absent); or Service for those of type LoadBalancer with the annotation splithorizon.dev/hostname.
                     * @enum {string}
                     */
                    readonly kind: "Ingress" | "IngressRoute" | "Service";
                    /** @description Labels of the namespaces whose objects count. Default, and where it is empty: all namespaces. */
                    readonly namespaceSelector?: {
                        /** @description Labels that a namespace must have, with these values. */
                        readonly matchLabels?: {
                            readonly [key: string]: string;
                        };
                        /** @description Further requirements, all of which must be met. */
                        readonly matchExpressions?: readonly {
                            /** @description The label. */
                            readonly key: string;
                            /**
                             * @description How its value relates to values. NotIn and DoesNotExist also hold where the label is missing.
                             * @enum {string}
                             */
                            readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
                            /** @description Values for In and NotIn; for the other operators there are none. */
                            readonly values?: readonly string[];
                        }[];
                    };
                }[];
                /** @description Who must be told the internal answer. Default: those that have a vantage. */
                readonly audiences?: readonly ("Nodes" | "Pods" | "LAN")[];
                /**
                 * @description Names in the zone that are never created and never touched.
                 * @default []
                 */
                readonly exclude: readonly string[];
                /**
                 * @description Sync writes; UpsertOnly creates and changes but never deletes; DryRun only says what it would write.
                 * @default Sync
                 * @enum {string}
                 */
                readonly policy: "Sync" | "UpsertOnly" | "DryRun";
                /**
                 * @description Which records without a marker are taken over. Matching: those that already say what is wanted; Never: none; Always: also those that say something else.
                 * @default Matching
                 * @enum {string}
                 */
                readonly adoption: "Matching" | "Never" | "Always";
                /**
                 * @description How many deletions pass without a person's approval.
                 * @default {}
                 */
                readonly deletionGuard: {
                    /**
                     * Format: int64
                     * @description How long a record outlives the last source of its host.
                     * @default 300
                     */
                    readonly graceSeconds: number;
                    /**
                     * Format: int64
                     * @description Deletions within the window that always pass when the source was seen to go.
                     * @default 2
                     */
                    readonly free: number;
                    /**
                     * Format: int64
                     * @description Percentage of the owned records that may be deleted within the window.
                     * @default 30
                     */
                    readonly maxPercent: number;
                    /**
                     * Format: int64
                     * @description Number of records that may be deleted within the window; no more than status.recentDeletions can count.
                     * @default 100
                     */
                    readonly maxRecords: number;
                    /**
                     * Format: int64
                     * @description Length of the window.
                     * @default 600
                     */
                    readonly windowSeconds: number;
                };
                /**
                 * @description The public side of the hosts, so that a verdict can name its cause.
                 * @default []
                 */
                readonly publicAddresses: readonly {
                    /** @description A block such as 203.0.113.10/32. */
                    readonly cidr: string;
                    /**
                     * @description Hairpin: our own WAN address; Edge: a proxy in front that works, only longer.
                     * @enum {string}
                     */
                    readonly kind: "Hairpin" | "Edge";
                }[];
                /**
                 * @description Resolvers that are known to answer publicly and are kept on purpose.
                 * @default []
                 */
                readonly acceptedFallbacks: readonly {
                    /** @description IP or IP:port ([IP]:port for IPv6), as the machines that ask it have it. */
                    readonly address: string;
                    /** @description Why it is kept, for people. */
                    readonly reason: string;
                }[];
                /**
                 * @description How often DNS is asked.
                 * @default {}
                 */
                readonly probe: {
                    /**
                     * Format: int64
                     * @description Interval at which each nameserver is asked for one host.
                     * @default 60
                     */
                    readonly canarySeconds: number;
                    /**
                     * Format: int64
                     * @description Time within which each nameserver is asked for every host.
                     * @default 3600
                     */
                    readonly rotationSeconds: number;
                };
            };
            /**
             * @description What is, as the operator sees it.
             * @default {}
             */
            readonly status: {
                /**
                 * Format: int64
                 * @description The generation of the spec that this status is about.
                 */
                readonly observedGeneration?: number;
                /** @description The addresses of each target. */
                readonly targets?: readonly {
                    /** @description The target, as in the spec. */
                    readonly record: string;
                    /** @description Addresses that the record holds, also while the load balancer names none. */
                    readonly addresses: readonly string[];
                    /**
                     * Format: date-time
                     * @description Since when these are the addresses.
                     */
                    readonly since?: string;
                    /** @description Earlier addresses, newest first, for 7 days. They tell Stale from External. */
                    readonly previous?: readonly {
                        /** @description The addresses of that time. */
                        readonly addresses: readonly string[];
                        /**
                         * Format: int64
                         * @description TTL that they were served with.
                         */
                        readonly ttlSeconds: number;
                        /**
                         * Format: date-time
                         * @description Since when every server of the zone gives what came after them; absent while one does not.
                         */
                        readonly levelSince?: string;
                    }[];
                }[];
                /** @description How many hosts the zone has. */
                readonly hosts?: {
                    /**
                     * Format: int64
                     * @description All hosts.
                     */
                    readonly total: number;
                    /**
                     * Format: int64
                     * @description Hosts that are Ready.
                     */
                    readonly ready: number;
                    /**
                     * Format: int64
                     * @description Hosts whose name is held by a foreign record.
                     */
                    readonly conflicting: number;
                };
                /** @description Texts for the columns of kubectl. */
                readonly summary?: {
                    /** @description Names of the targets, the default first. */
                    readonly target?: string;
                    /** @description Ready hosts of all hosts, such as 42/43. */
                    readonly hosts?: string;
                };
                /** @description The DNS servers that must serve the zone. */
                readonly servers?: readonly {
                    /** @description Its name in the spec, with that of the endpoint after a slash where it is a Service; the name of a node of the cluster. */
                    readonly name: string;
                    /** @description Where it is asked; absent where none is known. */
                    readonly address?: string;
                    /**
                     * Format: int64
                     * @description Serial of the zone's SOA there when something last changed; absent while it is not known.
                     */
                    readonly serial?: number;
                    /** @description Synced, or what is wrong with it. */
                    readonly reason?: string;
                }[];
                /** @description The catalog zone of the Technitium cluster that the zone was a member of when it was last read. Nothing is written into a zone that left it, until the SplitHorizonZone is made again. */
                readonly cluster?: string;
                /** @description Deletions that wait for the annotation splithorizon.dev/approve-deletions with their id. */
                readonly pendingDeletions?: {
                    /** @description What the annotation must say. */
                    readonly id: string;
                    /**
                     * Format: date-time
                     * @description Since when they wait.
                     */
                    readonly since: string;
                    /**
                     * Format: int64
                     * @description How many names they are.
                     */
                    readonly count: number;
                    /** @description The first names. */
                    readonly sample: readonly string[];
                };
                /** @description When records were deleted within the guard's window, oldest first. */
                readonly recentDeletions?: readonly string[];
                /**
                 * @description Ready, TechnitiumReachable, TargetsPublished, RecordsSynced, ServersInSync, DeletionsApproved, HostsResolve.
                 * @default [
                 *       {
                 *         "type": "Ready",
                 *         "status": "Unknown",
                 *         "reason": "Pending",
                 *         "message": "Waiting for the operator"
                 *       }
                 *     ]
                 */
                readonly conditions: readonly {
                    /** @description Which aspect. */
                    readonly type: string;
                    /** @description True, False or Unknown. */
                    readonly status: string;
                    /** @description Why, in one word for programs. */
                    readonly reason: string;
                    /** @description Why, for people. */
                    readonly message: string;
                    /**
                     * Format: int64
                     * @description The generation of the spec that this condition is about.
                     */
                    readonly observedGeneration?: number;
                    /**
                     * Format: date-time
                     * @description When the status last flipped; absent until the operator has set it.
                     */
                    readonly lastTransitionTime?: string;
                }[];
            };
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
