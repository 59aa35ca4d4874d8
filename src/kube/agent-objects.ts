import type { Report, VantageSpec } from '../model/api.ts';
import type { VantageView } from '../model/views.ts';
import { openAccess, type AccessOptions } from './access.ts';
import { isNotFound } from './kube-error.ts';
import { microTime } from './micro-time.ts';
import { API_VERSION, PATHS } from './paths.ts';
import { APPLY_PATCH, createRest, type Rest } from './rest.ts';
import { createStream, type Stream, type StreamParts } from './stream.ts';
import { createTransport } from './transport.ts';
import { questionsView, vantageView, type QuestionsView } from './views.ts';

/** What the connection of an agent is made of. */
export interface ConnectAgentOptions extends AccessOptions, Pick<StreamParts, 'now' | 'random'> {
  /** For the user agent. */
  readonly version: string;
}

/** The API server, as far as an agent needs it. Each request throws a KubeError when it fails, and is done once. */
export interface AgentKube {
  /** Undefined where there is none. */
  readVantage(name: string, signal: AbortSignal): Promise<VantageView | undefined>;
  createVantage(name: string, spec: VantageSpec, signal: AbortSignal): Promise<void>;
  /** Makes this the vantage's report, whatever it was. */
  applyReport(name: string, report: Report, signal: AbortSignal): Promise<void>;
  /** Says that the agent of a vantage lives, at a time of the wall clock (ms). */
  renewLease(vantage: string, holder: string, at: number, signal: AbortSignal): Promise<void>;
  readonly stream: Stream;
  readonly questionsView: (raw: unknown) => QuestionsView;
}

/** What agents call themselves where the API server notes who wrote which field. */
const AGENT_MANAGER = 'splithorizon-agent';
const AS_AGENT = `?fieldManager=${AGENT_MANAGER}`;
/** As an agent means a Lease: three renewals missed. */
const LEASE_SECONDS = 180;

/** Prepares the connection; throws where no API server is named, or its kubeconfig cannot be read. Nothing is sent yet. */
export function connectAgent(options: ConnectAgentOptions): AgentKube {
  const send = createTransport(openAccess(options), `splithorizon-agent/${options.version}`);
  const rest = createRest(send);
  return {
    ...createAgentObjects(rest),
    stream: createStream({ send, rest, now: options.now, random: options.random }),
    questionsView,
  };
}

function createAgentObjects(rest: Rest): Omit<AgentKube, 'stream' | 'questionsView'> {
  const apply = async (path: string, body: object, signal: AbortSignal): Promise<void> => {
    const query = `${AS_AGENT}&force=true`;
    await rest({ method: 'PATCH', path: path + query, body, contentType: APPLY_PATCH, signal });
  };
  return {
    async readVantage(name, signal) {
      try {
        return vantageView(await rest({ method: 'GET', path: `${PATHS.vantages}/${name}`, signal }));
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
      }
    },
    async createVantage(name, spec, signal) {
      const body = { apiVersion: API_VERSION, kind: 'SplitHorizonVantage', metadata: { name }, spec };
      await rest({ method: 'POST', path: PATHS.vantages + AS_AGENT, body, signal });
    },
    applyReport: (name, report, signal) => {
      const body = { apiVersion: API_VERSION, kind: 'SplitHorizonVantage', metadata: { name }, status: { report } };
      return apply(`${PATHS.vantages}/${name}/status`, body, signal);
    },
    renewLease: (vantage, holder, at, signal) => {
      const body = {
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        metadata: { name: vantage },
        spec: { holderIdentity: holder, leaseDurationSeconds: LEASE_SECONDS, renewTime: microTime(at) },
      };
      return apply(`${PATHS.leases}/${vantage}`, body, signal);
    },
  };
}
