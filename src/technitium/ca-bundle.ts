import { X509Certificate } from 'node:crypto';
import { TechnitiumError } from './errors.ts';

const BLOCK = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/**
 * The certificates of `spec.technitium.caBundle`, each in PEM. What stands around them is ignored, as it is everywhere.
 *
 * @param caBundle base64 of PEM, as in the webhooks of Kubernetes
 * @throws TechnitiumError `Unreachable`, where one cannot be read: without it nothing could be believed
 */
export function readCaBundle(caBundle: string): readonly string[] {
  const blocks = Buffer.from(caBundle, 'base64').toString('latin1').match(BLOCK) ?? [];
  const unreadable = blocks.findIndex((block) => !isCertificate(block));
  if (blocks.length > 0 && unreadable < 0) return blocks;
  const what =
    blocks.length === 0 ? 'has no certificate' : `has no readable certificate as its number ${unreadable + 1}`;
  throw new TechnitiumError(
    'Unreachable',
    `spec.technitium.caBundle ${what}`,
    false,
    'Set it to the base64 of a PEM file of certificates, as `base64 -w0 ca.crt` prints it.',
  );
}

function isCertificate(pem: string): boolean {
  try {
    new X509Certificate(pem);
    return true;
  } catch {
    return false;
  }
}
