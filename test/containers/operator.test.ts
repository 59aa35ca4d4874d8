import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { getContainerRuntimeClient, ImageName } from 'testcontainers';
import { startRealApiServer, type RealApiServer } from '../real/apiserver.ts';
import { logIn } from '../integration/technitium/server-under-test.ts';
import { apiServers } from '../support/api-servers.ts';
import { freePort } from '../support/free-port.ts';
import { installByReadme, type Installation } from '../support/installation.ts';
import { SOON } from '../support/operator.ts';
import { hasEngine, imagesInUse } from './engine.ts';
import { buildImage, startOperator, type OperatorContainer } from './operator-container.ts';
import { startTechnitium, type TechnitiumContainer } from './technitium-container.ts';

/** For verdicts: two looks that are 3 s apart, and a busy machine. */
const IN_TIME = { timeout: 40_000, interval: 300 } as const;
const MEBIBYTE = 1024 * 1024;
const { base, technitium: technitiumImage } = imagesInUse();
const canRun = (await hasEngine("the operator's image")) && apiServers("the operator's image").length > 1;

describe.skipIf(!canRun)(`the operator's image on ${base}, beside ${technitiumImage} and a real API server`, () => {
  const ends: (() => PromiseLike<unknown>)[] = [];
  let image: string;
  let server: RealApiServer;
  let technitium: TechnitiumContainer;
  let installation: Installation;
  let operator: OperatorContainer;
  let health: string;

  beforeAll(async () => {
    const built = await buildImage(base);
    ends.push(() => built.remove());
    image = built.name;
    server = await startRealApiServer();
    ends.push(() => server.stop());
    technitium = await startTechnitium(technitiumImage);
    ends.push(() => technitium[Symbol.asyncDispose]());
    const admin = await logIn(technitium);
    await admin.createZone('example.com');
    const { url, dns } = technitium;
    installation = await installByReadme(server.kubectl, { url, dns, token: await admin.createApiToken() });

    const port = await freePort();
    health = `http://127.0.0.1:${port}`;
    const api = { url: server.url, ca: server.ca ?? '', token: await installation.createToken() };
    operator = await startOperator(image, installation.container, { api, resolver: dns, port });
    ends.push(() => operator.remove());
  });
  afterAll(async () => {
    for (const end of ends.reverse()) await end();
  });

  test('says what it is, and has the rights that the Deployment leaves it', async () => {
    const { image: images } = await getContainerRuntimeClient();
    const { Config: config } = await images.inspect(ImageName.fromString(image));
    expect(config.User).toBe(installation.container.user);
    expect(config.Labels).toMatchObject({
      'org.opencontainers.image.title': 'splithorizon',
      'org.opencontainers.image.version': 'test',
      'org.opencontainers.image.licenses': 'Apache-2.0',
    });
    const [uid] = installation.container.user.split(':');
    expect(await operator.process()).toEqual({ uid, capabilities: 0n, noNewPrivileges: true, isReadOnly: true });
  });

  test('gives an Ingress its answer and its status, in the limits of the Deployment', async () => {
    const statusOf = (path: string): Promise<number> =>
      fetch(health + path).then(
        ({ status }) => status,
        () => 0,
      );
    await expect.poll(() => statusOf('/readyz'), SOON).toBe(200);
    expect(await statusOf('/livez')).toBe(200);
    const policy = JSON.stringify({ spec: { policy: null } });
    await installation.kubectl('patch', 'splithorizonzone', 'example.com', '--type=merge', '-p', policy);
    await expect
      .poll(() => installation.kubectl('get', 'splithorizonhosts', '--no-headers'), IN_TIME)
      .toMatch(/^git\.example\.com +example\.com +- +Internal +Internal +True +Published /);
    const { ask } = await logIn(technitium);
    expect(await ask('git.example.com', 'A')).toEqual(['10.0.20.203']);

    const used = await operator.memoryBytes();
    const { memoryLimitBytes, graceSeconds } = installation.container;
    process.stderr.write(`the operator's container uses ${(used / MEBIBYTE).toFixed()} MiB\n`);
    expect(used).toBeLessThan(memoryLimitBytes);

    const { code, ms } = await operator.terminate();
    expect(code, await operator.log()).toBe(0);
    expect(ms).toBeLessThan(graceSeconds * 1000);
  });
});
