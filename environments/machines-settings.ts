/** Redis on machines with Sentinel: a master, its replicas and a Sentinel beside each; in EC2, or on machines of one's own. */
import { z } from 'zod';
import {
  instanceMebibytes,
  machineInstanceTypes,
  type MachineInstanceType,
} from '../constructs/machines/instance-types';
import { leastDiskGibibytes, machinePlannableMebibytes } from '../constructs/machines/room';
import { sentinelPlatformUserNames, type SentinelPlatformUserName } from '../constructs/redis/acl';
import { didYouMean } from '../constructs/validation/did-you-mean';
import type { Violation } from '../constructs/validation/violations';
import type { DeepReadonly } from './environment';
import { destruction } from './setting-forms';

/** What both kinds have. */
const shared = {
  failover: z.strictObject({
    /** Sentinels that must find the master down. More than half of them, less than all. */
    quorum: z.int().min(2),
    /** Milliseconds without an answer after which a server counts as down; 2,000 to 60,000. */
    downAfterMilliseconds: z.int().min(2_000).max(60_000),
    /** Milliseconds a failover may take; after twice as long it is tried again. 5,000 to 180,000. */
    failoverTimeoutMilliseconds: z.int().min(5_000).max(180_000),
    /**
     * Seconds without a word from any replica after which a master refuses writes: one that is cut off would take what a
     * failover loses. Replicas report every second.
     */
    writesWithoutReplicaSeconds: z.int().min(2).max(60),
  }),
  /** How often the append-only file reaches the disk: `always` is before each answer. */
  appendFsync: z.enum(['always', 'everysec']),
};

/** A private zone's name: `redis.production.example.internal`, say. */
const zoneName = z.string().regex(/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}$/);

/** A higher number makes a new password; the one before still works until the next. */
const generation = z.int().min(1);

const passwordGenerations = z.strictObject(
  Object.fromEntries(sentinelPlatformUserNames.map((name) => [name, generation])) as Record<
    SentinelPlatformUserName,
    typeof generation
  >,
);

/** Instances of EC2, in an environment in AWS. */
export const machinesSettings = z.strictObject({
  kind: z.literal('machines'),
  ...shared,
  /** A machine in each of these zones, three or five. The first is the master at first. */
  machines: z
    .array(
      z.strictObject({
        /** `eu-central-1a`, say. */
        zone: z.string(),
        /**
         * A higher number replaces the instance, on the same volume and address, with the present image and settings.
         * Raise one at a time: nothing else replaces a machine that runs.
         */
        generation: z.int().min(1),
      }),
    )
    .min(3)
    .max(5),
  instanceType: z.enum(machineInstanceTypes as [MachineInstanceType, ...MachineInstanceType[]]),
  /** What instances start from. */
  image: z.discriminatedUnion('kind', [
    /** The newest of Canonical's, at the time an instance is made. */
    z.strictObject({ kind: z.literal('ubuntu-24.04') }),
    /** One's own, made of Ubuntu 24.04 or Debian 12. */
    z.strictObject({ kind: z.literal('ami'), id: z.string().regex(/^ami-[0-9a-f]{8,17}$/) }),
  ]),
  /** The volume (gp3) that holds the data, and outlives the instance. */
  dataVolume: z.strictObject({
    gibibytes: z.int().min(10).max(16_384),
    /** Operations a second. */
    iops: z.int().min(3_000).max(16_000),
    throughputMebibytes: z.int().min(125).max(1_000),
    /** Snapshots of each volume, one a day, that are kept. */
    snapshots: z.int().min(1).max(365),
  }),
  /** Private zone with the machines' names, made here and known in the network alone. */
  privateZone: zoneName,
  passwordGenerations,
  /** Whether Terraform may destroy volumes, keys and passwords. A last snapshot of each volume is taken in any case. */
  destruction,
});

export type MachinesSettings = DeepReadonly<z.output<typeof machinesSettings>>;

const port = z.int().min(1_024).max(65_535);

