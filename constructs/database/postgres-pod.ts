/** The pod of Postgres, in the terms of the provider. */
import type { PostgresSettings } from '../../environments/postgres-settings';
import { ephemeralStorage, hardenedContainer } from '../cluster-services/pods';
import {
  administratorKey,
  administratorRole,
  administratorSecret,
  serverCertificateSecret,
  serverPort,
} from './pod-names';
import { certificateFile, serverArguments, serverPaths } from './pod-files';

/** User and group of the server: `postgres` of the official image. */
export const serverUser = 999;

const user = String(serverUser);

/** Mebibytes of emptyDirs: the folder of the socket, and temporary files. */
const emptyDirMebibytes = 64;

/** For the owner and the group. Postgres takes a key of root's that no others can read. */
const secretMode = '0440';

const security = {
  ...hardenedContainer,
  privileged: false,
  capabilities: { drop: [...hardenedContainer.capabilities.drop] },
  runAsUser: user,
  runAsGroup: user,
};

const mount = (name: keyof typeof serverPaths, readOnly: boolean) => ({ name, mountPath: serverPaths[name], readOnly });

const shared = [mount('password', true), mount('files', true), mount('certificates', true), mount('socket', false)];

/** Both containers know the administrator by these. */
const connection = [
  { name: 'PGHOST', value: serverPaths.socket },
  { name: 'PGUSER', value: administratorRole },
];

const quantities = (cpuMillicores: number, memoryMebibytes: number) => {
  const disk = ephemeralStorage(emptyDirMebibytes);
  const memory = `${memoryMebibytes}Mi`;
  return {
    requests: { cpu: `${cpuMillicores}m`, memory, ...disk.requests },
    limits: { memory, ...disk.limits },
  };
};

/** @param files name of the ConfigMap of `serverFiles`; @param claim name of the claim */
export function postgresPod(settings: PostgresSettings, files: string, claim: string) {
  return {
    serviceAccountName: 'postgres',
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    // A fast shutdown ends connections and writes what is in memory to the disk.
    terminationGracePeriodSeconds: 120,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: user,
      runAsGroup: user,
      fsGroup: user,
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
    },
    container: [server(settings), certificateReloader(settings)],
    volume: [
      { name: 'data', persistentVolumeClaim: { claimName: claim } },
      { name: 'socket', emptyDir: { sizeLimit: `${emptyDirMebibytes}Mi` } },
      { name: 'temporary', emptyDir: { sizeLimit: `${emptyDirMebibytes}Mi` } },
      { name: 'files', configMap: { name: files, defaultMode: '0555' } },
      secretVolume('password', administratorSecret, administratorKey),
      { name: 'certificates', secret: { secretName: serverCertificateSecret, defaultMode: secretMode } },
    ],
  };
}

const secretVolume = (name: string, secretName: string, key: string) => ({
  name,
  secret: { secretName, defaultMode: secretMode, items: [{ key, path: key }] },
});

const passwordFile = `${serverPaths.password}/${administratorKey}`;

const isReady = ['pg_isready', '--quiet', '--dbname', 'postgres'];

function server({ image, database, memoryMebibytes, cpuMillicores, maximumConnections }: PostgresSettings) {
  return {
    name: 'postgres',
    image,
    imagePullPolicy: 'IfNotPresent',
    args: [...serverArguments(memoryMebibytes, maximumConnections)],
    env: [
      ...connection,
      { name: 'POSTGRES_USER', value: administratorRole },
      { name: 'POSTGRES_DB', value: database },
      { name: 'POSTGRES_PASSWORD_FILE', value: passwordFile },
      { name: 'POSTGRES_INITDB_ARGS', value: '--auth=scram-sha-256 --data-checksums' },
      // A folder below the volume, which may have a `lost+found`.
      { name: 'PGDATA', value: `${serverPaths.data}/pgdata` },
    ],
    port: [{ name: 'postgres', containerPort: serverPort }],
    resources: quantities(cpuMillicores, memoryMebibytes),
    securityContext: security,
    // Recovery after a crash reads what was written since the last checkpoint.
    startupProbe: { exec: { command: isReady }, periodSeconds: 2, timeoutSeconds: 5, failureThreshold: 300 },
    readinessProbe: { exec: { command: isReady }, periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 2 },
    livenessProbe: {
      tcpSocket: [{ port: String(serverPort) }],
      periodSeconds: 10,
      timeoutSeconds: 5,
      failureThreshold: 6,
    },
    volumeMount: [...shared, mount('data', false), mount('temporary', false)],
  };
}

const heartbeat = `${serverPaths.temporary}/reload-certificate.heartbeat`;

function certificateReloader({ image }: PostgresSettings) {
  return {
    name: 'reload-certificate',
    image,
    imagePullPolicy: 'IfNotPresent',
    command: ['bash', `${serverPaths.files}/reload-certificate`],
    env: [
      ...connection,
      { name: 'PASSWORD_FILE', value: passwordFile },
      { name: 'CERTIFICATE', value: certificateFile },
      { name: 'HEARTBEAT', value: heartbeat },
    ],
    resources: quantities(10, 32),
    securityContext: security,
    readinessProbe: { exec: { command: isReady }, periodSeconds: 30, timeoutSeconds: 5, failureThreshold: 2 },
    livenessProbe: {
      exec: { command: ['bash', '-c', `[[ -n $(find ${heartbeat} -mmin -3) ]]`] },
      periodSeconds: 60,
      timeoutSeconds: 5,
      failureThreshold: 3,
    },
    volumeMount: [...shared, mount('temporary', false)],
  };
}
