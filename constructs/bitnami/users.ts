/** Who may log in to Redis on Kubernetes, and the texts that say so. */
import {
  aclUsers,
  redisUserNames,
  renderAclRule,
  renderAclUsers,
  sentinelPlatformUserNames,
  sentinelUser,
  type AclUser,
  type RedisUserName,
} from '../redis/acl';
import { renderSentinelAcl } from '../redis/sentinel';

/** Users beside those of every platform. Programs in the pods are `keeper`; `arranger` is the job that makes them a cluster. */
const keeper = 'keeper';
const arranger = 'arranger';

export const bitnamiClusterUserNames = [...redisUserNames, keeper, arranger] as const;
export type BitnamiClusterUserName = (typeof bitnamiClusterUserNames)[number];

export const bitnamiSentinelUserNames = [...sentinelPlatformUserNames, keeper] as const;
export type BitnamiSentinelUserName = (typeof bitnamiSentinelUserNames)[number];

/** A user of either kind of platform. */
export type BitnamiUserName = BitnamiClusterUserName | BitnamiSentinelUserName;

type AclRules = Omit<AclUser, 'name'>;

/**
 * What programs in a pod do to the server there: ask how it is, hand its master over, tell it of changed users, passwords,
 * certificates and addresses. `CONFIG SET` is as much as the pod's own files can do.
 */
const keeperRules: AclRules = {
  commands: [
    'hello',
    'auth',
    'ping',
    'info',
    'role',
    'acl|load',
    'config|set',
    'cluster|info',
    'cluster|nodes',
    'cluster|meet',
    'cluster|failover',
    'cluster|replicate',
    'client|pause',
    'client|unpause',
  ],
};

/**
 * What forms a cluster and moves slots, `redis-cli --cluster rebalance` and `fix` among it. Keys are moved by MIGRATE, which
 * reads them here and restores them there as the same user. Source: clusterManagerMoveSlot and
 * clusterManagerFixSlotsCoverage of redis-cli.
 */
const arrangerRules: AclRules = {
  commands: [
    'hello',
    'auth',
    'ping',
    'info',
    'role',
    'dbsize',
    'asking',
    'command|docs',
    'command',
    'cluster',
    'migrate',
    'dump',
    'restore',
    'restore-asking',
    'select',
    'del',
  ],
  keys: ['*'],
};

/** A line for each user of the servers of a Redis Cluster. @param passwordsOf what stands for a user's passwords */
export function renderClusterUsers(passwordsOf: (name: BitnamiClusterUserName) => string): string {
  const users = redisUserNames.map((name) => aclUsers[name]);
  return (
    renderAclUsers(users, (name) => passwordsOf(name as RedisUserName)) +
    userLine(keeper, passwordsOf(keeper), keeperRules) +
    userLine(arranger, passwordsOf(arranger), arrangerRules)
  );
}

/** A line for each user of servers that Sentinels watch. @param passwordsOf what stands for a user's passwords */
export function renderWatchedUsers(passwordsOf: (name: BitnamiSentinelUserName) => string): string {
  const users = [...redisUserNames.map((name) => aclUsers[name]), sentinelUser];
  return renderAclUsers(users, (name) => passwordsOf(name)) + userLine(keeper, passwordsOf(keeper), keeperRules);
}

/** What programs in a pod ask a Sentinel: who the master is, whether all are there, and that it be another one. */
const sentinelKeeperRules: AclRules = {
  commands: [
    'hello',
    'auth',
    'ping',
    'acl|load',
    'sentinel|get-master-addr-by-name',
    'sentinel|ckquorum',
    'sentinel|failover',
  ],
};

/** A line for each user of the Sentinels. @param passwordsOf what stands for a user's passwords */
export function renderSentinelUsers(passwordsOf: (name: BitnamiSentinelUserName) => string): string {
  return renderSentinelAcl((name) => passwordsOf(name)) + userLine(keeper, passwordsOf(keeper), sentinelKeeperRules);
}

const userLine = (name: string, passwords: string, rules: AclRules) =>
  `user ${name} on ${passwords} ${renderAclRule(rules)}\n`;

/** How many passwords each user has had. */
export type PasswordGenerations = Readonly<Partial<Record<BitnamiUserName, number>>>;
