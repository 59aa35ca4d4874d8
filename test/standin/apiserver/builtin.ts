import { createHash } from 'node:crypto';
import { isObject, textOf, type JsonObject, type KubeObject } from './objects.ts';
import type { Resource } from './resources.ts';

/** Out of the service network of the real server that tests start, the same for the same Service each time. */
const clusterIpOf = ({ metadata }: KubeObject): string => {
  const digest = createHash('sha256')
    .update(`${metadata.namespace ?? ''}/${metadata.name}`)
    .digest();
  return `10.96.${digest.readUInt8(0)}.${digest.readUInt8(1)}`;
};

const withServiceDefaults = (spec: JsonObject, object: KubeObject): JsonObject => {
  const type = spec['type'] ?? 'ClusterIP';
  const ports = Array.isArray(spec['ports']) ? spec['ports'] : [];
  const address = spec['clusterIP'] ?? clusterIpOf(object);
  const network =
    type === 'ExternalName'
      ? {}
      : { clusterIP: address, clusterIPs: [address], ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' };
  return {
    ...network,
    sessionAffinity: 'None',
    ...spec,
    type,
    ports: ports.map((port) => (isObject(port) ? { protocol: 'TCP', targetPort: port['port'], ...port } : port)),
  };
};

const withSecretData = ({ stringData, ...object }: KubeObject): KubeObject => {
  const encoded = Object.entries(isObject(stringData) ? stringData : {}).map(
    ([key, value]) => [key, Buffer.from(textOf(value)).toString('base64')] as const,
  );
  const data = { ...(isObject(object['data']) ? object['data'] : {}), ...Object.fromEntries(encoded) };
  return { type: 'Opaque', ...object, ...(Object.keys(data).length === 0 ? {} : { data }) };
};

/** The label that every namespace has (Kubernetes, "Well-Known Labels"). */
const named = ({ metadata }: KubeObject): KubeObject['metadata'] => ({
  ...metadata,
  labels: { ...metadata.labels, 'kubernetes.io/metadata.name': metadata.name },
});

/** What the API server itself fills in for a built-in kind, as far as somebody here looks at it. */
export const withBuiltinDefaults = (object: KubeObject, { custom, kind }: Resource): KubeObject => {
  if (custom) return object;
  switch (kind) {
    case 'Service': {
      const spec = withServiceDefaults(isObject(object.spec) ? object.spec : {}, object);
      return { ...object, spec, status: object.status ?? { loadBalancer: {} } };
    }
    case 'Ingress':
      return { ...object, status: object.status ?? { loadBalancer: {} } };
    case 'Namespace':
      return { ...object, metadata: named(object), status: object.status ?? { phase: 'Active' } };
    case 'Secret':
      return withSecretData(object);
    default:
      return object;
  }
};
