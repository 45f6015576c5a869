import { instanceMebibytes, machineInstanceTypes } from '../../constructs/machines/instance-types';
import { leastDiskGibibytes, machineMaxmemoryBytes, machinePlannableMebibytes } from '../../constructs/machines/room';
import { violationsOf } from '../../constructs/validation/schema-violations';
import {
  bareMetalSettings,
  bareMetalViolations,
  machinesSettings,
  machinesViolations,
  type BareMetalSettings,
  type MachinesSettings,
} from '../../environments/machines-settings';
import { bareMetalTestSettings, machinesTestSettings } from '../support/machines-settings';

const zones = ['eu-central-1a', 'eu-central-1b', 'eu-central-1c'];
const reason = 'a test of what is switched off';
const context = { zones, datasetMebibytes: 5_000 };

const ec2 = (change: object) => ({ ...machinesTestSettings, ...change });
const bare = (change: object) => ({ ...bareMetalTestSettings, ...change });
const failover = (change: object) => ({ failover: { ...machinesTestSettings.failover, ...change } });
const volume = (change: object) => ({ dataVolume: { ...machinesTestSettings.dataVolume, ...change } });

function settingsThatAreWrong(schema: typeof machinesSettings | typeof bareMetalSettings, input: unknown): string[] {
  const { error } = schema.safeParse(input);
  return error === undefined ? [] : violationsOf(error, schema, input).map(({ setting }) => setting);
}

describe('settings by themselves', () => {
  test.each<[string, unknown]>([
    ['instances', machinesTestSettings],
    ['an image of ones own', ec2({ image: { kind: 'ami', id: 'ami-0123456789abcdef0' } })],
    ['writes that reach the disk first', ec2({ appendFsync: 'always' })],
    ['destruction, with a reason', ec2({ destruction: { kind: 'allowed', reason } })],
  ])('%s are taken', (_, input) => {
    expect(machinesSettings.parse(input)).toEqual(input);
  });

  test('machines of ones own are taken', () => {
    expect(bareMetalSettings.parse(bareMetalTestSettings)).toEqual(bareMetalTestSettings);
  });

  test.each<[string, unknown, string]>([
    ['an unknown setting', ec2({ sshKey: 'x' }), 'sshKey'],
    ['two machines', ec2({ machines: machinesTestSettings.machines.slice(1) }), 'machines'],
    ['a quorum of one', ec2(failover({ quorum: 1 })), 'failover.quorum'],
    ['a server that is down at once', ec2(failover({ downAfterMilliseconds: 500 })), 'failover.downAfterMilliseconds'],
    [
      'a failover without time',
      ec2(failover({ failoverTimeoutMilliseconds: 4_999 })),
      'failover.failoverTimeoutMilliseconds',
    ],
    [
      'replicas that report too seldom',
      ec2(failover({ writesWithoutReplicaSeconds: 1 })),
      'failover.writesWithoutReplicaSeconds',
    ],
    ['no append-only file', ec2({ appendFsync: 'no' }), 'appendFsync'],
    ['a burstable instance', ec2({ instanceType: 't4g.large' }), 'instanceType'],
    ['an unknown image', ec2({ image: { kind: 'ami', id: 'latest' } }), 'image.id'],
    ['another system', ec2({ image: { kind: 'windows' } }), 'image.kind'],
    ['a volume that is too slow for gp3', ec2(volume({ iops: 100 })), 'dataVolume.iops'],
    ['a volume without snapshots', ec2(volume({ snapshots: 0 })), 'dataVolume.snapshots'],
    ['a zone without a dot', ec2({ privateZone: 'internal' }), 'privateZone'],
    ['an upper-case zone', ec2({ privateZone: 'Redis.example.internal' }), 'privateZone'],
    [
      'a user without a password',
      ec2({ passwordGenerations: { ...machinesTestSettings.passwordGenerations, app: 0 } }),
      'passwordGenerations.app',
    ],
    ['destruction without a reason', ec2({ destruction: { kind: 'allowed' } }), 'destruction.reason'],
    [
      'generation 0',
      ec2({ machines: machinesTestSettings.machines.map((one) => ({ ...one, generation: 0 })).slice(0, 3) }),
      'machines.0.generation',
    ],
  ])('%s is refused', (_, input, setting) => {
    expect(settingsThatAreWrong(machinesSettings, input)[0]).toBe(setting);
  });

  test.each<[string, unknown, string]>([
    ['a zone of AWS', bare({ privateZone: 'a.b' }), 'privateZone'],
    [
      'a name with a dot',
      bare({
        machines: [{ ...bareMetalTestSettings.machines[0], name: 'a.b' }, ...bareMetalTestSettings.machines.slice(1)],
      }),
      'machines.0.name',
    ],
    ['a port that only root may use', bare({ ports: { redis: 80, sentinel: 26_379 } }), 'ports.redis'],
    ['a machine without memory', bare({ memoryMebibytes: 1_024 }), 'memoryMebibytes'],
    ['a machine without a disk', bare({ diskGibibytes: 0 }), 'diskGibibytes'],
  ])('%s is refused on bare metal', (_, input, setting) => {
    expect(settingsThatAreWrong(bareMetalSettings, input)).toEqual([setting]);
  });
});

