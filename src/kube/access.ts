import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { KubeError } from './kube-error.ts';

/** Where the API server is and who we are to it. */
export interface AccessOptions {
  /** A kubeconfig file; it wins over `inCluster`. */
  readonly kubeconfig?: string | undefined;
  /** What Kubernetes tells a pod (KUBERNETES_SERVICE_HOST and _PORT); undefined outside of one. */
  readonly inCluster?: { readonly host: string; readonly port: string } | undefined;
  /** The folder with `token` and `ca.crt` of the pod's service account; default: where Kubernetes mounts it. */
  readonly serviceAccountFolder?: string | undefined;
}

/** What Node's request takes to be let in. */
export interface Credentials extends Pick<http.RequestOptions, 'auth' | 'agent'> {
  readonly headers: http.OutgoingHttpHeaders;
}

/** The API server's address, and what a request to it needs at this moment. */
export interface Access {
  /** Without a trailing slash; it may have a path. */
  readonly server: string;
  /** Credentials are read anew each time: tokens in files change, plugins renew theirs. */
  authorize(): Promise<Credentials>;
}

const SERVICE_ACCOUNT_FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';
/** Unused connections end before the API server's own idle limit of 90 s could cut one while it is taken up again. */
const IDLE_CONNECTION_MS = 30_000;

/** Finds the API server: the given kubeconfig, else that of the pod's cluster; never a guess such as localhost. */
export function openAccess(options: AccessOptions): Access {
  const config = new KubeConfig();
  const folder = options.serviceAccountFolder ?? SERVICE_ACCOUNT_FOLDER;
  if (options.kubeconfig !== undefined) loadFile(config, options.kubeconfig);
  else if (options.inCluster !== undefined) loadServiceAccount(config, options.inCluster, folder);
  else throw new Error('no API server: give a kubeconfig, or run in a pod of the cluster');
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new Error('the kubeconfig has no current context with a cluster');
  const tokenFile = options.kubeconfig === undefined ? join(folder, 'token') : undefined;
  const agentFor = createAgentCache(cluster.server);
  return {
    server: cluster.server.replace(/\/+$/, ''),
    authorize: async () => {
      const tls = await applyTo(config);
      // What client-node makes for a proxy knows the way through it; its direct agents would not keep connections.
      const agent = cluster.proxyUrl === undefined ? agentFor(tls) : tls.agent;
      const bearer = tokenFile === undefined ? {} : { Authorization: `Bearer ${readToken(tokenFile)}` };
      return {
        headers: { ...(tls.headers as http.OutgoingHttpHeaders | undefined), ...bearer },
        auth: tls.auth,
        agent,
      };
    },
  };
}

function loadFile(config: KubeConfig, path: string): void {
  let content;
  try {
    content = readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'it cannot be read';
    throw new Error(`kubeconfig ${path}: ${code}`, { cause: error });
  }
  try {
    // As loadFromFile does, whose errors quote the lines with the tokens.
    config.loadFromString(content);
    config.makePathsAbsolute(join(path, '..'));
  } catch {
    throw new Error(`kubeconfig ${path}: it is no valid kubeconfig`);
  }
}

function loadServiceAccount(
  config: KubeConfig,
  { host, port }: NonNullable<AccessOptions['inCluster']>,
  folder: string,
): void {
  config.loadFromClusterAndUser(
    {
      name: 'in-cluster',
      server: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`,
      caFile: join(folder, 'ca.crt'),
      skipTLSVerify: false,
    },
    { name: 'in-cluster' },
  );
}

/** The token that counts now; client-node would go on with the former one for up to a minute, though it may be revoked. */
function readToken(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw noCredentials(error);
  }
}

async function applyTo(config: KubeConfig): Promise<https.RequestOptions> {
  const options: https.RequestOptions = {};
  try {
    await config.applyToHTTPSOptions(options);
  } catch (error) {
    throw noCredentials(error);
  }
  return options;
}

/** The text of a plugin's or parser's error may hold the credentials themselves. */
function noCredentials(error: unknown): KubeError {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : '';
  return new KubeError(`the credentials for the API server cannot be had${code}`, { code: 0, reason: 'NoCredentials' });
}

/** The agent that keeps the connections; another one once the certificates have changed. */
function createAgentCache(server: string): (tls: https.RequestOptions) => http.Agent {
  const shared = { keepAlive: true, timeout: IDLE_CONNECTION_MS };
  let agent: http.Agent | undefined;
  let madeFor = '';
  return ({ ca, cert, key, rejectUnauthorized, servername }) => {
    const material = [ca, cert, key].map(String).join('\n');
    if (agent === undefined || material !== madeFor) {
      agent = server.startsWith('http:')
        ? new http.Agent(shared)
        : new https.Agent({ ...shared, ca, cert, key, rejectUnauthorized, servername });
      madeFor = material;
    }
    return agent;
  };
}
