/** Files of Postgres on Kubernetes, and where its containers have them. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { certificateKeys } from '../cluster-services/names';

const folder = '/etc/redis-platform';

/** Paths in the containers. */
export const serverPaths = {
  certificates: `${folder}/certificates`,
  password: `${folder}/administrator`,
  files: `${folder}/files`,
  data: '/var/lib/postgresql/data',
  socket: '/var/run/postgresql',
  temporary: '/tmp',
} as const;

export const certificateFile = `${serverPaths.certificates}/${certificateKeys.certificate}`;

/**
 * Logins: by password over TLS alone from other pods, and by password through the socket of the pod. The first match
 * decides. Source: "The pg_hba.conf File" of the Postgres documentation.
 */
const hostBasedAuthentication = `local   all all            scram-sha-256
hostssl all all 0.0.0.0/0  scram-sha-256
hostssl all all ::/0       scram-sha-256
`;

/** Files by name. Nothing secret. */
export const serverFiles = (): Readonly<Record<string, string>> => ({
  'pg_hba.conf': hostBasedAuthentication,
  'reload-certificate': readFileSync(path.join(__dirname, 'programs', 'reload-certificate'), 'utf8'),
});

/** Share of memory for pages that the server keeps itself. Source: "Resource Consumption" of the Postgres documentation. */
const sharedBuffersFraction = 0.25;

/** Arguments of the server. */
export function serverArguments(memoryMebibytes: number, maximumConnections: number): readonly string[] {
  const settings = {
    ssl: 'on',
    ssl_cert_file: certificateFile,
    ssl_key_file: `${serverPaths.certificates}/${certificateKeys.privateKey}`,
    ssl_min_protocol_version: 'TLSv1.2',
    hba_file: `${serverPaths.files}/pg_hba.conf`,
    password_encryption: 'scram-sha-256',
    max_connections: String(maximumConnections),
    shared_buffers: `${Math.floor(memoryMebibytes * sharedBuffersFraction)}MB`,
  };
  return ['postgres', ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}
