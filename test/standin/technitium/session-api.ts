import { ADMIN, type Right, type Rights, type Session, type User } from './auth.ts';
import { requireRight, type Call, type Server, type UserCall } from './call.ts';
import { ApiError } from './errors.ts';
import { timeText } from './record.ts';
import { DEFAULT_TTL } from './zone-store.ts';

const SECTIONS = [
  'Dashboard',
  'Zones',
  'Cache',
  'Allowed',
  'Blocked',
  'Apps',
  'DnsClient',
  'Settings',
  'DhcpServer',
  'Administration',
  'Logs',
];
const RIGHTS: readonly Right[] = ['View', 'Modify', 'Delete'];

/** What a login, a token and a session are shown as. */
function sessionJson(server: Server, session: Session, withInfo: boolean): Record<string, unknown> {
  const { token, tokenName } = session;
  const user = server.auth.requireUser(session.user);
  return {
    ...(tokenName === undefined
      ? { displayName: user.displayName, username: user.name, ...ssoUser(server), totpEnabled: false, token }
      : { username: user.name, tokenName, token }),
    ...(withInfo && { info: info(server, user.name) }),
  };
}

const ssoUser = (server: Server): Record<string, unknown> => (server.version === '14.3' ? {} : { isSsoUser: false });

function info(server: Server, user: string): Record<string, unknown> {
  const allowed = (section: string): Record<string, boolean> =>
    Object.fromEntries(RIGHTS.map((right) => [`can${right}`, server.auth.inSection(user, section, right)]));
  return {
    version: server.version,
    uptimestamp: timeText(server.startedAt),
    dnsServerDomain: server.domain,
    defaultRecordTtl: DEFAULT_TTL.record,
    defaultNsRecordTtl: DEFAULT_TTL.ns,
    defaultSoaRecordTtl: DEFAULT_TTL.soa,
    useSoaSerialDateScheme: false,
    dnssecValidation: true,
    ...clusterInfo(server),
    permissions: Object.fromEntries(SECTIONS.map((section) => [section, allowed(section)])),
  };
}

function clusterInfo(server: Server): Record<string, unknown> {
  const { cluster } = server.membership;
  if (cluster === undefined) return { clusterInitialized: false };
  return { clusterInitialized: true, clusterDomain: cluster.domain, clusterNodes: cluster.shown(server) };
}

export function login({ server, params, from }: Call): Record<string, unknown> {
  const user = server.auth.authenticate(params.text('user'), params.text('pass'), from);
  return sessionJson(server, server.auth.createSession(user, from), params.flag('includeInfo', false));
}

/** By password or, since 15.0, by a session. */
export function createToken({ server, params, from, token }: Call): Record<string, unknown> {
  const { auth } = server;
  const present = server.version === '14.3' ? undefined : auth.session(token);
  const [name, pass] = present === undefined ? [params.text('user'), params.text('pass')] : ['', ''];
  const tokenName = params.text('tokenName');
  const user = present === undefined ? auth.authenticate(name, pass, from) : auth.requireUser(present.user);
  return sessionJson(server, auth.createSession(user, from, tokenName), false);
}

export function logout({ server, token }: Call): Record<string, unknown> {
  server.auth.endSession(token);
  return {};
}

export function getSession({ server, session }: UserCall): Record<string, unknown> {
  return sessionJson(server, session, true);
}

export function ssoStatus(): Record<string, unknown> {
  return { ssoEnabled: false };
}

function userJson(server: Server, user: User): Record<string, unknown> {
  const [recent, previous] = user.logins;
  return {
    displayName: user.displayName,
    username: user.name,
    ...ssoUser(server),
    totpEnabled: false,
    disabled: user.disabled,
    previousSessionLoggedOn: timeText(previous?.at),
    previousSessionRemoteAddress: previous?.from ?? '0.0.0.0',
    recentSessionLoggedOn: timeText(recent?.at),
    recentSessionRemoteAddress: recent?.from ?? '0.0.0.0',
  };
}

function administer({ server, session }: UserCall, right: Right): void {
  requireRight(server.auth.inSection(session.user, 'Administration', right));
}

export function createUser(call: UserCall): Record<string, unknown> {
  administer(call, 'Modify');
  const { server, params } = call;
  const name = params.text('user');
  return userJson(server, server.auth.createUser(name, params.optional('displayName') ?? name, params.text('pass')));
}

export function setUser(call: UserCall): Record<string, unknown> {
  administer(call, 'Modify');
  const { server, params, session } = call;
  const user = server.auth.requireUser(params.text('user'));
  const disabled = params.flag('disabled', user.disabled);
  if (disabled && user.name === session.user)
    throw new ApiError("Cannot update user profile: cannot disable current user's account.");
  const changed = server.auth.changeUser(user, {
    disabled,
    displayName: params.said('displayName') ?? user.displayName,
    password: params.optional('newPass') ?? user.password,
  });
  for (const { token, tokenName } of server.auth.sessionsOf(changed)) {
    if (disabled && tokenName === undefined) server.auth.endSession(token);
  }
  const memberOfGroups = user.name === ADMIN ? ['Administrators'] : [];
  return { ...userJson(server, changed), sessionTimeoutSeconds: 1800, memberOfGroups };
}

export function deleteUser(call: UserCall): Record<string, unknown> {
  administer(call, 'Delete');
  const name = call.params.text('user');
  if (name.toLowerCase() === call.session.user) throw new ApiError('Invalid operation: cannot delete current user.');
  call.server.auth.deleteUser(name);
  return {};
}

function permissionsOf({ server, params, session }: UserCall, right: Right): string {
  requireRight(server.auth.inSection(session.user, 'Zones', 'Modify'));
  const zone = params
    .text('zone')
    .replace(/^\.+|\.+$/g, '')
    .toLowerCase();
  requireRight(server.store.get(zone) !== undefined && server.auth.inZone(session.user, zone, right));
  return zone;
}

export function getPermissions(call: UserCall): Record<string, unknown> {
  return permissionsJson(call.server, permissionsOf(call, 'View'));
}

/** `userPermissions` is `user|view|modify|delete|user|...` and replaces all that were there. */
export function setPermissions(call: UserCall): Record<string, unknown> {
  const { server, params } = call;
  const zone = permissionsOf(call, 'Delete');
  const said = params.said('userPermissions')?.split('|');
  if (said !== undefined) {
    const rights = new Map<string, Rights>();
    for (let i = 0; i + 3 < said.length; i += 4) {
      const user = server.auth.user(said[i] ?? '');
      const granted = RIGHTS.filter((_, j) => said[i + 1 + j]?.toLowerCase() === 'true');
      if (user !== undefined) rights.set(user.name, new Set(granted));
    }
    server.auth.setRights(zone, rights);
  }
  return permissionsJson(server, zone);
}

function permissionsJson(server: Server, zone: string): Record<string, unknown> {
  const can = (rights: Rights): Record<string, boolean> =>
    Object.fromEntries(RIGHTS.map((right) => [`can${right}`, rights.has(right)]));
  const users = [...server.auth.rights(zone)].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    section: 'Zones',
    subItem: zone,
    userPermissions: users.map(([username, rights]) => ({ username, ...can(rights) })),
    groupPermissions: ['Administrators', 'DNS Administrators'].map((name) => ({ name, ...can(new Set(RIGHTS)) })),
  };
}