/** Machines of one's own. They are described and rendered here, and installed by whoever runs them. */
export const bareMetalSettings = z.strictObject({
  kind: z.literal('bare-metal'),
  ...shared,
  /** Three or five. The first is the master at first. */
  machines: z
    .array(
      z.strictObject({
        /** Lower-case letters, digits and hyphens. */
        name: z.string().regex(/^[a-z](?:[a-z0-9-]{0,30}[a-z0-9])?$/),
        /** Name or address that the others and clients reach it by. */
        host: z.string().regex(/^[\w.:-]{1,253}$/),
        /** What it fails together with others of: a rack, a room, a site. */
        failureDomain: z.string().min(1),
      }),
    )
    .min(3)
    .max(5),
  ports: z.strictObject({ redis: port, sentinel: port }),
  /** Of each machine. */
  memoryMebibytes: z.int().min(2_048),
  /** Of the file system with `/var/lib/redis-platform`, on each machine. */
  diskGibibytes: z.int().min(1),
});

export type BareMetalSettings = DeepReadonly<z.output<typeof bareMetalSettings>>;

/** What machines depend on that other settings say. */
export interface MachinesContext {
  /** Mebibytes of data expected at most. */
  readonly datasetMebibytes: number;
}

/** The same for instances of EC2. */
export interface Ec2Context extends MachinesContext {
  /** Names of the network's availability zones. */
  readonly zones: readonly string[];
}

/** What is wrong with settings that each are right. */
export function machinesViolations(settings: MachinesSettings, { datasetMebibytes, zones }: Ec2Context): Violation[] {
  const { machines, instanceType, dataVolume } = settings;
  const memoryMebibytes = instanceMebibytes(instanceType);
  return [
    ...failoverViolations(settings),
    ...zoneViolations(machines, zones),
    ...memoryViolations({ setting: 'platform.instanceType', value: instanceType }, memoryMebibytes, datasetMebibytes),
    ...diskViolations('platform.dataVolume.gibibytes', dataVolume.gibibytes, memoryMebibytes),
    ...volumeViolations(dataVolume),
  ];
}

/** The same for machines of one's own. */
export function bareMetalViolations(settings: BareMetalSettings, { datasetMebibytes }: MachinesContext): Violation[] {
  const { machines, memoryMebibytes, diskGibibytes, ports } = settings;
  return [
    ...failoverViolations(settings),
    ...duplicates('name', machines),
    ...duplicates('host', machines),
    ...failureDomainViolations(machines),
    ...(ports.redis === ports.sentinel
      ? [
          {
            setting: 'platform.ports.sentinel',
            value: ports.sentinel,
            expected: 'another port than platform.ports.redis',
            remedy: 'Use 26379, the default of Sentinel',
          },
        ]
      : []),
    ...memoryViolations(
      { setting: 'platform.memoryMebibytes', value: memoryMebibytes },
      memoryMebibytes,
      datasetMebibytes,
    ),
    ...diskViolations('platform.diskGibibytes', diskGibibytes, memoryMebibytes),
  ];
}

type Shared = Pick<MachinesSettings, 'failover'> & { readonly machines: readonly unknown[] };

/** A majority elects who fails over, so an even number tolerates no more losses than the odd one below it. */
function failoverViolations({ failover, machines }: Shared): Violation[] {
  const { quorum, downAfterMilliseconds, failoverTimeoutMilliseconds, writesWithoutReplicaSeconds } = failover;
  const violations: Violation[] = [];
  if (machines.length % 2 === 0) {
    violations.push({
      setting: 'platform.machines',
      value: machines.length,
      expected: '3 or 5 machines: an even number survives no more losses than one less',
      remedy: 'Add a machine, or take one away',
    });
  }
  const majority = Math.floor(machines.length / 2) + 1;
  if (quorum < majority || quorum >= machines.length) {
    violations.push({
      setting: 'platform.failover.quorum',
      value: quorum,
      expected: `${majority} to ${machines.length - 1}: more than half of ${machines.length} Sentinels, less than all`,
      remedy: `Set it to ${majority}`,
    });
  }
  if (failoverTimeoutMilliseconds < downAfterMilliseconds) {
    violations.push({
      setting: 'platform.failover.failoverTimeoutMilliseconds',
      value: failoverTimeoutMilliseconds,
      expected: `at least platform.failover.downAfterMilliseconds (${downAfterMilliseconds})`,
      remedy: 'Raise it',
    });
  }
  if (writesWithoutReplicaSeconds * 1_000 > downAfterMilliseconds) {
    violations.push({
      setting: 'platform.failover.writesWithoutReplicaSeconds',
      value: writesWithoutReplicaSeconds,
      expected: `at most ${Math.floor(downAfterMilliseconds / 1_000)}: when another master is chosen, this one must have stopped`,
      remedy: 'Lower it, or raise platform.failover.downAfterMilliseconds',
    });
  }
  return violations;
}

