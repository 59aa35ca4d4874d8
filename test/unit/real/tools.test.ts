import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cacheFolder, findCoreDns, findKubectl, findKubeTools, type Environment } from '../../real/tools.ts';

const SET = ['kube-apiserver', 'etcd', 'kubectl'];

describe('the real tools', () => {
  let root: string;
  let env: Environment;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'splithorizon-tools-'));
    env = { XDG_CACHE_HOME: join(root, 'cache'), XDG_DATA_HOME: join(root, 'data'), PATH: join(root, 'bin') };
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const install = (folder: string, ...names: string[]): string => {
    for (const name of names) {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, '');
      chmodSync(path, 0o755);
    }
    return folder;
  };
  const envtest = (version: string): string => join(root, 'data', 'kubebuilder-envtest', 'k8s', version);
  const apiServer = (given: Environment = env): string | undefined => findKubeTools(given)?.apiServer;

  test('are nowhere on an empty machine', () => {
    expect([findKubeTools(env), findKubectl(env), findCoreDns(env)]).toEqual([undefined, undefined, undefined]);
  });

  test('come from KUBEBUILDER_ASSETS first, then of setup-envtest the newest, then of the own cache', () => {
    install(cacheFolder('kube', env), 'kube-apiserver', 'kubectl');
    install(cacheFolder('etcd', env), 'etcd');
    expect(apiServer()).toBe(join(cacheFolder('kube', env), 'kube-apiserver'));
    install(envtest('1.9.0-linux-amd64'), ...SET);
    const newest = install(envtest('1.36.0-linux-amd64'), ...SET);
    expect(apiServer()).toBe(join(newest, 'kube-apiserver'));
    const assets = install(join(root, 'assets'), ...SET);
    expect(apiServer({ ...env, KUBEBUILDER_ASSETS: assets })).toBe(join(assets, 'kube-apiserver'));
  });

  test.each(SET)('do not count without %s', (missing) => {
    const partial = SET.filter((name) => name !== missing);
    const assets = install(join(root, 'assets'), ...partial);
    install(envtest('1.36.0-linux-amd64'), ...partial);
    install(cacheFolder('kube', env), ...partial);
    expect(findKubeTools({ ...env, KUBEBUILDER_ASSETS: assets })).toBeUndefined();
  });

  test('are cached by the version that go.mod pins', () => {
    expect(cacheFolder('kube', env)).toMatch(/\/cache\/splithorizon\/tools\/kube-v1\.\d+\.\d+$/);
    expect(cacheFolder('etcd', env)).toMatch(/\/etcd-v3\.\d+\.\d+$/);
    expect(cacheFolder('coredns', env)).toMatch(/\/coredns-v1\.\d+\.\d+$/);
  });

  test('include the kubectl of the machine, when there is no other', () => {
    const path = install(join(root, 'bin'), 'kubectl');
    expect(findKubectl(env)).toBe(join(path, 'kubectl'));
    const cached = install(cacheFolder('kube', env), 'kubectl');
    expect(findKubectl(env)).toBe(join(cached, 'kubectl'));
  });
});
