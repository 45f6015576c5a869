import { redisNodeLabels, redisNodeTaint, redisNodeToleration } from '../../../constructs/kubernetes/redis-nodes';
import { kubernetesWith, testNetworkValue } from '../../support/kubernetes';
import {
  resourceOf,
  resourcesOf,
  statementsOf,
  type Arguments,
  type Configuration,
} from '../../support/synthesized-construct';

const configuration = kubernetesWith();

/** Node groups by the prefix of their names. */
function groupsOf(made: Configuration): Readonly<Record<string, Arguments>> {
  return Object.fromEntries(
    Object.values(resourcesOf(made, 'aws_eks_node_group')).map((group) => [
      String(group.node_group_name_prefix),
      group,
    ]),
  );
}

const addressOf = (made: Configuration, prefix: string) => {
  const groups = Object.entries(resourcesOf(made, 'aws_eks_node_group'));
  return `aws_eks_node_group.${groups.find(([, group]) => group.node_group_name_prefix === prefix)?.[0] ?? ''}`;
};

const templates = Object.values(resourcesOf(configuration, 'aws_launch_template'));
const redisZones = ['a', 'b', 'c'].map((letter) => `redis-eu-central-1${letter}-`);

test('there is one group over all zones and one in each zone for Redis', () => {
  const groups = groupsOf(configuration);
  expect(Object.keys(groups).sort()).toEqual(['general-', ...redisZones]);
  expect(groups['general-']).toMatchObject({
    ami_type: 'BOTTLEROCKET_ARM_64',
    capacity_type: 'ON_DEMAND',
    version: '1.35',
    subnet_ids: ['subnet-private-a', 'subnet-private-b', 'subnet-private-c'],
    scaling_config: { min_size: 3, desired_size: 3, max_size: 3 },
    update_config: { max_unavailable_percentage: 33 },
    node_repair_config: { enabled: true },
    taint: [],
    labels: { workload: 'general' },
    lifecycle: { create_before_destroy: true },
  });
  expect(groups['redis-eu-central-1b-']).toMatchObject({
    ami_type: 'BOTTLEROCKET_x86_64',
    subnet_ids: ['subnet-private-b'],
    scaling_config: { min_size: 2, desired_size: 2, max_size: 2 },
    update_config: { max_unavailable: 1 },
    taint: [{ key: 'dedicated', value: 'redis', effect: 'NO_SCHEDULE' }],
    labels: { dedicated: 'redis' },
  });
});

test('no update forces pods out', () => {
  for (const group of Object.values(groupsOf(configuration))) expect(group).not.toHaveProperty('force_update_version');
});

test('zones of Redis change one after another', () => {
  const groups = groupsOf(configuration);
  const before = (prefix: string) =>
    (groups[prefix]?.depends_on as string[]).filter((name) => name.startsWith('aws_eks_node_group.'));
  expect(redisZones.map(before)).toEqual([
    [],
    [addressOf(configuration, 'redis-eu-central-1a-')],
    [addressOf(configuration, 'redis-eu-central-1b-')],
  ]);
  expect(before('general-')).toEqual([]);
});

test('a zone that goes leaves the others as they are', () => {
  const fewer = kubernetesWith(
    { controlPlaneZones: ['eu-central-1b', 'eu-central-1c'] },
    { ...testNetworkValue, zones: testNetworkValue.zones.slice(1) },
  );
  for (const prefix of redisZones.slice(1)) {
    expect(addressOf(fewer, prefix)).toBe(addressOf(configuration, prefix));
    expect({ ...groupsOf(fewer)[prefix], depends_on: [] }).toEqual({
      ...groupsOf(configuration)[prefix],
      depends_on: [],
    });
  }
});

test('nodes start when network, identities, rules and rights are there', () => {
  const { depends_on: first } = groupsOf(configuration)['general-'] ?? {};
  const count = (type: string) => (first as string[]).filter((name) => name.startsWith(`${type}.`)).length;
  expect([count('aws_eks_addon'), count('aws_iam_role_policy_attachment')]).toEqual([3, 2]);
  // All there are: nodes to the API and back on four ports, nodes among themselves, the runner, and the ways out.
  expect([count('aws_vpc_security_group_ingress_rule'), count('aws_vpc_security_group_egress_rule')]).toEqual([7, 3]);
});

