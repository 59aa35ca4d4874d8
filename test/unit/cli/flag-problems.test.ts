import { describe, expect, test } from 'vitest';
import { createCommand, flag } from '../../../src/cli/command.ts';
import { flagProblems } from '../../../src/cli/flag-problems.ts';
import { controllerCommand } from '../../../src/cli/controller-command.ts';
import { explainCommand } from '../../../src/cli/explain-command.ts';
import { planCommand } from '../../../src/cli/plan-command.ts';
import { parseListenAddress } from '../../../src/cli/listen-address.ts';

const command = createCommand('look', 'a command', { kubeconfig: 'none', logLevel: 'info' })
  .addOption(flag('listen <address>', 'an address').argParser(parseListenAddress))
  .argument('[zone]');

describe('what is wrong with flags', () => {
  test.each<{ name: string; args?: string[]; env?: Record<string, string>; want: string[] }>([
    { name: 'nothing', args: ['--namespace', 'dns', '--listen=127.0.0.1:0', 'example.com'], want: [] },
    {
      name: 'a value, with what is allowed',
      args: ['--log-level', 'loud'],
      want: ['--log-level "loud": Allowed choices are trace, debug, info, warn, error, fatal.'],
    },
    {
      name: 'a value from the environment, under the name of its variable',
      env: { SPLITHORIZON_NAMESPACE: 'No_Name' },
      want: ['SPLITHORIZON_NAMESPACE "No_Name": Give the name of a namespace: a-z, 0-9 and -, at most 63.'],
    },
    {
      name: 'not the environment where the flag is given',
      args: ['--namespace=a'],
      env: { SPLITHORIZON_NAMESPACE: 'A' },
      want: [],
    },
    {
      name: 'a file that is not there',
      args: ['--kubeconfig', '/nowhere'],
      want: ['--kubeconfig "/nowhere": Give a file that can be read (ENOENT).'],
    },
    {
      name: 'a flag that does not exist, with those that do',
      args: ['--lsten', '0.0.0.0:1'],
      want: ['--lsten: there is no such flag; there are --version, --kubeconfig, --namespace, --log-level, --listen'],
    },
    {
      name: 'a value that is missing at the end',
      args: ['--listen'],
      want: ['--listen: needs a value, as --listen <address>'],
    },
    {
      name: 'a value that is missing before the next flag',
      args: ['--listen', '--namespace', 'a'],
      want: ['--listen: needs a value, as --listen <address>'],
    },
    {
      name: 'an empty value',
      env: { SPLITHORIZON_LISTEN: '' },
      want: ['SPLITHORIZON_LISTEN "": the value is empty; give --listen <address>'],
    },
    {
      name: 'an argument too many',
      args: ['a.example', 'b.example'],
      want: ['"b.example": look takes at most 1 beside its flags'],
    },
    {
      name: 'all of it at once',
      args: ['--listen', 'nowhere', '--what', '--log-level=x'],
      env: { SPLITHORIZON_NAMESPACE: '-' },
      want: [
        '--listen "nowhere": Give HOST:PORT, such as 0.0.0.0:8080.',
        '--what: there is no such flag; there are --version, --kubeconfig, --namespace, --log-level, --listen',
        '--log-level "x": Allowed choices are trace, debug, info, warn, error, fatal.',
        'SPLITHORIZON_NAMESPACE "-": Give the name of a namespace: a-z, 0-9 and -, at most 63.',
      ],
    },
    { name: 'nothing where help is wanted', args: ['--listen', 'nowhere', '--help'], want: [] },
  ])('is said of $name', ({ args = [], env = {}, want }) => {
    expect(flagProblems(command, args, env)).toEqual(want);
  });

  test('an argument is checked by the command that takes it', () => {
    expect(flagProblems(planCommand(), ['example..com', '--output', 'xml'], {})).toEqual([
      '--output "xml": Allowed choices are text, json.',
      'zone "example..com": Give the name of a zone such as example.com: this one has an empty label.',
    ]);
    expect(flagProblems(planCommand(), ['Example.com.'], {})).toEqual([]);
  });

  test.each<{ args: string[]; env?: Record<string, string>; want: string[] }>([
    { args: ['--live', 'Git.Example.com.'], want: [] },
    { args: ['xx--wildcard.apps.example.com', '--live'], env: { SPLITHORIZON_OUTPUT: 'json' }, want: [] },
    { args: ['müller.example.com'], env: { SPLITHORIZON_LIVE: 'true' }, want: [] },
    { args: ['*.apps.example.com', '--live=yes'], want: ['--live "yes": it takes no value'] },
    {
      args: ['git.example.com'],
      env: { SPLITHORIZON_LIVE: 'no' },
      want: ['SPLITHORIZON_LIVE "no": Give true, or leave it out.'],
    },
    {
      args: ['10.0.20.1'],
      want: ['host "10.0.20.1": Give the name of a host such as git.example.com: this one is an IP address.'],
    },
  ])('a switch takes no value: $args', ({ args, env = {}, want }) => {
    expect(flagProblems(explainCommand(), args, env)).toEqual(want);
  });

  test('a number is checked by the flag that takes it', () => {
    expect(flagProblems(controllerCommand(), ['--queries-per-second', '-1'], {})).toEqual([
      '--queries-per-second "-1": Give a number above 0, at most 10000.',
    ]);
  });
});
