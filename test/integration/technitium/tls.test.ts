import { afterEach, describe, expect, it } from 'vitest';
import { readCaBundle } from '../../../src/technitium/ca-bundle.ts';
import { createTechnitiumClient, type TechnitiumClient } from '../../../src/technitium/client.ts';
import { createSend } from '../../../src/technitium/http.ts';
import { TechnitiumStandIn } from '../../standin/technitium/technitium-stand-in.ts';
import { createAuthority, type Certificate } from '../../support/certificates.ts';

const { signal } = new AbortController();
const HOUR = 3_600_000;
const HERE = ['127.0.0.1'];

const authority = createAuthority();
const stranger = createAuthority('another authority');
let server: TechnitiumStandIn | undefined;

/** A client that believes an authority, of a server that shows a certificate. */
const clientOf = async (tls: Certificate, caBundle?: string): Promise<TechnitiumClient> => {
  server = await TechnitiumStandIn.start({ tls });
  server.createZone('home.test');
  const token = server.createApiToken();
  const send = createSend({ ca: caBundle === undefined ? undefined : readCaBundle(caBundle) });
  return createTechnitiumClient({ url: server.url, token: () => token, send });
};

afterEach(() => server?.close());

describe('https', () => {
  it('works with a certificate of the authority in caBundle', async () => {
    const client = await clientOf(authority.issue(HERE), authority.caBundle);
    expect(await client.readSerial('home.test', signal)).toMatchObject({ serial: 1 });
  });

  it('works while the authority changes, with both in caBundle', async () => {
    const both = btoa(`${authority.cert}\n${stranger.cert}`);
    const client = await clientOf(authority.issue(HERE), both);
    expect(await client.readSerial('home.test', signal)).toMatchObject({ serial: 1 });
    await server?.certify(stranger.issue(HERE));
    expect(await client.readSerial('home.test', signal)).toMatchObject({ serial: 1 });
  });

  it.each([
    {
      name: 'an authority that nobody knows',
      tls: () => authority.issue(HERE),
      caBundle: undefined,
      says: /shows a certificate that none of the known authorities has signed \(\w+\)$/,
      advice: /caBundle/,
    },
    {
      name: 'an authority other than that in caBundle',
      tls: () => stranger.issue(HERE),
      caBundle: authority.caBundle,
      says: /shows a certificate that none of the known authorities has signed \(\w+\)$/,
      advice: /the old and the new one/,
    },
    {
      name: 'another host name',
      tls: () => authority.issue(['dns.test', '192.0.2.1']),
      caBundle: authority.caBundle,
      says: /shows a certificate for other names \(ERR_TLS_CERT_ALTNAME_INVALID\): "DNS:dns\.test, IP Address:192\.0\.2\.1"$/,
      advice: /spec\.technitium\.url/,
    },
    {
      name: 'a certificate of last week',
      tls: () => authority.issue(HERE, { from: Date.now() - 2 * HOUR, until: Date.now() - HOUR }),
      caBundle: authority.caBundle,
      says: /shows a certificate that has expired.* \(CERT_HAS_EXPIRED\)$/,
      advice: /Renew/,
    },
    {
      name: 'a certificate of next week',
      tls: () => authority.issue(HERE, { from: Date.now() + HOUR, until: Date.now() + 2 * HOUR }),
      caBundle: authority.caBundle,
      says: /shows a certificate that is not valid yet \(CERT_NOT_YET_VALID\)$/,
      advice: /clocks/,
    },
  ])('refuses $name before anything is sent', async ({ tls, caBundle, says, advice }) => {
    const client = await clientOf(tls(), caBundle);
    const refusal = {
      reason: 'Unreachable',
      message: expect.stringMatching(says) as string,
      advice: expect.stringMatching(advice) as string,
      outcomeUnknown: false,
    };
    await expect(client.readSerial('home.test', signal)).rejects.toMatchObject(refusal);
    const record = { name: 'a.home.test', type: 'A', ttl: 60, value: '192.0.2.1', comments: '', disabled: false };
    await expect(client.add('home.test', record, signal)).rejects.toMatchObject(refusal);
    expect(server?.calls()).toBe(0);
  });

  it('refuses a server that speaks plain http', async () => {
    server = await TechnitiumStandIn.start();
    const client = createTechnitiumClient({ url: server.url.replace('http:', 'https:'), token: () => 'any' });
    await expect(client.readSerial('home.test', signal)).rejects.toMatchObject({
      reason: 'Unreachable',
      message: expect.stringContaining('does not speak TLS as it should') as string,
      advice: expect.stringContaining('5380') as string,
    });
  });
});

describe('a caBundle', () => {
  it.each([
    { name: 'without a certificate', pem: 'hello', says: 'spec.technitium.caBundle has no certificate' },
    {
      name: 'with one that is cut',
      pem: `${authority.cert}\n${authority.cert.replace(/\n.{64}\n/, '\n')}`,
      says: 'spec.technitium.caBundle has no readable certificate as its number 2',
    },
  ])('$name is refused by its name', ({ pem, says }) => {
    expect(() => readCaBundle(btoa(pem))).toThrow(says);
  });
});
