/** All faults: one row of the table each. */
import type { Fault } from './fault';
import { renewServerCertificates, rotatePassword } from './kinds/credentials';
import { diskMilliseconds, slowDisk, slowSeconds } from './kinds/disk';
import { exceedMemory } from './kinds/memory';
import { awaySeconds, cutOffNode, drainNodes, loseNode, loseZone } from './kinds/nodes';
import {
  deleteMasterPod,
  killAllRedisPods,
  killDatabasePod,
  killMasterPod,
  killMasterProcess,
  stopMasterProcess,
} from './kinds/pods';
import { changeMemory, growCluster, rollApplication } from './kinds/rollouts';
import { loseTwoSentinels } from './kinds/sentinels';
import { loseMasterVolume, loseReplicaVolume } from './kinds/volumes';

const cluster = 'bitnami-cluster';
const sentinel = 'bitnami-sentinel';
const both = [cluster, sentinel] as const;

/** Seconds for a failover, as constructs/bitnami/timing.ts has it for the environments, with a client's repetition. */
const failoverSeconds = 25;

/** Seconds for a pod: its start, its data and its readiness, on a machine that all nodes share. */
const podSeconds = 120;

/** Seconds for the one pod of Postgres: its start, its journal and its readiness. */
const databaseSeconds = 60;

/** Longer than a server may be unreachable before it counts as lost. */
const hungSeconds = 20;

