/** The redis.conf of pods: where things are in a container, below the shared directives. */
import { redisDirectives, renderRedisConf, type Directive, type RedisConfiguration } from '../redis/configuration';
import { redisPorts } from './names';

/** Paths in the containers. Those below /opt/bitnami are the charts' own. */
export const podPaths = {
  programs: '/opt/redis-platform/programs',
  configuration: '/opt/redis-platform/configuration',
  users: '/opt/redis-platform/users',
  replication: '/opt/redis-platform/replication',
  arranger: '/opt/redis-platform/arranger',
  exporter: '/opt/redis-platform/exporter',
  sentinel: '/opt/redis-platform/sentinel',
  certificates: '/opt/bitnami/redis/certs',
  keeper: '/opt/bitnami/redis/secrets',
  data: '/bitnami/redis/data',
} as const;

/** Where servers find their certificate. */
export const certificateFiles = {
  certificate: `${podPaths.certificates}/tls.crt`,
  key: `${podPaths.certificates}/tls.key`,
  authority: `${podPaths.certificates}/ca.crt`,
} as const;

/**
 * - The plain port is off: clients, replicas and the cluster bus use TLS. Clients prove who they are by ACL user.
 * - Passwords and their digests are in files that Secrets bring, and nothing of them is in here.
 * - SIGTERM writes no snapshot: with an append-only file it saves nothing, and takes minutes of a stop.
 */
export function renderPodRedisConf(configuration: RedisConfiguration): string {
  return renderRedisConf([
    ...podDirectives,
    ...(configuration.cluster ? clusterDirectives : []),
    ...redisDirectives(configuration),
  ]);
}

const podDirectives: readonly Directive[] = [
  ['bind', '*', '-::*'],
  ['port', '0'],
  ['tls-port', String(redisPorts.redis)],
  ['tls-cert-file', certificateFiles.certificate],
  ['tls-key-file', certificateFiles.key],
  ['tls-ca-cert-file', certificateFiles.authority],
  ['tls-auth-clients', 'no'],
  ['tls-replication', 'yes'],
  ['tls-protocols', 'TLSv1.2 TLSv1.3'],
  ['dir', podPaths.data],
  ['aclfile', `${podPaths.users}/users.acl`],
  ['include', `${podPaths.replication}/replication.conf`],
  ['shutdown-on-sigterm', 'nosave'],
  ['enable-debug-command', 'no'],
  ['enable-module-command', 'no'],
];

/** Clients are told names, which certificates are for and which outlive an address. */
const clusterDirectives: readonly Directive[] = [
  ['tls-cluster', 'yes'],
  ['cluster-port', String(redisPorts.bus)],
  ['cluster-config-file', 'nodes.conf'],
  ['cluster-preferred-endpoint-type', 'hostname'],
];
