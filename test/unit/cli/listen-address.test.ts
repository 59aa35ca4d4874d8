import { InvalidArgumentError } from 'commander';
import { describe, expect, test } from 'vitest';
import { parseListenAddress } from '../../../src/cli/listen-address.ts';

describe('a listen address', () => {
  test.each<{ given: string; want: { host: string; port: number } }>([
    { given: '0.0.0.0:8080', want: { host: '0.0.0.0', port: 8080 } },
    { given: '127.0.0.1:0', want: { host: '127.0.0.1', port: 0 } },
    { given: 'localhost:65535', want: { host: 'localhost', port: 65_535 } },
    { given: '[::1]:8080', want: { host: '::1', port: 8080 } },
    { given: '[::]:8080', want: { host: '::', port: 8080 } },
    { given: ':8080', want: { host: '', port: 8080 } },
  ])('is $given', ({ given, want }) => {
    expect(parseListenAddress(given)).toEqual(want);
  });

  test.each([
    '',
    '8080',
    'localhost',
    'localhost:',
    'localhost:http',
    '127.0.0.1:65536',
    '127.0.0.1:-1',
    '::1:8080',
    '[]:8080',
    '127.0.0.1:8080 ',
  ])('is not "%s"', (given) => {
    expect(() => parseListenAddress(given)).toThrow(InvalidArgumentError);
    expect(() => parseListenAddress(given)).toThrow('HOST:PORT');
  });
});