export const faults: readonly Fault[] = [
  {
    name: 'master-pod-killed',
    title: 'Pod of a master killed',
    platforms: both,
    done: '`kubectl delete pod --grace-period=0 --force` of a master',
    promises: {
      text: 'its replica takes over; the pod comes back as a replica',
      pauseSeconds: failoverSeconds,
      steadySeconds: podSeconds,
    },
    isShort: true,
    act: killMasterPod,
  },
  {
    name: 'master-pod-deleted',
    title: 'Pod of a master deleted',
    platforms: both,
    done: '`kubectl delete pod` of a master',
    promises: { text: 'it hands over before it stops', pauseSeconds: 5, steadySeconds: podSeconds },
    act: deleteMasterPod,
  },
  {
    name: 'master-process-killed',
    title: 'Server of a master killed',
    platforms: both,
    done: '`kill -9` of redis-server, on its node',
    promises: {
      text: 'its replica takes over, or the server is back before',
      pauseSeconds: failoverSeconds,
      steadySeconds: podSeconds,
    },
    act: killMasterProcess,
  },
  {
    name: 'master-hangs',
    title: 'Server of a master hangs',
    platforms: both,
    done: `SIGSTOP to redis-server for ${hungSeconds} s, as with a disk that stands still`,
    promises: {
      text: 'its replica takes over; the server follows when it goes on',
      pauseSeconds: failoverSeconds,
      steadySeconds: podSeconds,
    },
    act: (context) => stopMasterProcess(context, hungSeconds),
  },
  {
    name: 'disk-slow',
    title: 'Disk of a master slow',
    platforms: both,
    done: `each write and sync of its append-only file takes ${diskMilliseconds} ms for ${slowSeconds} s, by strace`,
    promises: {
      text: 'orders go on, more slowly; no replica takes over',
      pauseSeconds: 10,
      steadySeconds: podSeconds,
    },
    act: slowDisk,
  },
  {
    name: 'node-cut-off',
    title: 'Node of a master cut off',
    platforms: both,
    done: `its network is down for ${awaySeconds} s, its pods go on`,
    promises: {
      text: 'its replica takes over; the old master gives way',
      pauseSeconds: failoverSeconds,
      steadySeconds: podSeconds,
    },
    act: cutOffNode,
  },
  {
    name: 'node-lost',
    title: 'Node of a master lost and returned',
    platforms: both,
    done: `all its processes end at once; it is back after ${awaySeconds} s`,
    promises: {
      text: 'its replica takes over; its pods come back on it',
      pauseSeconds: failoverSeconds,
      steadySeconds: podSeconds,
    },
    isShort: true,
    act: loseNode,
  },
  {
    name: 'zone-lost',
    title: 'Zone lost and back',
    platforms: both,
    done: `all nodes of a master's zone are lost at once, and back after ${awaySeconds} s; the zone of the database is spared`,
    promises: { text: 'replicas in the other zones take over', pauseSeconds: 30, steadySeconds: 2 * podSeconds },
    act: loseZone,
  },
  {
    name: 'nodes-drained',
    title: 'All nodes of Redis drained in turn',
    platforms: both,
    done: '`kubectl drain`, `uncordon`, and the next when all pods are ready',
    promises: {
      text: 'each master hands over before its pod goes; orders wait while Postgres moves, where it is a pod of these nodes',
      pauseSeconds: 5,
      pauseSecondsWithDatabase: databaseSeconds,
      steadySeconds: podSeconds,
    },
    act: drainNodes,
  },
  {
    name: 'application-rolled',
    title: 'Application rolled',
    platforms: both,
    done: '`kubectl rollout restart` of api and worker, as with a new image',
    promises: { text: 'new pods are ready before old ones go', pauseSeconds: 5, steadySeconds: podSeconds },
    act: rollApplication,
  },
  {
    name: 'memory-changed',
    title: 'Memory of Redis changed',
    platforms: both,
    done: 'the environment is deployed with more `platform.memoryMebibytes`',
    promises: {
      text: 'pods are replaced one by one, masters hand over, the deployment arranges masters',
      pauseSeconds: 5,
      steadySeconds: podSeconds,
    },
    act: changeMemory,
  },
  {
    name: 'password-rotated',
    title: "Application's password rotated",
    platforms: both,
    done: '`passwordGenerations.app` is raised by one and deployed, then api and worker restarted',
    promises: {
      text: 'old and new password work until the programs have read the new one',
      pauseSeconds: 5,
      steadySeconds: podSeconds,
    },
    byHand: 'programs read a password when they start: `kubectl -n application rollout restart deployment`',
    act: rotatePassword,
  },
  {
    name: 'certificates-renewed',
    title: 'Certificates renewed',
    platforms: both,
    done: 'all certificates are issued again',
    promises: { text: 'servers take them up without a restart', pauseSeconds: 5, steadySeconds: podSeconds },
    act: renewServerCertificates,
  },
  {
    name: 'replica-volume-lost',
    title: 'Volume of a replica lost',
    platforms: both,
    done: 'the folder of its volume is emptied, and its pod killed',
    promises: {
      text: 'Sentinel: the pod copies the master. Cluster: the pod is a new node until the arrangement has made it a replica',
      pauseSeconds: 5,
      steadySeconds: podSeconds,
    },
    byHand:
      'in a cluster: the arrangement, then `CLUSTER FORGET` of the old node on each pod, as docs/guides/self-hosted.md says',
    act: loseReplicaVolume,
  },
  {
    name: 'master-volume-lost',
    title: 'Volume of a master lost',
    platforms: both,
    done: 'the folder of its volume is emptied, and its pod killed',
    promises: {
      text: 'its replica takes over with the data; then as with a replica',
      pauseSeconds: failoverSeconds,
      steadySeconds: podSeconds,
    },
    byHand:
      'in a cluster: the arrangement, then `CLUSTER FORGET` of the old node on each pod, as docs/guides/self-hosted.md says',
    act: loseMasterVolume,
  },
  {
    name: 'all-pods-killed',
    title: 'All pods of Redis killed at once',
    platforms: both,
    done: '`kubectl delete pod --grace-period=0 --force` of all: they come back with other addresses',
    promises: {
      text: 'they find each other by name; orders wait meanwhile',
      pauseSeconds: 90,
      steadySeconds: 2 * podSeconds,
    },
    isShort: true,
    act: killAllRedisPods,
  },
  {
    name: 'memory-exceeded',
    title: 'Memory limit of a master exceeded',
    platforms: both,
    done: 'a process in its container takes memory beyond the limit, and the kernel ends redis-server',
    promises: {
      text: 'its replica takes over, or the server is back before',
      pauseSeconds: failoverSeconds,
      steadySeconds: podSeconds,
    },
    act: exceedMemory,
  },
  {
    name: 'database-killed',
    title: 'Pod of Postgres killed',
    platforms: both,
    done: '`kubectl delete pod --grace-period=0 --force` of Postgres',
    promises: { text: 'orders wait until it is back', pauseSeconds: databaseSeconds, steadySeconds: podSeconds },
    act: killDatabasePod,
  },
  {
    name: 'two-sentinels-lost',
    title: 'Two Sentinels lost, and the master killed',
    platforms: [sentinel],
    done: 'SIGSTOP to two of three Sentinels for 40 s; `kill -9` of the master meanwhile',
    promises: {
      text: 'no second master is elected; the master is back by itself',
      pauseSeconds: 45,
      steadySeconds: podSeconds,
    },
    act: loseTwoSentinels,
  },
  {
    name: 'cluster-grown',
    title: 'Cluster grown to twice the shards',
    platforms: [cluster],
    done: 'the environment is deployed with twice `platform.shards`, on a cluster with nodes for them',
    promises: {
      text: 'new shards take over slots with what is in them, while they are used',
      pauseSeconds: 5,
      steadySeconds: podSeconds,
    },
    byHand: 'nodes first; it does not go back, so that it runs only where `--fault cluster-grown` names it',
    isLasting: true,
    act: growCluster,
  },
];
