/** Settings of machines for tests. */
import { sentinelPlatformUserNames } from '../../constructs/redis/acl';
import type { BareMetalSettings, MachinesSettings } from '../../environments/machines-settings';

/** Settings that break no rule. */
export const machinesTestSettings: MachinesSettings = {
  kind: 'machines',
  failover: {
    quorum: 2,
    downAfterMilliseconds: 5_000,
    failoverTimeoutMilliseconds: 15_000,
    writesWithoutReplicaSeconds: 5,
  },
  appendFsync: 'everysec',
  machines: [
    { zone: 'eu-central-1a', generation: 1 },
    { zone: 'eu-central-1b', generation: 1 },
    { zone: 'eu-central-1c', generation: 1 },
  ],
  instanceType: 'r7g.large',
  image: { kind: 'ubuntu-24.04' },
  dataVolume: { gibibytes: 100, iops: 3_000, throughputMebibytes: 250, snapshots: 14 },
  privateZone: 'redis.test.example.internal',
  passwordGenerations: Object.fromEntries(
    sentinelPlatformUserNames.map((name) => [name, 1]),
  ) as MachinesSettings['passwordGenerations'],
  destruction: { kind: 'prevented' },
};

/** Settings that break no rule. */
export const bareMetalTestSettings: BareMetalSettings = {
  kind: 'bare-metal',
  failover: machinesTestSettings.failover,
  appendFsync: 'everysec',
  machines: [
    { name: 'redis-1', host: 'redis-1.example.internal', failureDomain: 'room 1' },
    { name: 'redis-2', host: 'redis-2.example.internal', failureDomain: 'room 2' },
    { name: 'redis-3', host: 'redis-3.example.internal', failureDomain: 'room 3' },
  ],
  ports: { redis: 6_379, sentinel: 26_379 },
  memoryMebibytes: 16_384,
  diskGibibytes: 100,
};
