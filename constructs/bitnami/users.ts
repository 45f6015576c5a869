/** Who may log in to Redis on Kubernetes, and the texts that say so. */
import {
  redisUserNames,
  redisUsers,
  renderAclUsers,
  sentinelPlatformUserNames,
  sentinelPlatformUsers,
  type AclUser,
} from '../redis/acl';
import { arrangerCommands } from '../redis/cluster-users';
import { sentinelUsers } from '../redis/sentinel';

/** Users beside those of every platform. Programs in the pods are `keeper`; `arranger` is the job that makes them a cluster. */
const keeper = 'keeper';
const arranger = 'arranger';

export const bitnamiClusterUserNames = [...redisUserNames, keeper, arranger] as const;
export type BitnamiClusterUserName = (typeof bitnamiClusterUserNames)[number];

export const bitnamiSentinelUserNames = [...sentinelPlatformUserNames, keeper] as const;
export type BitnamiSentinelUserName = (typeof bitnamiSentinelUserNames)[number];

/** A user of either kind of platform. */
export type BitnamiUserName = BitnamiClusterUserName | BitnamiSentinelUserName;

/**
 * What programs in a pod do to the server there: ask how it is, hand its master over, tell it of changed users, passwords,
 * certificates and addresses. `CONFIG SET` is as much as the pod's own files can do.
 */
const serverKeeper: AclUser<typeof keeper> = {
  name: keeper,
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
const clusterArranger: AclUser<typeof arranger> = {
  name: arranger,
  commands: [
    ...arrangerCommands,
    'dbsize',
    'asking',
    'command|docs',
    'command',
    'migrate',
    'dump',
    'restore',
    'restore-asking',
    'select',
    'del',
  ],
  keys: ['*'],
};

/** Users of the servers of a Redis Cluster. */
export const bitnamiClusterUsers: readonly AclUser<BitnamiClusterUserName>[] = [
  ...redisUsers,
  serverKeeper,
  clusterArranger,
];

/** Users of servers that Sentinels watch. */
export const watchedUsers: readonly AclUser<BitnamiSentinelUserName>[] = [...sentinelPlatformUsers, serverKeeper];

/** Users of the Sentinels. Programs in a pod ask who the master is, whether all are there, and that it be another one. */
export const bitnamiSentinelUsers: readonly AclUser<BitnamiSentinelUserName>[] = [
  ...sentinelUsers,
  {
    name: keeper,
    commands: [
      'hello',
      'auth',
      'ping',
      'acl|load',
      'sentinel|get-master-addr-by-name',
      'sentinel|ckquorum',
      'sentinel|failover',
    ],
  },
];

/** A line for each user of the servers of a Redis Cluster. @param passwordsOf what stands for a user's passwords */
export const renderClusterUsers = (passwordsOf: (name: BitnamiClusterUserName) => string) =>
  renderAclUsers(bitnamiClusterUsers, passwordsOf);

/** A line for each user of servers that Sentinels watch. @param passwordsOf what stands for a user's passwords */
export const renderWatchedUsers = (passwordsOf: (name: BitnamiSentinelUserName) => string) =>
  renderAclUsers(watchedUsers, passwordsOf);

/** A line for each user of the Sentinels. @param passwordsOf what stands for a user's passwords */
export const renderSentinelUsers = (passwordsOf: (name: BitnamiSentinelUserName) => string) =>
  renderAclUsers(bitnamiSentinelUsers, passwordsOf);

/** How many passwords each user has had. */
export type PasswordGenerations = Readonly<Partial<Record<BitnamiUserName, number>>>;
