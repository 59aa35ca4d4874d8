import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { isIPv4 } from 'node:net';

/** A key and its certificate, in PEM, as a server takes them. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** An authority that signs certificates, made for one test. */
export interface Authority {
  /** Its own certificate in PEM. */
  readonly cert: string;
  /** The same as `spec.technitium.caBundle` takes it. */
  readonly caBundle: string;
  /** Signs a certificate for names and IPv4 addresses; valid from `from` to `until` (ms), by default for an hour around now. */
  issue(names: readonly string[], valid?: { readonly from?: number; readonly until?: number }): Certificate;
}

const HOUR_MS = 3_600_000;
const EC_SHA256 = '2a8648ce3d040302';
const COMMON_NAME = '550403';
const BASIC_CONSTRAINTS = '551d13';
const ALTERNATIVE_NAMES = '551d11';

/** DER (X.690): a tag, a length, and what it holds. */
const der = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts);
  const { length } = content;
  const bytes = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...bytes]), content]);
};
const sequence = (...parts: readonly Uint8Array[]): Buffer => der(0x30, ...parts);
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
const bits = (content: Uint8Array): Buffer => der(0x03, Buffer.from([0]), content);
const time = (ms: number): Buffer => der(0x18, Buffer.from(new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, '')));
const nameOf = (common: string): Buffer =>
  sequence(der(0x31, sequence(oid(COMMON_NAME), der(0x0c, Buffer.from(common)))));
const alternative = (name: string): Buffer =>
  isIPv4(name) ? der(0x87, Buffer.from(name.split('.').map(Number))) : der(0x82, Buffer.from(name));
const pem = (content: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${content.toString('base64').replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`;

interface Parts {
  readonly issuer: string;
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly signedBy: KeyObject;
  readonly from: number;
  readonly until: number;
  readonly extension: Buffer;
}

/** An X.509 certificate (RFC 5280) with one extension. */
const certificate = ({ issuer, subject, publicKey, signedBy, from, until, extension }: Parts): string => {
  const algorithm = sequence(oid(EC_SHA256));
  const signed = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1]), randomBytes(8)),
    algorithm,
    nameOf(issuer),
    sequence(time(from), time(until)),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(extension)),
  );
  return pem(sequence(signed, algorithm, bits(sign('sha256', signed, signedBy))));
};

const keyPair = (): ReturnType<typeof generateKeyPairSync> => generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** Makes an authority; each has keys of its own, whatever its name. */
export const createAuthority = (name = 'test authority'): Authority => {
  const own = keyPair();
  const cert = certificate({
    issuer: name,
    subject: name,
    publicKey: own.publicKey,
    signedBy: own.privateKey,
    from: Date.now() - HOUR_MS,
    until: Date.now() + HOUR_MS,
    extension: sequence(
      oid(BASIC_CONSTRAINTS),
      der(0x01, Buffer.from([0xff])),
      der(0x04, sequence(der(0x01, Buffer.from([0xff])))),
    ),
  });
  return {
    cert,
    caBundle: Buffer.from(cert).toString('base64'),
    issue(names, { from = Date.now() - HOUR_MS, until = Date.now() + HOUR_MS } = {}) {
      const { publicKey, privateKey } = keyPair();
      const extension = sequence(oid(ALTERNATIVE_NAMES), der(0x04, sequence(...names.map(alternative))));
      const parts = { issuer: name, subject: 'server', publicKey, signedBy: own.privateKey, from, until, extension };
      return { key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), cert: certificate(parts) };
    },
  };
};
