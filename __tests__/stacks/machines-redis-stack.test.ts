import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { MachinesSettings } from '../../environments/machines-settings';
import { sentinelPlatformUserNames } from '../../constructs/redis/acl';
import { machineUserData, userDataViolations } from '../../constructs/machines/user-data';
import {
  MachinesRedisStack,
  type MachinesRedisStackProps,
  type MachinesRedisValue,
} from '../../stacks/machines-redis-stack';
import { testNetwork } from '../support/database-settings';
import { machinesTestSettings } from '../support/machines-settings';
import {
  messageOf,
  resourceOf,
  resourcesOf,
  statementsOf,
  synthesizeStack,
  testAccount,
  type Arguments,
} from '../support/synthesized-construct';

let value: MachinesRedisValue | undefined;

function stackWith(settings: Partial<MachinesSettings> = {}, props: Partial<MachinesRedisStackProps> = {}) {
  return synthesizeStack((app) => {
    const stack = new MachinesRedisStack(app, 'test-redis', {
      account: testAccount,
      settings: { ...machinesTestSettings, ...settings },
      datasetMebibytes: 5_000,
      network: testNetwork,
      clients: { nodes: 'sg-nodes' },
      topicArn: 'arn:aws:sns:eu-central-1:111122223333:test-alarms',
      ...props,
    });
    value = stack.redis;
    return stack;
  });
}

const stack = stackWith();
const all = (type: string, of = stack): Arguments[] => Object.values(resourcesOf(of, type));

test('the stack', () => {
  expect(stack).toMatchSnapshot();
});

test('ends in an endpoint with Sentinels, whose passwords and authority are in Secrets Manager', () => {
  expect(value?.endpoint).toMatchObject({
    topology: 'sentinel',
    clusterName: 'test-redis',
    masterName: 'main',
    failoverMilliseconds: 37_000,
    sentinels: ['a', 'b', 'c'].map((letter) => ({ host: `redis-${letter}.redis.test.example.internal`, port: 26_379 })),
    caCertificate: { kind: 'secrets-manager', field: 'certificate' },
    credentials: { app: { username: 'app', password: { kind: 'secrets-manager', field: 'password' } } },
  });
  expect(value?.nodes).toEqual(['test-redis-redis-a', 'test-redis-redis-b', 'test-redis-redis-c']);
});

describe('a machine', () => {
  test('has an instance, an address and a volume in each zone', () => {
    for (const type of ['aws_instance', 'aws_launch_template', 'aws_volume_attachment']) {
      expect(all(type)).toHaveLength(3);
    }
    expect(all('aws_ebs_volume').map((volume) => volume.availability_zone)).toEqual(
      machinesTestSettings.machines.map(({ zone }) => zone),
    );
    expect(all('aws_network_interface').map((address) => address.subnet_id)).toEqual(
      machinesTestSettings.machines.map(({ zone }) => `subnet-private-${zone}`),
    );
  });

  test('has no public address, no key for SSH, and metadata by session tokens only', () => {
    expect(JSON.stringify(stack)).not.toMatch(/key_name|associate_public_ip_address|public_ip/);
    for (const template of all('aws_launch_template')) {
      expect(template.metadata_options).toMatchObject({ http_tokens: 'required', http_put_response_hop_limit: 1 });
    }
  });

  test('is encrypted on all disks, and its data outlives it', () => {
    for (const volume of all('aws_ebs_volume')) {
      expect(volume).toMatchObject({
        encrypted: true,
        kms_key_id: expect.stringContaining('aws_kms_key') as string,
        final_snapshot: true,
        lifecycle: { prevent_destroy: true },
      });
    }
    for (const template of all('aws_launch_template')) {
      expect(template.block_device_mappings).toMatchObject([
        { ebs: { encrypted: 'true', delete_on_termination: 'true' } },
      ]);
    }
  });

  test('is replaced by a higher generation, and by nothing else', () => {
    const raised = stackWith({
      machines: machinesTestSettings.machines.map((one, index) => (index === 1 ? { ...one, generation: 2 } : one)),
    });
    for (const instance of all('aws_instance')) {
      expect(instance.lifecycle).toEqual({
        ignore_changes: ['launch_template'],
        replace_triggered_by: [expect.stringMatching(/^terraform_data\.[\w-]+_generation_\w+$/) as string],
      });
    }
    expect(all('terraform_data').map((one) => one.input)).toEqual([1, 1, 1].map((generation) => ({ generation })));
    expect(all('terraform_data', raised).map((one) => one.input)).toEqual(
      [1, 2, 1].map((generation) => ({ generation })),
    );
  });

  test('ends its servers before its disk is taken away', () => {
    for (const attachment of all('aws_volume_attachment')) {
      expect(attachment.stop_instance_before_detaching).toBe(true);
    }
  });

  test.each<[string, Partial<MachinesSettings>, unknown]>([
    ['arm64', { instanceType: 'r7g.large' }, 'arm64'],
    ['Intel', { instanceType: 'r7i.large' }, 'amd64'],
  ])('of %s has an image for it', (_, settings, architecture) => {
    expect(JSON.stringify(stackWith(settings))).toContain(`24.04/stable/current/${String(architecture)}/hvm`);
  });

  test('may have an image of ones own', () => {
    const own = stackWith({ image: { kind: 'ami', id: 'ami-0123456789abcdef0' } });
    expect(all('aws_launch_template', own).map(({ image_id: id }) => id)).toEqual(
      Array(3).fill('ami-0123456789abcdef0'),
    );
    expect(JSON.stringify(own)).not.toContain('ssm_parameter');
  });

  test('has alarms, which EC2 answers as well', () => {
    const alarms = all('aws_cloudwatch_metric_alarm');
    expect(alarms).toHaveLength(33);
    const byName = Object.fromEntries(alarms.map((alarm) => [String(alarm.alarm_name), alarm]));
    expect(byName['test-redis-redis-a-hardware']?.alarm_actions).toContain('arn:aws:automate:eu-central-1:ec2:recover');
    expect(byName['test-redis-redis-a-system']?.alarm_actions).toContain('arn:aws:automate:eu-central-1:ec2:reboot');
    expect(alarms.filter((alarm) => alarm.treat_missing_data === 'breaching').map((alarm) => alarm.alarm_name)).toEqual(
      ['a', 'b', 'c'].map((letter) => `test-redis-redis-${letter}-down`),
    );
  });
});

