import { kubernetesWith } from '../../support/kubernetes';
import { resourcesOf, statementsOf, type Arguments, type Configuration } from '../../support/synthesized-construct';

const configuration = kubernetesWith();

/** Add-ons by name. */
function addOnsOf(made: Configuration): Readonly<Record<string, Arguments>> {
  return Object.fromEntries(
    Object.values(resourcesOf(made, 'aws_eks_addon')).map((addOn) => [String(addOn.addon_name), addOn]),
  );
}

const addOns = addOnsOf(configuration);

/** Role by name, with the statements of who takes it on. */
function roleNamed(name: string) {
  const [id, role] =
    Object.entries(resourcesOf(configuration, 'aws_iam_role')).find(([, other]) => other.name === name) ?? [];
  const attached = Object.values(resourcesOf(configuration, 'aws_iam_role_policy_attachment'))
    .filter((attachment) => attachment.role === `\${aws_iam_role.${id ?? ''}.name}`)
    .map((attachment) => attachment.policy_arn);
  const own = Object.values(resourcesOf(configuration, 'aws_iam_role_policy')).find(
    (policy) => policy.role === `\${aws_iam_role.${id ?? ''}.id}`,
  );
  return {
    reference: `\${aws_iam_role.${id ?? ''}.arn}`,
    trust: statementsOf(role?.assume_role_policy),
    attached,
    own,
  };
}

test('all are there, each of the version that EKS installs by default', () => {
  expect(Object.keys(addOns).sort()).toEqual([
    'aws-ebs-csi-driver',
    'coredns',
    'eks-pod-identity-agent',
    'kube-proxy',
    'metrics-server',
    'vpc-cni',
  ]);
  for (const addOn of Object.values(addOns)) {
    expect(addOn).toMatchObject({
      addon_version: expect.stringMatching(/^\$\{data\.aws_eks_addon_version\..*\.version\}$/) as string,
      resolve_conflicts_on_create: 'OVERWRITE',
      resolve_conflicts_on_update: 'OVERWRITE',
    });
  }
});

test('a version that is named is that of its add-on alone', () => {
  const named = addOnsOf(kubernetesWith({ addOnVersions: { 'vpc-cni': 'v1.20.4-eksbuild.2' } }));
  expect(named['vpc-cni']?.addon_version).toBe('v1.20.4-eksbuild.2');
  expect(named['kube-proxy']?.addon_version).toMatch(/^\$\{data\./);
});

test.each([
  ['vpc-cni', false],
  ['kube-proxy', false],
  ['eks-pod-identity-agent', false],
  ['coredns', true],
  ['metrics-server', true],
  ['aws-ebs-csi-driver', true],
])('%s waits for nodes: %s', (name, waits) => {
  const { depends_on: first } = addOns[name] ?? {};
  expect((first as string[]).some((other) => other.startsWith('aws_eks_node_group.'))).toBe(waits);
});

test('network policies are kept, by a driver with a role of its own', () => {
  const role = roleNamed('test-eks-vpc-cni');
  expect(addOns['vpc-cni']).toMatchObject({
    configuration_values: '{"enableNetworkPolicy":"true"}',
    pod_identity_association: [{ service_account: 'aws-node', role_arn: role.reference }],
  });
  expect(role.attached).toEqual(['arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy']);
});

test('volumes carry the tags of the account, and are made by a driver that may use their key alone', () => {
  const role = roleNamed('test-eks-ebs-csi-driver');
  expect(addOns['aws-ebs-csi-driver']).toMatchObject({
    configuration_values: '{"controller":{"extraVolumeTags":{"team":"platform","environment":"test"}}}',
    pod_identity_association: [{ service_account: 'ebs-csi-controller-sa', role_arn: role.reference }],
  });
  expect(role.attached).toEqual(['arn:aws:iam::aws:policy/AmazonEBSCSIDriverPolicyV2']);
  const key = [expect.stringMatching(/^\$\{aws_kms_key\..*volume-key.*\.arn\}$/)];
  expect(statementsOf(role.own?.policy)).toMatchObject({
    EncryptVolumes: { Resource: key },
    AttachVolumes: { Resource: key, Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } } },
  });
});

test('only pods of the service account in this cluster take a role on', () => {
  expect(roleNamed('test-eks-vpc-cni').trust).toMatchObject({
    AssumeByPods: {
      Principal: { Service: 'pods.eks.amazonaws.com' },
      Action: ['sts:AssumeRole', 'sts:TagSession'],
      Condition: {
        StringEquals: {
          'aws:SourceAccount': '111122223333',
          'aws:RequestTag/eks-cluster-name': 'test-eks',
          'aws:RequestTag/kubernetes-namespace': 'kube-system',
          'aws:RequestTag/kubernetes-service-account': 'aws-node',
        },
      },
    },
  });
});
