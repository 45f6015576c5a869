/** A certificate authority of the platform's own, and a certificate for each of its servers, made with openssl. */
import { X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openssl } from './openssl';

/** Days that certificates are valid; a deployment renews what has less than 30 days left. */
const validDays = 397;
const renewBeforeMilliseconds = 30 * 24 * 3600 * 1000;

/** Files of a server's certificate: PEM, the key of mode 0600. */
export interface CertificateFiles {
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** Where the certificate of `name` is kept below `directory`. */
export function certificateFiles(directory: string, name: string): CertificateFiles {
  return { certificateFile: path.join(directory, `${name}.crt`), keyFile: path.join(directory, `${name}.key`) };
}

/** Where the authority's certificate is kept: what clients verify servers with. */
export const caFile = (directory: string) => certificateFiles(directory, 'ca').certificateFile;

/**
 * Makes the authority and the certificates that are missing or about to expire, each valid for 127.0.0.1, ::1, localhost and its own name.
 * What is there and still good stays as it is. ECDSA P-256, so that a handshake costs little.
 *
 * @returns the names whose certificate is new
 * @throws Error if openssl is missing or fails
 */
export async function ensureCertificates(directory: string, names: readonly string[]): Promise<string[]> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const made: string[] = [];
  if (!isGood(certificateFiles(directory, 'ca'))) {
    await makeAuthority(directory);
    made.push('ca');
  }
  for (const name of names) {
    const files = certificateFiles(directory, name);
    if (!isGood(files) || !isSignedBy(files, caFile(directory))) {
      await makeCertificate(directory, name);
      made.push(name);
    }
  }
  return made;
}

function isGood({ certificateFile, keyFile }: CertificateFiles): boolean {
  if (!existsSync(certificateFile) || !existsSync(keyFile)) return false;
  const expires = Date.parse(new X509Certificate(readFileSync(certificateFile)).validTo);
  return expires - Date.now() > renewBeforeMilliseconds;
}

function isSignedBy({ certificateFile }: CertificateFiles, authorityFile: string): boolean {
  const authority = new X509Certificate(readFileSync(authorityFile));
  return new X509Certificate(readFileSync(certificateFile)).verify(authority.publicKey);
}

async function makeAuthority(directory: string): Promise<void> {
  await inStagingFolder(directory, 'ca', async (staging) => {
    await openssl(staging, [
      'req',
      '-x509',
      ...newKey,
      '-days',
      String(validDays),
      '-subj',
      '/CN=redis-platform local authority',
      ...extensions(['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign']),
      '-out',
      'new.crt',
    ]);
  });
}

async function makeCertificate(directory: string, name: string): Promise<void> {
  const authority = certificateFiles(path.resolve(directory), 'ca');
  await inStagingFolder(directory, name, async (staging) => {
    await openssl(staging, [
      'req',
      '-x509',
      ...newKey,
      '-days',
      String(validDays),
      '-subj',
      `/CN=${name}`,
      '-CA',
      authority.certificateFile,
      '-CAkey',
      authority.keyFile,
      ...extensions([
        'basicConstraints=critical,CA:FALSE',
        'keyUsage=critical,digitalSignature',
        'extendedKeyUsage=serverAuth,clientAuth',
        `subjectAltName=IP:127.0.0.1,IP:::1,DNS:localhost,DNS:${name}`,
      ]),
      '-out',
      'new.crt',
    ]);
  });
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'new.key'];

const extensions = (lines: readonly string[]) => lines.flatMap((line) => ['-addext', line]);

/** Makes key and certificate aside and moves them in place when both are whole; the key never has a wider mode. */
async function inStagingFolder(
  directory: string,
  name: string,
  make: (staging: string) => Promise<void>,
): Promise<void> {
  const staging = mkdtempSync(path.join(directory, '.new-'));
  try {
    writeFileSync(path.join(staging, 'new.key'), '', { mode: 0o600 });
    await make(staging);
    const files = certificateFiles(directory, name);
    renameSync(path.join(staging, 'new.key'), files.keyFile);
    renameSync(path.join(staging, 'new.crt'), files.certificateFile);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}
