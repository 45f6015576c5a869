import { kubernetesWith, testNetworkValue } from '../../support/kubernetes';
import { reason } from '../../support/network';
import { messageOf, resourceOf, resourcesOf, statementsOf, type Arguments } from '../../support/synthesized-construct';

const configuration = kubernetesWith();
const cluster = resourceOf(configuration, 'aws_eks_cluster');

/** Name of the only resource of a type that `match` describes. */
function nameOf(type: string, match: Arguments): string {
  const names = Object.entries(resourcesOf(configuration, type))
    .filter(([, resource]) => Object.entries(match).every(([key, value]) => resource[key] === value))
    .map(([name]) => name);
  expect(names).toHaveLength(1);
  return names[0] ?? '';
}

test('is private, and nobody has rights in it who is not named', () => {
  expect(cluster).toMatchObject({
    name: 'test-eks',
    version: '1.35',
    upgrade_policy: { support_type: 'STANDARD' },
    deletion_protection: true,
    lifecycle: { prevent_destroy: true },
    bootstrap_self_managed_addons: false,
    access_config: { authentication_mode: 'API', bootstrap_cluster_creator_admin_permissions: false },
    kubernetes_network_config: { ip_family: 'ipv4', service_ipv4_cidr: '172.20.0.0/16' },
    vpc_config: {
      endpoint_private_access: true,
      endpoint_public_access: false,
      subnet_ids: ['subnet-private-a', 'subnet-private-b', 'subnet-private-c'],
    },
  });
  expect(cluster.vpc_config).not.toHaveProperty('public_access_cidrs');
});

test('is public for the addresses on its list alone', () => {
  const endpoint = { kind: 'public-allow-list', privateCidrs: [], publicCidrs: ['198.51.100.0/24'] } as const;
  expect(resourceOf(kubernetesWith({ endpoint }), 'aws_eks_cluster').vpc_config).toMatchObject({
    endpoint_private_access: true,
    endpoint_public_access: true,
    public_access_cidrs: ['198.51.100.0/24'],
  });
});

test('has addresses in the zones that are named, whatever others nodes are in', () => {
  const { vpc_config: vpc } = resourceOf(
    kubernetesWith({ controlPlaneZones: ['eu-central-1c', 'eu-central-1a'] }),
    'aws_eks_cluster',
  );
  expect(vpc).toMatchObject({ subnet_ids: ['subnet-private-a', 'subnet-private-c'] });
});

test('encrypts secrets by a key of its own, which its role may use and no other', () => {
  const key = nameOf('aws_kms_key', { description: 'Secrets of Kubernetes of test' });
  const arn = `\${aws_kms_key.${key}.arn}`;
  expect(cluster.encryption_config).toEqual({ resources: ['secrets'], provider: { key_arn: arn } });
  const { policy } = resourcesOf(configuration, 'aws_iam_role_policy')[
    nameOf('aws_iam_role_policy', { name: 'encrypt-secrets' })
  ] ?? { policy: undefined };
  expect(statementsOf(policy)).toMatchObject({ EncryptSecrets: { Resource: [arn] } });
});

test('writes every log to a group that has an end and a key, and is there first', () => {
  expect(cluster.enabled_cluster_log_types).toEqual([
    'api',
    'audit',
    'authenticator',
    'controllerManager',
    'scheduler',
  ]);
  expect(resourceOf(configuration, 'aws_cloudwatch_log_group')).toMatchObject({
    name: '/aws/eks/test-eks/cluster',
    retention_in_days: 365,
    kms_key_id: expect.stringContaining('logs-key') as string,
    lifecycle: { prevent_destroy: true },
  });
  const group = nameOf('aws_cloudwatch_log_group', { retention_in_days: 365 });
  expect(cluster.depends_on).toEqual([
    `aws_cloudwatch_log_group.${group}`,
    expect.stringMatching(/^aws_iam_role_policy_attachment\./) as string,
    expect.stringMatching(/^aws_iam_role_policy\./) as string,
  ]);
});

test.each([
  [{ kind: 'prevented' }, true],
  [{ kind: 'allowed', reason }, false],
] as const)('with destruction %j all that holds data agrees', (destruction, prevented) => {
  const made = kubernetesWith({ destruction });
  expect(resourceOf(made, 'aws_eks_cluster').deletion_protection).toBe(prevented);
  const lifecycles = ['aws_eks_cluster', 'aws_kms_key', 'aws_cloudwatch_log_group']
    .flatMap((type) => Object.values(resourcesOf(made, type)))
    .map(({ lifecycle }) => lifecycle);
  expect(lifecycles).toEqual(Array(5).fill({ prevent_destroy: prevented }));
});

test('in extended support', () => {
  expect(resourceOf(kubernetesWith({ version: '1.32', support: 'extended' }), 'aws_eks_cluster')).toMatchObject({
    version: '1.32',
    upgrade_policy: { support_type: 'EXTENDED' },
  });
});

test('settings that are wrong are told with the path of the construct', () => {
  expect(messageOf(() => kubernetesWith({ version: '1.32' }, { ...testNetworkValue, cidr: '172.16.0.0/12' }))).toMatch(
    /^stack\/kubernetes has 2 problems:\n {2}- kubernetes\.version: "1\.32".*\n {2}- kubernetes\.serviceCidr: /,
  );
});