test('without nodes for Redis there is the general group alone', () => {
  expect(Object.keys(groupsOf(kubernetesWith({ redisNodes: { kind: 'none' } })))).toEqual(['general-']);
});

test('each group has a template of its own: session tokens for the node alone, no public address, encrypted disks', () => {
  expect(templates).toHaveLength(4);
  for (const template of templates) {
    expect(template).toMatchObject({
      metadata_options: { http_tokens: 'required', http_put_response_hop_limit: 1, http_endpoint: 'enabled' },
      network_interfaces: [
        {
          device_index: 0,
          associate_public_ip_address: 'false',
          security_groups: [expect.stringMatching(/aws_security_group\..*_nodes_/) as string],
        },
      ],
      update_default_version: true,
    });
    expect(template.block_device_mappings).toEqual(
      ['/dev/xvda', '/dev/xvdb'].map((device) => ({
        device_name: device,
        ebs: expect.objectContaining({
          encrypted: 'true',
          volume_type: 'gp3',
          kms_key_id: expect.stringContaining('volume-key') as string,
        }) as object,
      })),
    );
    expect(template.tag_specifications).toEqual(
      ['instance', 'volume', 'network-interface'].map((kind) => ({
        resource_type: kind,
        tags: { team: 'platform', environment: 'test', Name: expect.stringMatching(/^test-eks-/) as string },
      })),
    );
    // What EKS refuses in a template of a managed group.
    for (const refused of ['image_id', 'iam_instance_profile', 'instance_market_options', 'hibernation_options']) {
      expect(template).not.toHaveProperty(refused);
    }
  }
});

test('the instance type is in the template, where a change of it replaces nodes and not the group', () => {
  expect(templates.map(({ instance_type: type }) => type).sort()).toEqual([
    'm7g.large',
    ...Array<string>(3).fill('r7i.large'),
  ]);
  for (const group of Object.values(groupsOf(configuration))) expect(group).not.toHaveProperty('instance_types');
});

test.each([
  ['latest', { kind: 'latest' }, /^\$\{data\.aws_ssm_parameter\..*\.insecure_value\}$/],
  ['one release', { kind: 'release', version: '1.50.0-9a1b2c3d' }, /^1\.50\.0-9a1b2c3d$/],
] as const)('of %s', (_, nodeImage, release) => {
  const groups = Object.values(groupsOf(kubernetesWith({ nodeImage })));
  for (const { release_version: version } of groups) expect(version).toMatch(release);
});

test('the role of nodes may join, hand out identities and pull images', () => {
  const roles = Object.entries(resourcesOf(configuration, 'aws_iam_role'));
  const [id, role] = roles.find(([, { name }]) => name === 'test-eks-nodes') ?? ['', {}];
  const policies = Object.values(resourcesOf(configuration, 'aws_iam_role_policy_attachment'))
    .filter(({ role: name }) => name === `\${aws_iam_role.${id}.name}`)
    .map(({ policy_arn: policy }) => policy);
  expect(policies).toEqual([
    'arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly',
    'arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy',
  ]);
  expect(statementsOf(role.assume_role_policy)).toMatchObject({
    Assume: { Principal: { Service: 'ec2.amazonaws.com' }, Action: ['sts:AssumeRole'] },
  });
});

test('the key of volumes is for Auto Scaling of the account, named by a condition', () => {
  const key = Object.values(resourcesOf(configuration, 'aws_kms_key')).find(({ description }) =>
    String(description).startsWith('Disks of nodes'),
  );
  const caller = {
    'aws:PrincipalArn':
      'arn:aws:iam::111122223333:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling',
    'kms:CallerAccount': '111122223333',
  };
  expect(statementsOf(key?.policy)).toMatchObject({
    AutoScalingUses: { Principal: { AWS: '*' }, Condition: { StringEquals: caller } },
    AutoScalingAttaches: {
      Action: ['kms:CreateGrant'],
      Condition: { StringEquals: caller, Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    },
  });
});

test('pods of Redis tolerate the taint of their nodes', () => {
  expect(redisNodeToleration).toMatchObject({ key: redisNodeTaint.key, value: redisNodeTaint.value });
  expect(redisNodeLabels).toEqual({ [redisNodeTaint.key]: redisNodeTaint.value });
  expect(resourceOf(configuration, 'aws_eks_cluster').name).toBe('test-eks');
});
