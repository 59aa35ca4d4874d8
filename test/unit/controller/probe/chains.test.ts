import { describe, expect, test } from 'vitest';
import { askedPlacesOf, chainOf, nameserversOf, type VantageChain } from '../../../../src/controller/probe/chains.ts';
import type { VantageView } from '../../../../src/model/views.ts';

const view = (name: string, audience: string, resolvers?: readonly string[]): VantageView =>
  ({ name, spec: { audience, ...(resolvers && { resolvers: resolvers.map((address) => ({ address })) }) } }) as never;
const noFile = (): string => {
  throw new Error('ENOENT');
};
const chain = (name: string, audience: string, resolvers?: readonly string[], file: () => string = noFile) =>
  chainOf(view(name, audience, resolvers), file);
const keysOf = (found: VantageChain | undefined): string[] | undefined => found?.nameservers.map(({ key }) => key);

describe('the chain of a vantage', () => {
  test('is in the order of its resolvers, each address spelled in one way', () => {
    const found = chain('lan', 'LAN', ['192.168.1.2', '10.0.20.1:53', '[FD00::1]:5353', 'nonsense']);
    expect(keysOf(found)).toEqual(['192.168.1.2', '10.0.20.1', '[fd00::1]:5353']);
    expect(found).toMatchObject({ vantage: 'lan', audience: 'LAN', everyServerMayAnswer: false });
  });

  test('of pods is that of the file, with its timeout and attempts, three nameservers at most', () => {
    const file = 'nameserver 10.96.0.10\nnameserver ::1\nnameserver 127.0.0.1#5301\nnameserver 10.9.9.9\n';
    const found = chain('pods', 'Pods', undefined, () => `${file}options timeout:2 attempts:3\n`);
    expect(keysOf(found)).toEqual(['10.96.0.10', '::1', '127.0.0.1:5301']);
    expect(found?.nameservers[0]?.server).toEqual({ address: '10.96.0.10', port: 53, timeoutMs: 2000, attempts: 3 });
  });

  test('is empty where the file cannot be read or a vantage names nobody', () => {
    expect(keysOf(chain('pods', 'Pods'))).toEqual([]);
    expect(keysOf(chain('lan', 'LAN'))).toEqual([]);
    expect(keysOf(chain('lan', 'LAN', undefined, () => 'nameserver 10.96.0.10\n'))).toEqual([]);
  });

  test.each([
    { name: 'pods may use musl', given: chain('pods-a', 'Pods', ['10.0.0.1']), want: true },
    { name: 'nodes ask one after the other', given: chain('node-a', 'Nodes', ['10.0.0.1']), want: false },
  ])('any server may answer: $name', ({ given, want }) => {
    expect(given?.everyServerMayAnswer).toBe(want);
  });

  test('is none for an audience that is not known', () => {
    expect(chain('x', 'Printers', ['10.0.0.1'])).toBeUndefined();
  });
});

describe('nameservers of several chains', () => {
  const some = (...found: (VantageChain | undefined)[]): VantageChain[] => found.flatMap((each) => each ?? []);

  test('are asked as patiently as the most patient asks them', () => {
    const hasty = (options: string) =>
      chain('pods', 'Pods', undefined, () => `nameserver 10.0.0.1\noptions ${options}\n`);
    const usual = chain('lan', 'LAN', ['10.0.0.1']);
    const [short, long] = [hasty('timeout:1 attempts:1'), hasty('timeout:30')];
    expect(nameserversOf(some(short, usual)).get('10.0.0.1')).toEqual({ address: '10.0.0.1', port: 53 });
    expect(nameserversOf(some(usual, short)).get('10.0.0.1')).toEqual({ address: '10.0.0.1', port: 53 });
    expect(nameserversOf(some(usual, long)).get('10.0.0.1')).toMatchObject({ timeoutMs: 30_000 });
  });

  test('are told by the place that they are asked from: nodes and pods stand at the same', () => {
    const chains = some(
      chain('node', 'Nodes', ['10.0.0.1']),
      chain('pods-a', 'Pods', ['10.0.0.1']),
      chain('lan', 'LAN', ['10.0.0.1', '10.0.0.2']),
    );
    expect([...askedPlacesOf(chains)]).toEqual([
      ['cluster 10.0.0.1', '10.0.0.1'],
      ['LAN 10.0.0.1', '10.0.0.1'],
      ['LAN 10.0.0.2', '10.0.0.2'],
    ]);
  });
});
