/** A ClusterRole or Role, as far as it is read here. */
export interface Role {
  readonly kind: string;
  readonly metadata: { readonly namespace?: string };
  readonly rules: readonly {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly resourceNames?: readonly string[];
    readonly verbs: readonly string[];
  }[];
}

/** A line of the audit log (audit.k8s.io/v1 Event), as far as it is read here. */
export interface AuditEvent {
  readonly verb: string;
  readonly user: { readonly username: string };
  readonly requestURI: string;
  readonly objectRef?: {
    readonly apiGroup?: string;
    readonly resource?: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly responseStatus?: { readonly code: number };
}

/** One thing that may be done: `patch splithorizon.dev/splithorizonhosts/status`, with name or namespace where they are fixed. */
export interface Grant {
  readonly text: string;
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly name: string | undefined;
  readonly namespace: string | undefined;
}

/** Every single grant of the roles. */
export const grantsOf = (roles: readonly Role[]): Grant[] =>
  roles.flatMap(({ metadata: { namespace }, rules }) =>
    rules.flatMap(({ apiGroups, resources, resourceNames = [undefined], verbs }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) =>
          resourceNames.flatMap((name) =>
            verbs.map((verb) => ({
              text: [verb, `${group}/${resource}`, name, namespace && `in ${namespace}`].filter(Boolean).join(' '),
              verb,
              group,
              resource,
              name,
              namespace,
            })),
          ),
        ),
      ),
    ),
  );

/** Whether a request of this kind takes that right. */
const takes = ({ verb, responseStatus }: AuditEvent, right: string): boolean => {
  // A server that cannot stream a listing is listed page by page, and this one can: who needs watch needs list.
  if (right === 'list') return verb === 'list' || verb === 'watch';
  // What is applied is created where it is not there.
  return verb === right || (right === 'create' && verb === 'patch' && responseStatus?.code === 201);
};

/** Whether a request took a grant. */
export const uses = (event: AuditEvent, grant: Grant): boolean => takes(event, grant.verb) && isAbout(event, grant);

const isAbout = ({ objectRef = {} }: AuditEvent, grant: Grant): boolean =>
  (objectRef.apiGroup ?? '') === grant.group &&
  [objectRef.resource, objectRef.subresource].filter(Boolean).join('/') === grant.resource &&
  (grant.name === undefined || objectRef.name === grant.name) &&
  (grant.namespace === undefined || objectRef.namespace === grant.namespace);

/** The events of an audit log; a line that is being written is left out. */
export const auditEvents = (log: string): AuditEvent[] =>
  log
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line) => JSON.parse(line) as AuditEvent);
