import type { Session } from './auth.ts';
import type { Call, PlainText, UserCall } from './call.ts';
import { ApiError } from './errors.ts';
import { addRecord, deleteRecord, getRecords, updateRecord } from './records-api.ts';
import * as session from './session-api.ts';
import * as zones from './zones-api.ts';

type Json = Record<string, unknown>;

/** Calls that need no token; their answer is not wrapped in `response`. */
const OPEN: Readonly<Record<string, (call: Call) => Json>> = {
  '/api/user/login': session.login,
  '/api/user/createToken': session.createToken,
  '/api/user/logout': session.logout,
};

const WITH_TOKEN: Readonly<Record<string, (call: UserCall) => Json | PlainText | Promise<Json>>> = {
  '/api/user/session/get': session.getSession,
  '/api/admin/users/create': session.createUser,
  '/api/admin/users/set': session.setUser,
  '/api/admin/users/delete': session.deleteUser,
  '/api/zones/list': zones.listZones,
  '/api/zones/create': zones.createZone,
  '/api/zones/delete': zones.deleteZone,
  '/api/zones/enable': zones.enableZone,
  '/api/zones/disable': zones.disableZone,
  '/api/zones/resync': zones.resyncZone,
  '/api/zones/convert': zones.convertZone,
  '/api/zones/options/get': zones.getZoneOptions,
  '/api/zones/permissions/get': session.getPermissions,
  '/api/zones/permissions/set': session.setPermissions,
  '/api/zones/import': zones.importZone,
  '/api/zones/export': zones.exportZone,
  '/api/zones/records/add': addRecord,
  '/api/zones/records/get': getRecords,
  '/api/zones/records/update': updateRecord,
  '/api/zones/records/delete': deleteRecord,
};

/** Answers one call: JSON (errors too), text, or undefined for a path that is not there. */
export async function answer(path: string, given: Call): Promise<Json | PlainText | undefined> {
  const envelope = { server: given.server.domain };
  try {
    const call = onNode(given);
    envelope.server = call.server.domain;
    const result = await dispatch(path, call);
    return result === undefined || isText(result) ? result : { ...result, ...envelope, status: 'ok' };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return {
      ...envelope,
      status: error.status,
      errorMessage: error.message,
      ...(error.inner !== undefined && { innerErrorMessage: error.inner }),
      ...(given.server.version === '14.3' && error.status === 'error' && { stackTrace: '   at stand-in' }),
    };
  }
}

const isText = (result: Json | PlainText): result is PlainText => result.constructor !== Object;

/** The same call on the node of the cluster that it names. */
function onNode(call: Call): Call {
  const name = call.params.optional('node');
  const { cluster } = call.server.membership;
  if (name === undefined || cluster === undefined) return call;
  const node = cluster.find(name);
  // No recording has the server's words for it.
  if (!node.isUp) throw new ApiError(`The Cluster node is unreachable: ${name}`);
  return { ...call, server: node.server };
}

function dispatch(path: string, call: Call): Json | PlainText | Promise<Json | PlainText> | undefined {
  if (path === '/api/sso/status' && call.server.version !== '14.3') return session.ssoStatus();
  const open = OPEN[path];
  if (open !== undefined) return open(call);
  const userCall = { ...call, session: requireSession(call) };
  const run = WITH_TOKEN[path];
  if (run === undefined) return undefined;
  const result = run(userCall);
  const wrapped = (json: Json): Json => (path === '/api/user/session/get' ? json : { response: json });
  if (result instanceof Promise) return result.then(wrapped);
  return isText(result) ? result : wrapped(result);
}

function requireSession({ server, token }: Call): Session {
  if (server.version === '14.3' && token === '') throw new ApiError("Parameter 'token' missing.");
  const found = server.auth.session(token) ?? server.membership.cluster?.session(token);
  if (found === undefined) throw new ApiError('Invalid token or session expired.', { status: 'invalid-token' });
  return found;
}