describe('access', () => {
  test('is for clients and machines, to Redis and Sentinel', () => {
    const rules = all('aws_vpc_security_group_ingress_rule');
    expect(rules.map(({ description, from_port: port }) => [description, port]).sort()).toEqual([
      ['From machines to redis', 6_379],
      ['From machines to sentinel', 26_379],
      ['From nodes to redis', 6_379],
      ['From nodes to sentinel', 26_379],
    ]);
    for (const rule of rules) expect(rule).not.toHaveProperty('cidr_ipv4');
  });

  test('of machines to the outside is by HTTPS, and by HTTP for packages', () => {
    const rules = all('aws_vpc_security_group_egress_rule').filter((rule) => rule.cidr_ipv4 !== undefined);
    expect(rules.map((rule) => rule.from_port)).toEqual([443, 80]);
  });

  test('of machines to AWS is to their own secrets and metrics', () => {
    const statements = statementsOf(resourceOf(stack, 'aws_iam_role_policy').policy);
    const secret = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:test/';
    expect(statements).toMatchObject({
      ReadSecrets: {
        Resource: [`${secret}redis/*-??????`, `${secret}redis-authority-??????`, `${secret}redis-certificate-??????`],
      },
      KeepAuthority: { Resource: [`${secret}redis-authority-??????`, `${secret}redis-certificate-??????`] },
      TellMetrics: { Condition: { StringEquals: { 'cloudwatch:namespace': 'RedisPlatform' } } },
    });
  });

  test('needs a client', () => {
    expect(messageOf(() => stackWith({}, { clients: {} }))).toContain(
      'clients: {}; expected the security group of one',
    );
  });
});

test('no password is in the synthesis: Secrets Manager makes them', () => {
  expect(all('aws_secretsmanager_secret_version')).toEqual([]);
  expect(all('aws_cloudformation_stack')).toHaveLength(sentinelPlatformUserNames.length);
  for (const made of all('aws_cloudformation_stack')) expect(made.template_body).toContain('GenerateSecretString');
});

test('a changed destruction lets go of all that is kept', () => {
  const free = stackWith({ destruction: { kind: 'allowed', reason: 'a test of what is switched off' } });
  expect(JSON.stringify(free)).not.toContain('"prevent_destroy":true');
});

test('settings that contradict the network are refused', () => {
  const machines = machinesTestSettings.machines.map((one, index) =>
    index === 0 ? { ...one, zone: 'eu-central-1d' } : one,
  );
  expect(messageOf(() => stackWith({ machines }))).toContain('test-redis has 1 problem:\n  - platform.machines.0.zone');
});

test('user data must be as small as EC2 takes it', () => {
  const digest = (of: number) => createHash('sha512').update(String(of)).digest('base64');
  const content = Array.from({ length: 300 }, (_, index) => digest(index)).join('\n');
  const text = machineUserData([{ path: '/a', mode: '0644', content }]);
  expect(userDataViolations(text)).toMatchObject([
    { setting: 'user data', value: gzipSync(text).length, expected: 'at most 15564 bytes, compressed' },
  ]);
  expect(userDataViolations('#cloud-config\n')).toEqual([]);
});
