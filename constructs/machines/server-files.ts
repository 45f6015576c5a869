/** The files that the servers of a machine start from, without their passwords. */
import { renderAclUsers, sentinelPlatformUsers } from '../redis/acl';
import { redisDirectives, renderRedisConf, type Directive } from '../redis/configuration';
import { renderSentinelAcl, sentinelDirectives } from '../redis/sentinel';
import { redisAddress, sentinelAddress, type Machine, type MachineLayout, type MachinePlatform } from './platform';

/** Certificate, key and authorities of a machine. */
const certificates = ({ configuration }: MachineLayout) => ({
  certificateFile: `${configuration}/certificates/node.crt`,
  keyFile: `${configuration}/certificates/node.key`,
  caFile: `${configuration}/certificates/ca.crt`,
});

/**
 * The text of a machine's redis.conf. Before it is used, `prepare` adds how a replica logs in, and whom it follows.
 *
 * - The plain port is off; clients, replicas and Sentinels all use TLS, and prove who they are by ACL user.
 * - Others are told the machine's name and port, which certificates are for.
 * - SIGTERM writes no snapshot: with an append-only file it saves nothing, and takes minutes of a stop.
 */
export function renderMachineRedisConf(platform: MachinePlatform, machine: Machine, layout: MachineLayout): string {
  return renderRedisConf([...machineDirectives(machine, layout), ...redisDirectives(platform.redis)]);
}

function machineDirectives(machine: Machine, layout: MachineLayout): Directive[] {
  const { certificateFile, keyFile, caFile } = certificates(layout);
  const { host, port } = redisAddress(machine);
  return [
    ['bind', '*', '-::*'],
    ['port', '0'],
    ['tls-port', String(port)],
    ['tls-cert-file', certificateFile],
    ['tls-key-file', keyFile],
    ['tls-ca-cert-file', caFile],
    ['tls-auth-clients', 'no'],
    ['tls-replication', 'yes'],
    ['tls-protocols', 'TLSv1.2 TLSv1.3'],
    ['tcp-backlog', '1024'],
    ['replica-announce-ip', host],
    ['replica-announce-port', String(port)],
    ['daemonize', 'no'],
    ['supervised', 'systemd'],
    ['dir', `${layout.state}/redis`],
    ['aclfile', `${layout.state}/redis/users.acl`],
    ['shutdown-on-sigterm', 'nosave'],
    ['enable-debug-command', 'no'],
    ['enable-module-command', 'no'],
  ];
}

/** The text of a machine's sentinel.conf. Before it is used, `prepare` adds passwords and what the Sentinel has learnt. */
export function renderMachineSentinelConf(platform: MachinePlatform, machine: Machine, layout: MachineLayout): string {
  const [first] = platform.machines;
  return renderRedisConf([
    ['bind', '*', '-::*'],
    ['supervised', 'systemd'],
    ...sentinelDirectives({
      ...platform.failover,
      ...certificates(layout),
      announce: sentinelAddress(machine),
      master: redisAddress(first),
      aclFile: `${layout.state}/sentinel/users.acl`,
      directory: `${layout.state}/sentinel`,
    }),
  ]);
}

/** Stands for a user's passwords until `prepare` puts their digests in its place. */
const placeholder = (user: string) => `<${user}>`;

/** Users of the servers. */
export const renderMachineUsers = () => renderAclUsers(sentinelPlatformUsers, placeholder);

/** Users of the Sentinels. */
export const renderMachineSentinelUsers = () => renderSentinelAcl(placeholder);
