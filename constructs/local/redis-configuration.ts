/** The part of a redis.conf that only processes on one machine need: addresses, files and TLS, below the shared directives. */
import { redisDirectives, renderRedisConf, type Directive, type RedisConfiguration } from '../redis/configuration';

/** A Redis process on loopback. */
export interface LocalRedisNode {
  /** Such as `redis-1`; names its folder and its certificate. */
  readonly name: string;
  /** TCP port for clients, TLS only. */
  readonly port: number;
  /** TCP port of the cluster bus. */
  readonly busPort: number;
}

/**
 * The text of a node's redis.conf. Paths are relative to the node's folder, where the process runs, so that the text
 * is the same on every machine; passwords are in the files it names, which are made at deploy time.
 *
 * - The plain port is off; clients, replicas and the cluster bus all use TLS.
 * - `tls-auth-clients no`: clients prove who they are by ACL user. The bus asks for certificates regardless.
 */
export function renderLocalRedisConf(node: LocalRedisNode, configuration: RedisConfiguration): string {
  return renderRedisConf([...processDirectives(node), ...redisDirectives(configuration)]);
}

function processDirectives({ name, port, busPort }: LocalRedisNode): Directive[] {
  return [
    ['bind', '127.0.0.1'],
    ['port', '0'],
    ['tls-port', String(port)],
    ['tls-cert-file', `../../certificates/${name}.crt`],
    ['tls-key-file', `../../certificates/${name}.key`],
    ['tls-ca-cert-file', '../../certificates/ca.crt'],
    ['tls-auth-clients', 'no'],
    ['tls-replication', 'yes'],
    ['tls-cluster', 'yes'],
    ['tls-protocols', 'TLSv1.2 TLSv1.3'],
    ['cluster-port', String(busPort)],
    ['daemonize', 'no'],
    ['dir', './'],
    ['aclfile', '../../secrets/users.acl'],
    ['include', '../../secrets/replication.conf'],
    ['enable-debug-command', 'no'],
    ['enable-module-command', 'no'],
  ];
}
