/** What Redis is told on a laptop: the shared configuration and users, with the files of a container. */
import { redisUsers, renderAclUsers } from '../redis/acl';
import { maxmemoryBytes } from '../redis/capacity';
import { redisDirectives, renderRedisConf, type Directive } from '../redis/configuration';
import { filesFolder, ports, redisMemoryMebibytes, redisServers, type ComposeTopology } from './layout';

/** The redis.conf of a server; the first one of a topology is the master. */
export function composeRedisConf(topology: ComposeTopology, server: string): string {
  const [master] = redisServers[topology];
  return renderRedisConf([
    ...containerDirectives(server),
    ...(server === master || master === undefined
      ? []
      : [['replicaof', master, String(ports.redis)] satisfies Directive]),
    ...redisDirectives({ maxmemoryBytes: maxmemoryBytes(redisMemoryMebibytes) }),
  ]);
}

/** TLS only, as everywhere. Any server may become the master of the others, and log in to one. */
function containerDirectives(server: string): Directive[] {
  return [
    ['port', '0'],
    ['tls-port', String(ports.redis)],
    ['tls-cert-file', `${filesFolder}/${server}.crt`],
    ['tls-key-file', `${filesFolder}/${server}.key`],
    ['tls-ca-cert-file', `${filesFolder}/ca.crt`],
    ['tls-auth-clients', 'no'],
    ['tls-replication', 'yes'],
    ['tls-protocols', 'TLSv1.2 TLSv1.3'],
    ['dir', '/data'],
    ['aclfile', `${filesFolder}/users.acl`],
    ['include', `${filesFolder}/replication.conf`],
    ['enable-debug-command', 'no'],
    ['enable-module-command', 'no'],
  ];
}

/** A users.acl with `@<user>@` in the place of each user's digest, which is made on the laptop itself. */
export function composeAclTemplate(): string {
  return renderAclUsers(redisUsers, (name) => `#@${name}@`);
}
