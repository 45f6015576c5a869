/**
 * What a Sentinel is told, as plain data: whom it watches, when it fails over, and who may ask it.
 *
 * Platforms whose servers are one's own render it by `renderRedisConf`; the format is that of redis.conf.
 */
import { isIP } from 'node:net';
import { redisClientNames, renderAclUsers, subcommands, type AclUser, type SentinelPlatformUserName } from './acl';
import type { Directive } from './configuration';
import type { NetworkAddress } from './endpoint';

/** When Sentinels fail over, and how. */
export interface SentinelFailover {
  /** Name of the master, as clients ask for it. */
  readonly masterName: string;
  /** Sentinels that must find the master down before one of them asks all for the right to fail over. */
  readonly quorum: number;
  /** Milliseconds without a valid answer after which a server counts as down. */
  readonly downAfterMilliseconds: number;
  /** Milliseconds a failover may take; after twice as long it is tried again. */
  readonly failoverTimeoutMilliseconds: number;
  /** Replicas that copy everything from a new master at the same time, and don't serve meanwhile. @default 1 */
  readonly parallelSyncs?: number;
}

/** One Sentinel. */
export interface SentinelConfiguration extends SentinelFailover {
  /** How others reach this Sentinel: a name, or an address. */
  readonly announce: NetworkAddress;
  /** The master to begin with; the Sentinel itself keeps track of later ones. */
  readonly master: NetworkAddress;
  readonly certificateFile: string;
  readonly keyFile: string;
  readonly caFile: string;
  /** Its own users; see `renderSentinelAcl`. */
  readonly aclFile: string;
  /** Where it runs. */
  readonly directory: string;
}

/** A user of the servers and of the Sentinels alike, whose password is told apart from all this. */
const sentinel: SentinelPlatformUserName = 'sentinel';

/**
 * The directives of a sentinel.conf, without `sentinel auth-pass` and `sentinel-pass`: they are added where it is used.
 *
 * - TLS only, towards clients (the plain port is off), servers and other Sentinels (`tls-replication`).
 * - `master-reboot-down-after-period`: a master that comes back and loads its data for longer than this is failed over;
 *   to Sentinels of old it is alive.
 * - `deny-scripts-reconfig`: nobody makes a Sentinel run programs.
 * - Names, where there are any, are resolved and told on, as clients compare them with certificates.
 */
export function sentinelDirectives(configuration: SentinelConfiguration): Directive[] {
  const { announce, master, masterName, quorum, downAfterMilliseconds, parallelSyncs = 1 } = configuration;
  return [
    ['port', '0'],
    ['tls-port', String(announce.port)],
    ['tls-cert-file', configuration.certificateFile],
    ['tls-key-file', configuration.keyFile],
    ['tls-ca-cert-file', configuration.caFile],
    ['tls-auth-clients', 'no'],
    ['tls-replication', 'yes'],
    ['tls-protocols', 'TLSv1.2 TLSv1.3'],
    ['daemonize', 'no'],
    ['dir', configuration.directory],
    ['aclfile', configuration.aclFile],
    ...([announce, master].some(isNamed) ? names : []),
    ['sentinel', 'announce-ip', announce.host],
    ['sentinel', 'announce-port', String(announce.port)],
    ['sentinel', 'deny-scripts-reconfig', 'yes'],
    ['sentinel', 'sentinel-user', sentinel],
    ['sentinel', 'monitor', masterName, master.host, String(master.port), String(quorum)],
    ['sentinel', 'auth-user', masterName, sentinel],
    ['sentinel', 'down-after-milliseconds', masterName, String(downAfterMilliseconds)],
    ['sentinel', 'failover-timeout', masterName, String(configuration.failoverTimeoutMilliseconds)],
    ['sentinel', 'parallel-syncs', masterName, String(parallelSyncs)],
    ['sentinel', 'master-reboot-down-after-period', masterName, String(downAfterMilliseconds)],
  ];
}

const isNamed = ({ host }: NetworkAddress) => isIP(host) === 0;

const names: readonly Directive[] = [
  ['sentinel', 'resolve-hostnames', 'yes'],
  ['sentinel', 'announce-hostnames', 'yes'],
];

/**
 * Longest time that writes pause in a failover, in milliseconds: a Sentinel notices, a first try fails and is repeated
 * after twice its timeout, and everyone is told within the two seconds in which Sentinels speak to each other.
 */
export function failoverMilliseconds({
  downAfterMilliseconds,
  failoverTimeoutMilliseconds,
}: Pick<SentinelFailover, 'downAfterMilliseconds' | 'failoverTimeoutMilliseconds'>): number {
  return downAfterMilliseconds + 2 * failoverTimeoutMilliseconds + 2_000;
}

/** What every client does at a Sentinel to find the master, and to hear of another one. */
const questions = [
  'hello',
  'auth',
  'ping',
  'client|setname',
  'subscribe',
  'unsubscribe',
  'sentinel|get-master-addr-by-name',
  'sentinel|sentinels',
  'sentinel|replicas',
] as const;

/** Tell of a new master, and (to clients in Go) of a replica that follows it. */
const newMaster = ['+switch-master', '+replica-reconf-done'];

/** Programs, which want to know where the master is and nothing else. */
const programs = redisClientNames.filter((name) => name !== 'exporter' && name !== 'operator');

/**
 * What the users may do at a Sentinel. Nobody but the operator may make it do something, and the operator not
 * `sentinel|config`, `sentinel|monitor` and `sentinel|set`: they return the password of `sentinel`, or lead to it.
 */
export const sentinelUsers: readonly AclUser[] = [
  ...programs.map((name): AclUser => ({ name, commands: questions, channels: newMaster })),
  {
    name: 'exporter',
    commands: [
      ...questions,
      'info',
      'sentinel|masters',
      'sentinel|master',
      'sentinel|slaves',
      'sentinel|ckquorum',
      'client|list',
    ],
  },
  {
    name: 'operator',
    commands: [
      ...questions,
      'psubscribe',
      'punsubscribe',
      'info',
      'role',
      ...subcommands('sentinel', 'masters master slaves ckquorum failover reset flushconfig myid info-cache'),
      ...subcommands('acl', 'load log'),
    ],
    channels: ['*'],
  },
  // Asks whether the others find the master down, and for their votes; tells them of itself and of the master.
  {
    name: sentinel,
    commands: ['hello', 'auth', 'ping', 'client|setname', 'publish', 'sentinel|is-master-down-by-addr'],
    channels: ['__sentinel__:hello'],
  },
];

/**
 * The text of a Sentinel's own ACL file. Clients log in to Sentinels with the user and password they have at the servers.
 *
 * @param passwordsOf what stands for a user's passwords: digests, each after a `#`, or what is replaced by such
 */
export function renderSentinelAcl(passwordsOf: (name: SentinelPlatformUserName) => string): string {
  return renderAclUsers(sentinelUsers, passwordsOf);
}
