import { expect, test } from 'vitest';
import { parseNsswitch } from '../../../../src/agent/machine/nsswitch.ts';

const PATH = '/etc/nsswitch.conf';

/** `files > resolve > dns`, with what was not seen behind it. */
function told(line: string | undefined, isResolvedThere = true): string {
  const { pinsDecide, ways, unseen } = parseNsswitch(line, PATH, isResolvedThere);
  return [[...(pinsDecide ? ['files'] : []), ...ways].join(' > '), ...unseen].join('; ');
}

test.each([
  ['no file at all', undefined, 'files > dns'],
  ['a file without such a line', 'passwd: files\n', 'files > dns'],
  ['a comment', '#hosts: dns\nhosts: files dns # as ever\n', 'files > dns'],
  ['Debian', 'passwd:         files systemd\nhosts:          files dns\nnetworks: files', 'files > dns'],
  ['Debian with a desktop', 'hosts: files mdns4_minimal [NOTFOUND=return] dns', 'files > dns'],
  ['Fedora', 'hosts: files myhostname resolve [!UNAVAIL=return] dns', 'files > resolve'],
  ['systemd', 'hosts: mymachines resolve [!UNAVAIL=return] files myhostname dns', 'resolve'],
  ['a resolve that others come after', 'hosts: files resolve dns', 'files > resolve > dns'],
  ['a hosts file behind DNS', 'hosts: dns files', 'dns'],
  ['letters and spaces of any kind', 'hosts :\tfiles  resolve [ !unavail = RETURN ]\tdns', 'files > resolve'],
  [
    'a directory in between',
    'hosts: files sss dns',
    `files > dns; ${PATH}: the module "sss" for hosts is not evaluated, and is asked before DNS`,
  ],
  ['a directory behind DNS', 'hosts: files dns sss', 'files > dns'],
  [
    'answers that are merged',
    'hosts: files [SUCCESS=merge] dns',
    `files > dns; ${PATH}: [SUCCESS=merge] behind files is not evaluated`,
  ],
  ['no DNS', 'hosts: files', `files; ${PATH} has programs look up hosts without DNS`],
  ['an end before DNS', 'hosts: files [NOTFOUND=return] dns', `files; ${PATH} has programs look up hosts without DNS`],
])('%s', (_name, text, want) => {
  expect(told(text)).toBe(want);
});

test('a module resolve finds nobody where systemd-resolved is not', () => {
  expect(told('hosts: files resolve [!UNAVAIL=return] dns', false)).toBe('files > dns');
});
