/** What the database's stand-in needs beside its pod: the authority that the application's image knows, and passwords. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { newKey, sign, type KeyPair } from './certificates/signing';

/** User and group of Postgres in its image. */
export const containerUser = 999;

export interface DatabaseFiles {
  /** Signs the server's certificate. */
  readonly authority: KeyPair;
  readonly superuserPassword: string;
}

/** Names of the files that kubernetes/images/build.sh writes beside the list of images. */
const authorityFiles = { certificate: 'database-authority.crt', key: 'database-authority.key' };

/** @param imagesFile the list of images @throws Error that names the file that is missing */
export function readDatabaseAuthority(imagesFile: string): KeyPair {
  const folder = path.dirname(imagesFile);
  const read = (name: string) => {
    const file = path.join(folder, name);
    if (existsSync(file)) return readFileSync(file, 'utf8');
    throw new Error(
      `${file} is missing: the application's image has to know the authority of the database's certificate; build the images by kubernetes/images/build.sh`,
    );
  };
  const certificate = read(authorityFiles.certificate);
  return { certificate, key: read(authorityFiles.key), authority: certificate };
}

/** A certificate for the host name of the database. */
export function databaseCertificates(host: string, { authority }: DatabaseFiles): Promise<KeyPair> {
  const privateKey = { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' } as const;
  return sign(
    {
      isCA: false,
      // At most 64 characters; clients look at the names below.
      commonName: 'postgres',
      secretName: '',
      duration: '2160h',
      renewBefore: '720h',
      privateKey,
      usages: ['digital signature', 'server auth'],
      dnsNames: [host],
      ipAddresses: [],
      issuerRef: { group: 'cert-manager.io', kind: 'Issuer', name: 'database' },
    },
    newKey({ privateKey }),
    authority,
  );
}
