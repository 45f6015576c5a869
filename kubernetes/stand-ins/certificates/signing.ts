/** Keys and certificates, made in a folder that nobody else reads and that is gone afterwards. */
import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openssl } from '../../../apps/local-platform/openssl';
import { extensionsOf, hoursOf, type CertificateSpec } from './certificate-spec';

/** A certificate with its key, and the certificate of the authority that signed it; PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
  readonly authority: string;
}

const curves = { 256: 'P-256', 384: 'P-384' } as const;

/** A new private key of the kind that is asked for, PEM. */
export function newKey({ privateKey: { size } }: Pick<CertificateSpec, 'privateKey'>): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: curves[size] });
  return privateKey.export({ type: 'sec1', format: 'pem' }) as string;
}

/**
 * A certificate for a key. openssl reads keys from files of mode 0600: none is on a command line.
 *
 * @param signer who signs. @default - the key itself
 * @throws Error with what openssl printed if it fails
 */
export async function sign(spec: CertificateSpec, key: string, signer?: KeyPair): Promise<KeyPair> {
  const folder = mkdtempSync(path.join(tmpdir(), 'certificate-'));
  const file = (name: string, content: string) => {
    writeFileSync(path.join(folder, name), content, { mode: 0o600 });
    return name;
  };
  const days = Math.ceil(hoursOf(spec.duration) / 24);
  try {
    await openssl(folder, [
      ...['req', '-x509', '-new', '-key', file('new.key', key), '-days', String(days)],
      ...['-subj', spec.commonName === undefined ? '/' : `/CN=${spec.commonName}`],
      ...(signer ? ['-CA', file('ca.crt', signer.certificate), '-CAkey', file('ca.key', signer.key)] : []),
      ...extensionsOf(spec).flatMap((line) => ['-addext', line]),
      ...['-out', 'new.crt'],
    ]);
    const certificate = readFileSync(path.join(folder, 'new.crt'), 'utf8');
    return { certificate, key, authority: signer?.certificate ?? certificate };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Why a certificate can't stay as it is; undefined if it can. @param signer who is to have signed it */
export function defectOf(spec: CertificateSpec, pair: KeyPair, signer: KeyPair | undefined): string | undefined {
  const certificate = new X509Certificate(pair.certificate);
  const authority = new X509Certificate(signer?.certificate ?? pair.certificate);
  if (!certificate.checkPrivateKey(createPrivateKey(pair.key))) return 'its key is another one';
  if (!certificate.verify(authority.publicKey)) return 'the authority is another one';
  if (pair.authority !== (signer?.certificate ?? pair.certificate)) return 'the certificate of the authority is new';
  if (Date.parse(certificate.validTo) - hoursOf(spec.renewBefore) * 3_600_000 < Date.now()) return 'it ends soon';
  const names = (certificate.subjectAltName ?? '').split(', ').filter((name) => name !== '').length;
  if (names !== spec.dnsNames.length + spec.ipAddresses.length) return 'it is for other names';
  const missing = spec.dnsNames.find((name) => certificate.checkHost(name.replace('*', 'any')) === undefined);
  return missing === undefined ? undefined : `it isn't for ${missing}`;
}
