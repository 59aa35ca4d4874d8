import { Failure } from './errors.ts';

/** What a code of TLS says of the server's certificate (Node's names for OpenSSL's X509_V_ERR_*), and what to do. */
interface Meaning {
  readonly text: string;
  readonly advice: string;
}

const UNTRUSTED: Meaning = {
  text: 'shows a certificate that none of the known authorities has signed',
  advice:
    'Put the certificate of its authority into spec.technitium.caBundle; where it changes, the old and the new one.',
};
const DATES = 'Renew its certificate.';

const CERTIFICATE: Readonly<Record<string, Meaning>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  CERT_SIGNATURE_FAILURE: UNTRUSTED,
  CERT_HAS_EXPIRED: { text: 'shows a certificate that has expired, or whose authority has', advice: DATES },
  CERT_NOT_YET_VALID: {
    text: 'shows a certificate that is not valid yet',
    advice: 'Compare the clocks of Technitium and of this node.',
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    text: 'shows a certificate for other names',
    advice: 'Let spec.technitium.url name one of them, or add its host to the certificate.',
  },
};

const NO_TLS: Meaning = {
  text: 'does not speak TLS as it should',
  advice: "Let spec.technitium.url be http:// with Technitium's port for that (5380), or https:// with 53443.",
};

/**
 * A connection that TLS refused, before a byte of the request was sent; undefined for another code. Trying again does
 * not help, so it is not transient.
 */
export function tlsFailure(code: string, error: unknown): Failure | undefined {
  const meaning = CERTIFICATE[code] ?? (code === 'EPROTO' || code.startsWith('ERR_SSL_') ? NO_TLS : undefined);
  if (meaning === undefined) return undefined;
  const { text, advice } = meaning;
  const names = code === 'ERR_TLS_CERT_ALTNAME_INVALID' ? namesIn(error) : undefined;
  const details = { mayHaveActed: false, advice, ...(names !== undefined && { quote: names }) };
  return new Failure('Unreachable', `${text} (${code})${names === undefined ? '' : ':'}`, details);
}

/** The names that a certificate is for, as Node's error brings it along. */
function namesIn(error: unknown): string | undefined {
  const cert = typeof error === 'object' && error !== null && 'cert' in error ? error.cert : undefined;
  const names = typeof cert === 'object' && cert !== null && 'subjectaltname' in cert ? cert.subjectaltname : undefined;
  return typeof names === 'string' ? names : undefined;
}