describe('rules over several settings', () => {
  const four = [...machinesTestSettings.machines, { zone: 'eu-central-1d', generation: 1 }];
  const five = [...four, { zone: 'eu-central-1e', generation: 1 }];
  const moreZones = [...zones, 'eu-central-1d', 'eu-central-1e'];

  test.each<[string, MachinesSettings, object]>([
    ['three machines', machinesTestSettings, {}],
    ['five machines', ec2({ machines: five, ...failover({ quorum: 3 }) }), { zones: moreZones }],
    [
      'five machines, of which four must agree',
      ec2({ machines: five, ...failover({ quorum: 4 }) }),
      { zones: moreZones },
    ],
    ['as much data as fits', machinesTestSettings, { datasetMebibytes: 9_216 }],
    ['as many operations as a volume has', ec2(volume({ iops: 16_000, throughputMebibytes: 1_000 })), {}],
  ])('%s break none', (_, settings, change) => {
    expect(machinesViolations(settings, { ...context, ...change })).toEqual([]);
  });

  test.each<[string, MachinesSettings, object, string, unknown, RegExp]>([
    [
      'an even number',
      ec2({ machines: four, ...failover({ quorum: 3 }) }),
      { zones: moreZones },
      'platform.machines',
      4,
      /3 or 5/,
    ],
    ['a quorum of all', ec2(failover({ quorum: 3 })), {}, 'platform.failover.quorum', 3, /^2 to 2/],
    ['a quorum of a minority', ec2({ machines: five }), { zones: moreZones }, 'platform.failover.quorum', 2, /^3 to 4/],
    [
      'a failover that may not take as long as a server is waited for',
      ec2(failover({ downAfterMilliseconds: 20_000 })),
      {},
      'platform.failover.failoverTimeoutMilliseconds',
      15_000,
      /20000/,
    ],
    [
      'writes that go on while another is chosen',
      ec2(failover({ writesWithoutReplicaSeconds: 6 })),
      {},
      'platform.failover.writesWithoutReplicaSeconds',
      6,
      /at most 5/,
    ],
    [
      'a zone of another network',
      machinesTestSettings,
      { zones: [...zones.slice(0, 2), 'eu-central-1d'] },
      'platform.machines.2.zone',
      'eu-central-1c',
      /each once/,
    ],
    [
      'two machines in one zone',
      ec2({ machines: [...machinesTestSettings.machines.slice(0, 2), { zone: 'eu-central-1a', generation: 1 }] }),
      {},
      'platform.machines.2.zone',
      'eu-central-1a',
      /each once/,
    ],
    [
      'more data than fits',
      machinesTestSettings,
      { datasetMebibytes: 9_217 },
      'platform.instanceType',
      'r7g.large',
      /9217.*9216 can be planned/,
    ],
    [
      'a volume without room for a rewrite',
      ec2(volume({ gibibytes: 56 })),
      {},
      'platform.dataVolume.gibibytes',
      56,
      /at least 57/,
    ],
    [
      'more operations than the volume has',
      ec2({ instanceType: 'm7g.large', ...volume({ gibibytes: 31, iops: 15_501 }) }),
      { datasetMebibytes: 1_000 },
      'platform.dataVolume.iops',
      15_501,
      /at most 15500/,
    ],
    [
      'more throughput than operations',
      ec2(volume({ throughputMebibytes: 751 })),
      {},
      'platform.dataVolume.throughputMebibytes',
      751,
      /at most 750/,
    ],
  ])('%s is told', (_, settings, change, setting, value, expected) => {
    expect(machinesViolations(settings, { ...context, ...change })).toEqual([
      { setting, value, expected: expect.stringMatching(expected) as string, remedy: expect.any(String) as string },
    ]);
  });

  const machine = (index: number, change: object) =>
    bareMetalTestSettings.machines.map((one, at) => (at === index ? { ...one, ...change } : one));

  test('machines of ones own break none', () => {
    expect(bareMetalViolations(bareMetalTestSettings, { datasetMebibytes: 5_000 })).toEqual([]);
  });

  test.each<[string, BareMetalSettings, string, unknown, RegExp]>([
    [
      'a name twice',
      bare({ machines: machine(2, { name: 'redis-1' }) }),
      'platform.machines.2.name',
      'redis-1',
      /no other machine/,
    ],
    [
      'a host twice',
      bare({ machines: machine(1, { host: 'redis-1.example.internal' }) }),
      'platform.machines.1.host',
      'redis-1.example.internal',
      /no other machine/,
    ],
    [
      'two machines in one room',
      bare({ machines: machine(2, { failureDomain: 'room 1' }) }),
      'platform.machines.failureDomain',
      'room 1',
      /at most 1 of 3/,
    ],
    [
      'one port for both',
      bare({ ports: { redis: 6_379, sentinel: 6_379 } }),
      'platform.ports.sentinel',
      6_379,
      /another port/,
    ],
    ['too little memory', bare({ memoryMebibytes: 8_192 }), 'platform.memoryMebibytes', 8_192, /4300 can be planned/],
    ['too small a disk', bare({ diskGibibytes: 10 }), 'platform.diskGibibytes', 10, /at least 57/],
    ['a quorum of all', bare(failover({ quorum: 3 })), 'platform.failover.quorum', 3, /^2 to 2/],
  ])('%s is told on bare metal', (_, settings, setting, value, expected) => {
    expect(bareMetalViolations(settings, { datasetMebibytes: 5_000 })).toEqual([
      { setting, value, expected: expect.stringMatching(expected) as string, remedy: expect.any(String) as string },
    ]);
  });
});

test("memory: a gibibyte is the system's, a quarter of the rest is kept back, a fifth of that is left to grow", () => {
  expect(machineMaxmemoryBytes(16_384)).toBe((15 * 1024 ** 3 * 3) / 4);
  expect(machinePlannableMebibytes(16_384)).toBe(9_216);
  expect(leastDiskGibibytes(16_384)).toBe(57);
});

test.each([
  ['m7g.large', 8],
  ['r7g.large', 16],
  ['r8g.2xlarge', 64],
  ['m7i.8xlarge', 128],
] as const)('%s has %i GiB', (type, gibibytes) => {
  expect(instanceMebibytes(type)).toBe(gibibytes * 1024);
  expect(machineInstanceTypes).toContain(type);
});