function zoneViolations(machines: MachinesSettings['machines'], zones: readonly string[]): Violation[] {
  const named = machines.map(({ zone }) => zone);
  return named.flatMap((zone, index) =>
    zones.includes(zone) && named.indexOf(zone) === index
      ? []
      : [
          {
            setting: `platform.machines.${index}.zone`,
            value: zone,
            expected: 'zones of the network, each once',
            remedy: didYouMean(
              zone,
              zones.filter((candidate) => !named.includes(candidate) || candidate === zone),
            ),
          },
        ],
  );
}

function memoryViolations(of: Pick<Violation, 'setting' | 'value'>, memory: number, dataset: number): Violation[] {
  const room = machinePlannableMebibytes(memory);
  if (dataset <= room) return [];
  return [
    {
      ...of,
      expected: `room for capacity.datasetMebibytes (${dataset}); of this ${room} can be planned for`,
      remedy: 'Use more memory, or a platform with shards',
    },
  ];
}

function diskViolations(setting: string, gibibytes: number, memoryMebibytes: number): Violation[] {
  const least = leastDiskGibibytes(memoryMebibytes);
  if (gibibytes >= least) return [];
  return [
    {
      setting,
      value: gibibytes,
      expected: `at least ${least}: append-only file, its rewrite and snapshots of all that fits into memory`,
      remedy: 'Use a larger one',
    },
  ];
}

/** EC2 refuses such volumes, only when they are made. Source: "General Purpose SSD volumes" of the EBS guide. */
function volumeViolations({ gibibytes, iops, throughputMebibytes }: MachinesSettings['dataVolume']): Violation[] {
  const violations: Violation[] = [];
  const mostIops = Math.max(3_000, gibibytes * 500);
  if (iops > mostIops) {
    violations.push({
      setting: 'platform.dataVolume.iops',
      value: iops,
      expected: `at most ${mostIops}: 500 for each of ${gibibytes} GiB`,
      remedy: 'Lower it, or use a larger volume',
    });
  }
  const mostThroughput = Math.max(125, Math.floor(iops / 4));
  if (throughputMebibytes > mostThroughput) {
    violations.push({
      setting: 'platform.dataVolume.throughputMebibytes',
      value: throughputMebibytes,
      expected: `at most ${mostThroughput}: a quarter of platform.dataVolume.iops (${iops})`,
      remedy: 'Lower it, or raise platform.dataVolume.iops',
    });
  }
  return violations;
}

function duplicates(field: 'name' | 'host', machines: BareMetalSettings['machines']): Violation[] {
  const values = machines.map((machine) => machine[field]);
  return values.flatMap((value, index) =>
    values.indexOf(value) === index
      ? []
      : [
          {
            setting: `platform.machines.${index}.${field}`,
            value,
            expected: `a ${field} that no other machine has`,
            remedy: 'Change it',
          },
        ],
  );
}

/** The loss of one of them must leave a majority. */
function failureDomainViolations(machines: BareMetalSettings['machines']): Violation[] {
  const most = Math.floor((machines.length - 1) / 2);
  const domains = machines.map(({ failureDomain }) => failureDomain);
  return [...new Set(domains)]
    .filter((domain) => domains.filter((other) => other === domain).length > most)
    .map((domain) => ({
      setting: 'platform.machines.failureDomain',
      value: domain,
      expected: `at most ${most} of ${machines.length} machines in one: with more, its loss ends the majority`,
      remedy: 'Spread the machines over three failure domains or more',
    }));
}
