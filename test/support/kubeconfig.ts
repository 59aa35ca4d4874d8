import { stringify } from 'yaml';

/** What a client must know to speak to an API server as administrator. */
export interface ApiAccess {
  /** Such as `https://127.0.0.1:21234`. */
  readonly url: string;
  readonly token: string;
  /** The certificate authority in PEM; absent for plain http. */
  readonly ca?: string | undefined;
}

/** A kubeconfig with one cluster, user and context, each named `test`. */
export const kubeconfigText = ({ url, token, ca }: ApiAccess): string => {
  // client-node refuses plain http unless told that TLS does not matter.
  const trust = ca === undefined ? { 'insecure-skip-tls-verify': true } : { 'certificate-authority-data': btoa(ca) };
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server: url, ...trust } }],
    users: [{ name: 'test', user: { token } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
    'current-context': 'test',
  });
};
