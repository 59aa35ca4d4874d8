// Made from src/technitium/openapi.yaml by `npm run generate`; edit that instead.

export interface paths {
    readonly "/api/user/login": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * A session for a user and a password.
         * @description Five wrong passwords from one address, and logins from there are refused for 300 s. A session ends when it was
         *     not used for 30 minutes (by default).
         */
        readonly post: operations["login"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/user/logout": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** The end of a session. */
        readonly post: operations["logout"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/user/session/get": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Who the token is, what it may do, and which server this is. */
        readonly post: operations["getSession"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/zones/list": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** All zones that the token may see; a zone without rights is simply missing. */
        readonly post: operations["listZones"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/zones/resync": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * A Secondary zone is transferred now, in place of some seconds later.
         * @description The transfer goes on after the answer. Needs the section right Zones Modify and Modify on the zone. A zone of
         *     another type is refused by `Only Secondary, ... zones support resync.`
         */
        readonly post: operations["resyncZone"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/zones/records/get": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * The records of one name, or with `listZone` of the whole zone, in one answer.
         * @description A name that is not there has no records, which is no error. A wildcard does not stand in for it.
         */
        readonly post: operations["getRecords"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/zones/records/add": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * One more record.
         * @description Another TTL than that of the set changes the whole set's and erases the comments of its other records.
         */
        readonly post: operations["addRecord"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/zones/records/update": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Another value, TTL or comments for one record.
         * @description No patch: what is left out falls back to its default. A CNAME takes its new target in `cname` and is found by
         *     its name alone.
         */
        readonly post: operations["updateRecord"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/zones/records/delete": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * One record less.
         * @description A CNAME is deleted whatever its target, so none is sent. The answer does not say the zone.
         */
        readonly post: operations["deleteRecord"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api/zones/import": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /**
         * Many records as a master file (RFC 1035 section 5).
         * @description Needs the section right Zones Modify. The Content-Type must be exactly `text/plain`: with a charset the server
         *     says that the file is missing. An existing CNAME is replaced whatever `overwrite` says. A syntax error rejects
         *     all of it before any change; a record that does not fit stops it midway and leaves the earlier ones in place.
         */
        readonly post: operations["importRecords"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        readonly TokenForm: {
            readonly token: string;
            /**
             * @description The server of the cluster, by its name, that carries the call out; any other passes it on. Default: the one
             *     that is asked. An unknown one is refused by `No such node exists in the Cluster by name: X`.
             */
            readonly node?: string;
        };
        readonly NameForm: {
            /** @description The name of the record. */
            readonly domain: string;
            /**
             * @description Not matched exactly but as the closest zone above: a zone that is missing silently becomes its parent. Only
             *     the zone in the answer says which one was meant.
             */
            readonly zone: string;
        };
        readonly RecordForm: {
            /** @description In seconds; at most the expire field of the zone's SOA. */
            readonly ttl: number;
            readonly comments: string;
            /**
             * @description Never expires by itself.
             * @constant
             */
            readonly expiryTtl: 0;
        };
        readonly AddressForm: {
            /** @enum {unknown} */
            readonly type: "A" | "AAAA";
            readonly ipAddress: string;
        };
        readonly AliasForm: {
            /** @constant */
            readonly type: "CNAME";
            readonly cname: string;
        };
        /** @description There is one, at the apex. A serial that is not higher than the present one counts as one step. */
        readonly SoaForm: {
            /** @constant */
            readonly type: "SOA";
            readonly primaryNameServer: string;
            /** @description As name@host, or as a domain name. */
            readonly responsiblePerson: string;
            readonly serial: number;
            readonly refresh: number;
            readonly retry: number;
            readonly expire: number;
            readonly minimum: number;
            readonly useSerialDateScheme: boolean;
        };
        readonly Refusal: {
            /**
             * @description `invalid-token`: unknown, expired or missing token, disabled or deleted user. `error`: all else; there are no
             *     error codes, only texts.
             * @enum {unknown}
             */
            readonly status: "error" | "invalid-token" | "2fa-required";
            readonly errorMessage?: string;
        };
        readonly LoginAnswer: {
            /** @constant */
            readonly status: "ok";
            readonly token: string;
        };
        readonly DoneAnswer: {
            /** @constant */
            readonly status: "ok";
        };
        readonly WriteAnswer: {
            /** @constant */
            readonly status: "ok";
            readonly response: {
                readonly zone: components["schemas"]["Zone"];
            };
        };
        readonly ZonesAnswer: {
            /** @constant */
            readonly status: "ok";
            readonly response: {
                readonly zones: readonly components["schemas"]["Zone"][];
            };
        };
        readonly RecordsAnswer: {
            /** @constant */
            readonly status: "ok";
            readonly response: {
                readonly zone: components["schemas"]["Zone"];
                readonly records: readonly components["schemas"]["Record"][];
            };
        };
        readonly SessionAnswer: {
            /** @constant */
            readonly status: "ok";
            readonly info: components["schemas"]["SessionInfo"];
        };
        readonly Zone: {
            readonly name: string;
            /** @description Primary, Forwarder, Secondary, Stub and others; only the first two take writes. */
            readonly type: string;
            /** @description Answers REFUSED over DNS but still takes writes. */
            readonly disabled: boolean;
            readonly soaSerial: number;
            /** @description When something in it last changed. */
            readonly lastModified?: string;
            /** @description The catalog zone (RFC 9432) that it is a member of; that of a cluster is `cluster-catalog.<domain>`. */
            readonly catalog?: string | null;
        };
        readonly Record: {
            /** @description As it was written, without a trailing dot. */
            readonly name: string;
            readonly type: string;
            readonly ttl: number;
            readonly disabled: boolean;
            /** @description Absent when there are none. */
            readonly comments?: string;
            /** @description `0001-01-01T00:00:00` where it was never set. */
            readonly lastModified?: string;
            /** @description `ipAddress` of A and AAAA, `cname` of CNAME, `aname` of ANAME, `text` of TXT; other types have their own. */
            readonly rData: {
                readonly [key: string]: unknown;
            };
        };
        readonly SessionInfo: {
            readonly version: string;
            readonly dnsServerDomain: string;
            /** @description When the server started. */
            readonly uptimestamp: string;
            readonly clusterInitialized: boolean;
            readonly clusterNodes?: readonly components["schemas"]["ClusterNode"][];
            readonly permissions: {
                readonly Zones: {
                    /** @description May import. */
                    readonly canModify: boolean;
                };
            };
        };
        readonly ClusterNode: {
            readonly name: string;
            readonly url: string;
            readonly ipAddresses: readonly string[];
            /** @description Primary or Secondary. */
            readonly type: string;
            /** @description Self, Connected or Unreachable. */
            readonly state: string;
        };
    };
    responses: {
        /** @description The zone after the write, which gives its new serial. */
        readonly Written: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["WriteAnswer"] | components["schemas"]["Refusal"];
            };
        };
        /** @description Nothing but success or failure. */
        readonly Done: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["DoneAnswer"] | components["schemas"]["Refusal"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    readonly login: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/x-www-form-urlencoded": {
                    readonly user: string;
                    readonly pass: string;
                };
            };
        };
        readonly responses: {
            /** @description The session's token, in clear. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["LoginAnswer"] | components["schemas"]["Refusal"];
                };
            };
        };
    };
    readonly logout: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/x-www-form-urlencoded": components["schemas"]["TokenForm"];
            };
        };
        readonly responses: {
            readonly 200: components["responses"]["Done"];
        };
    };
    readonly getSession: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/x-www-form-urlencoded": components["schemas"]["TokenForm"];
            };
        };
        readonly responses: {
            /** @description The session; the token stands in it in clear. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["SessionAnswer"] | components["schemas"]["Refusal"];
                };
            };
        };
    };
    readonly listZones: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/x-www-form-urlencoded": components["schemas"]["TokenForm"];
            };
        };
        readonly responses: {
            /** @description The zones, in one answer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ZonesAnswer"] | components["schemas"]["Refusal"];
                };
            };
        };
    };
    readonly resyncZone: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/x-www-form-urlencoded": components["schemas"]["TokenForm"] & {
                    /** @description Matched exactly. */
                    readonly zone: string;
                };
            };
        };
        readonly responses: {
            readonly 200: components["responses"]["Done"];
        };
    };
    readonly getRecords: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/x-www-form-urlencoded": components["schemas"]["TokenForm"] & components["schemas"]["NameForm"] & {
                    readonly listZone: boolean;
                };
            };
        };
        readonly responses: {
            /** @description The zone and its records. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RecordsAnswer"] | components["schemas"]["Refusal"];
                };
            };
        };
    };
    readonly addRecord: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/x-www-form-urlencoded": components["schemas"]["TokenForm"] & components["schemas"]["NameForm"] & components["schemas"]["RecordForm"] & {
                    /**
                     * @description True would replace the whole set of the type at the name.
                     * @constant
                     */
                    readonly overwrite: false;
                } & (components["schemas"]["AddressForm"] | components["schemas"]["AliasForm"]);
            };
        };
        readonly responses: {
            readonly 200: components["responses"]["Written"];
        };
    };
    readonly updateRecord: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/x-www-form-urlencoded": components["schemas"]["TokenForm"] & components["schemas"]["NameForm"] & components["schemas"]["RecordForm"] & {
                    readonly disable: boolean;
                } & ((components["schemas"]["AddressForm"] & {
                    readonly newIpAddress: string;
                }) | components["schemas"]["AliasForm"] | components["schemas"]["SoaForm"]);
            };
        };
        readonly responses: {
            readonly 200: components["responses"]["Written"];
        };
    };
    readonly deleteRecord: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/x-www-form-urlencoded": components["schemas"]["TokenForm"] & components["schemas"]["NameForm"] & (components["schemas"]["AddressForm"] | {
                    /** @constant */
                    readonly type: "CNAME";
                });
            };
        };
        readonly responses: {
            readonly 200: components["responses"]["Done"];
        };
    };
    readonly importRecords: {
        readonly parameters: {
            readonly query: {
                /** @description Matched exactly. */
                readonly zone: string;
                /** @description Only to servers before 15.0, which find it nowhere else and say so. */
                readonly token?: string;
                readonly overwrite: false;
                /** @description As in the forms. */
                readonly node?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "text/plain": string;
            };
        };
        readonly responses: {
            readonly 200: components["responses"]["Done"];
        };
    };
}
