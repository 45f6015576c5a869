/** Postgres in a pod, in the place of RDS: the same host name, authority, database and roles, and no superuser for programs. */
import { containerUser, databaseCertificates, type DatabaseFiles } from './database-files';
import { hardenedContainer, resources } from '../../constructs/cluster-services/pods';
import { administrator } from '../../constructs/database/postgres-server';
import { textOf } from '../../review/synthesis/blocks';
import type { ResolvedResource } from '../../review/synthesis/resources';
import type { Manifest } from '../deployment/manifests/manifest';
import { standInsNamespace as namespace } from './namespace';

const name = 'postgres';
const port = 5432;
const labels = { 'app.kubernetes.io/name': name };
const secret = 'postgres';
const files = '/run/stand-in';
const data = '/var/lib/postgresql/data';

/** A database that the stacks have AWS run. */
export interface PlannedDatabase {
  /** The name that programs connect to, and that the certificate is for. */
  readonly host: string;
  readonly database: string;
}

/** The database of a plan; undefined if AWS runs none. @throws Error for an engine that this stand-in doesn't know */
export function plannedDatabase(resources: readonly ResolvedResource[]): PlannedDatabase | undefined {
  const server = resources.find(({ type }) => type === 'aws_db_instance' || type === 'aws_rds_cluster');
  if (!server) return undefined;
  if (server.type !== 'aws_db_instance')
    throw new Error(`${server.address}: this stand-in knows RDS alone, not Aurora`);
  return { host: textOf(server.attribute('address')), database: textOf(server.values.db_name) };
}

export const databaseService = { apiVersion: 'v1', kind: 'Service', name, namespace } as const;

/** The role of the administrator is none of a superuser, as with RDS, and owns the database. Passwords stay in files. */
const rolesScript = (database: string) => `\\set password \`cat ${files}/administrator\`
create role ${administrator} login createrole createdb password :'password';
alter database "${database}" owner to ${administrator};
`;

export interface DatabaseProps extends PlannedDatabase {
  readonly image: string;
  readonly administratorPassword: string;
  readonly files: DatabaseFiles;
}

/** Its certificate is signed by the authority that the application's image knows. */
export async function databaseManifests(props: DatabaseProps): Promise<readonly Manifest[]> {
  const { image, database, administratorPassword } = props;
  const { certificate, key } = await databaseCertificates(props.host, props.files);
  const encode = (text: string) => Buffer.from(text).toString('base64');
  return [
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: secret, namespace, labels },
      type: 'Opaque',
      data: {
        administrator: encode(administratorPassword),
        superuser: encode(props.files.superuserPassword),
        'tls.crt': encode(certificate),
        'tls.key': encode(key),
      },
    },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace, labels },
      data: { 'roles.sql': rolesScript(database) },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace, labels },
      spec: { selector: labels, ports: [{ name, port, targetPort: port }] },
    },
    statefulSet(image, database),
  ];
}

function statefulSet(image: string, database: string): Manifest {
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name, namespace, labels },
    spec: {
      replicas: 1,
      serviceName: name,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: podSpec(image, database) },
      volumeClaimTemplates: [
        {
          metadata: { name: 'data' },
          spec: {
            accessModes: ['ReadWriteOnce'],
            resources: { requests: { storage: '10Gi' } },
            storageClassName: 'stand-in',
          },
        },
      ],
    },
  };
}

function podSpec(image: string, database: string) {
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: containerUser,
      runAsGroup: containerUser,
      fsGroup: containerUser,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [
      {
        name,
        image,
        imagePullPolicy: 'IfNotPresent',
        args: ['postgres', ...settings.flatMap((setting) => ['-c', setting])],
        env: [
          { name: 'PGDATA', value: `${data}/cluster` },
          { name: 'POSTGRES_USER', value: 'postgres' },
          { name: 'POSTGRES_DB', value: database },
          { name: 'POSTGRES_PASSWORD_FILE', value: `${files}/superuser` },
        ],
        ports: [{ name, containerPort: port }],
        readinessProbe: {
          exec: { command: ['pg_isready', '--quiet', '--host=127.0.0.1', `--dbname=${database}`] },
          periodSeconds: 2,
          timeoutSeconds: 10,
        },
        resources: resources({ cpuMillicores: 100, memoryMebibytes: 512, emptyDirMebibytes: 64 }),
        securityContext: hardenedContainer,
        volumeMounts: [
          { name: 'data', mountPath: data },
          { name: 'files', mountPath: files, readOnly: true },
          { name: 'roles', mountPath: '/docker-entrypoint-initdb.d', readOnly: true },
          { name: 'scratch', mountPath: '/var/run/postgresql', subPath: 'sockets' },
          { name: 'scratch', mountPath: '/tmp', subPath: 'tmp' },
        ],
      },
    ],
    volumes: [
      { name: 'files', secret: { secretName: secret, defaultMode: 0o440 } },
      { name: 'roles', configMap: { name } },
      { name: 'scratch', emptyDir: { sizeLimit: '64Mi' } },
    ],
  };
}

const settings = ['ssl=on', `ssl_cert_file=${files}/tls.crt`, `ssl_key_file=${files}/tls.key`];

/** The same object, whose pods find the database by the name that RDS would have. Others stay as they are. */
export function withDatabaseAddress(manifest: Manifest, { host }: PlannedDatabase, address: string): Manifest {
  const { spec } = manifest as { readonly spec?: { readonly template?: { readonly spec?: PodSpec } } };
  const pod = spec?.template?.spec;
  const names = pod?.containers?.some(({ env = [] }) => env.some(({ value }) => value === host)) ?? false;
  if (!names) return manifest;
  const template = { ...spec?.template, spec: { ...pod, hostAliases: [{ ip: address, hostnames: [host] }] } };
  return { ...manifest, spec: { ...spec, template } };
}

interface PodSpec {
  readonly containers?: readonly { readonly env?: readonly { readonly value?: string }[] }[];
}
