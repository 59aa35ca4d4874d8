import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { hostFiles } from '../../../../src/agent/machine/host-files.ts';

/** A root with these files; `-> target` makes a link. */
function rootWith(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'host-root-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const [path, content] of Object.entries(files)) put(root, path, content);
  return root;
}

function put(root: string, path: string, content: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  if (content.startsWith('-> ')) symlinkSync(content.slice(3), join(root, path));
  else writeFileSync(join(root, path), content);
}

function replace(root: string, path: string, content: string): void {
  put(root, `${path}.new`, content);
  renameSync(join(root, `${path}.new`), join(root, path));
}

describe('links', () => {
  const RUN = { '/run/systemd/resolve/stub-resolv.conf': 'the stub' };
  test.each([
    ['an absolute one stays inside', '-> /run/systemd/resolve/stub-resolv.conf', 'the stub'],
    ['a relative one', '-> ../run/systemd/resolve/stub-resolv.conf', 'the stub'],
    ['one that climbs above the root', '-> ../../../../../run/systemd/resolve/stub-resolv.conf', 'the stub'],
    ['one that leads nowhere', '-> /run/resolvconf/resolv.conf', undefined],
    ['one to itself', '-> resolv.conf', undefined],
    ['one to a folder', '-> /run/systemd', undefined],
  ])('%s', (_name, link, want) => {
    expect(hostFiles(rootWith({ ...RUN, '/etc/resolv.conf': link })).read('/etc/resolv.conf')).toBe(want);
  });

  test('one on the way is followed, for files and for folders', () => {
    const files = hostFiles(
      rootWith({ ...RUN, '/var/run': '-> /run', '/etc/resolve': '-> ../var/run/systemd/resolve' }),
    );
    expect(files.read('/var/run/systemd/resolve/stub-resolv.conf')).toBe('the stub');
    expect(files.list('/etc/resolve')).toEqual(['stub-resolv.conf']);
  });

  test('what is outside of the root is not there', () => {
    const outside = rootWith({ '/secret': 'of the container' });
    expect(hostFiles(rootWith({ '/etc/hosts': `-> ${outside}/secret` })).read('/etc/hosts')).toBeUndefined();
  });
});

describe('what is no plain file, or has no end, is not read', () => {
  test('a device, which never ends', () => {
    expect(hostFiles('/').read('/dev/zero')).toBeUndefined();
  });

  test('a FIFO, which would be waited at for ever', () => {
    const root = rootWith({ '/etc/resolv.conf': '' });
    execFileSync('mkfifo', [join(root, '/etc/hosts')]);
    expect(hostFiles(root).read('/etc/hosts')).toBeUndefined();
  });

  test('a file of more than 16 MiB, and one of the kernel that says it is empty is read', () => {
    const root = rootWith({ '/etc/hosts': '' });
    truncateSync(join(root, '/etc/hosts'), 16 * 1024 * 1024 + 1);
    expect(hostFiles(root).read('/etc/hosts')).toBeUndefined();
    expect(hostFiles('/').read('/proc/sys/kernel/ostype')).toBe('Linux\n');
  });

  test('links in a circle, and longer ways than Linux goes', () => {
    const links = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`/etc/l${index}`, `-> l${index + 1}`]));
    const files = hostFiles(rootWith({ ...links, '/etc/l60': 'far', '/a/b': '-> ../c', '/c': '-> a/b' }));
    expect(['/etc/l0', '/etc/l30', '/a/b', '/c'].map(files.read)).toEqual([undefined, 'far', undefined, undefined]);
  });
});

test('what is missing reads as such', () => {
  const files = hostFiles(rootWith({ '/etc/hosts': '' }));
  expect([files.read('/etc/hosts'), files.read('/etc/nsswitch.conf'), files.read('/etc')]).toEqual([
    '',
    undefined,
    undefined,
  ]);
  expect([files.list('/run/systemd'), files.list('/etc/hosts')]).toEqual([[], []]);
});

describe('changes', () => {
  const setUp = () => {
    const root = rootWith({
      '/etc/hosts': 'one',
      '/etc/resolv.conf': '-> /run/a',
      '/run/a': 'the same',
      '/run/b': 'the same',
      '/etc/drop-ins/a.conf': '',
    });
    const files = hostFiles(root);
    for (const path of ['/etc/hosts', '/etc/resolv.conf', '/etc/nsswitch.conf']) files.read(path);
    files.list('/etc/drop-ins');
    return { root, files };
  };

  test('nothing has changed at first', () => {
    expect(setUp().files.haveChanged()).toBe(false);
  });

  test.each<[string, (root: string) => void]>([
    ['a file has other content', (root) => put(root, '/etc/hosts', 'two and more')],
    ['a file has gone', (root) => unlinkSync(join(root, '/etc/hosts'))],
    ['a file has come', (root) => put(root, '/etc/nsswitch.conf', '')],
    ['a file was replaced', (root) => replace(root, '/etc/hosts', 'one')],
    ['a link leads elsewhere', (root) => replace(root, '/etc/resolv.conf', '-> /run/b')],
    ['a folder has another file', (root) => put(root, '/etc/drop-ins/b.conf', '')],
  ])('%s', (_name, change) => {
    const { root, files } = setUp();
    change(root);
    expect(files.haveChanged()).toBe(true);
  });
});
