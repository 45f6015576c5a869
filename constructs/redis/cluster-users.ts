/** Users of a Redis Cluster whose servers are one's own: those of every platform, and the one that forms it. */
import { clusterCommands, redisUserNames, redisUsers, type AclUser } from './acl';

export const clusterUserNames = [...redisUserNames, 'arranger'] as const;

/** Name of an ACL user of such a cluster. */
export type ClusterUserName = (typeof clusterUserNames)[number];

/**
 * Commands that form a cluster of servers. Only their user may bring a server into a cluster: a replica logs in at its master,
 * so a foreign server in the cluster would get the password of `replica`.
 */
export const arrangerCommands: readonly string[] = [
  'hello',
  'auth',
  'ping',
  'client|setname',
  'info',
  'role',
  'cluster|info',
  'cluster|nodes',
  'cluster|slots',
  'cluster|shards',
  'cluster|meet',
  ...clusterCommands,
];

export const clusterUsers: readonly AclUser<ClusterUserName>[] = [
  ...redisUsers,
  { name: 'arranger', commands: arrangerCommands },
];
