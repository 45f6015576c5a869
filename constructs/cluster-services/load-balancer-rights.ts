/** What the AWS Load Balancer Controller may do in AWS, for network load balancers of services. */
import { arn, type AwsAccount } from '../aws/account';
import type { PolicyStatement } from '../aws/policy-document';
import { clusterName } from '../kubernetes/names';

/** The tag that the controller puts on everything it makes, with the name of the cluster. */
const tag = 'elbv2.k8s.aws/cluster';

/**
 * The policy that its makers publish, without what application load balancers, firewalls and sign-in take, and bound to
 * this cluster's tag where theirs asks for any cluster's.
 * Source: `docs/install/iam_policy.json` of version 3.5.0.
 */
export function loadBalancerStatements(account: AwsAccount): readonly PolicyStatement[] {
  const mine = clusterName(account);
  const requested = { StringEquals: { [`aws:RequestTag/${tag}`]: mine } };
  const own = { StringEquals: { [`aws:ResourceTag/${tag}`]: mine } };
  const securityGroups = [arn(account, 'ec2', 'security-group/*')];
  const balancing = (resource: string) => arn(account, 'elasticloadbalancing', resource);
  const loadBalancers = [balancing('loadbalancer/net/*/*')];
  const targetGroups = [balancing('targetgroup/*/*')];
  return [
    ...readStatements,
    // Rules for clients in groups of its own, and for balancers in the group of the nodes, which isn't its own.
    {
      sid: 'OpenSecurityGroups',
      actions: ['ec2:AuthorizeSecurityGroupIngress', 'ec2:RevokeSecurityGroupIngress'],
      resources: securityGroups,
    },
    {
      sid: 'CreateSecurityGroups',
      actions: ['ec2:CreateSecurityGroup'],
      resources: [...securityGroups, arn(account, 'ec2', 'vpc/*')],
    },
    {
      sid: 'TagNewSecurityGroups',
      actions: ['ec2:CreateTags'],
      resources: securityGroups,
      conditions: { StringEquals: { ...requested.StringEquals, 'ec2:CreateAction': 'CreateSecurityGroup' } },
    },
    {
      sid: 'ChangeSecurityGroups',
      actions: ['ec2:CreateTags', 'ec2:DeleteTags', 'ec2:DeleteSecurityGroup'],
      resources: securityGroups,
      conditions: own,
    },
    {
      sid: 'CreateBalancers',
      actions: ['elasticloadbalancing:CreateLoadBalancer'],
      resources: loadBalancers,
      conditions: requested,
    },
    {
      sid: 'CreateTargetGroups',
      actions: ['elasticloadbalancing:CreateTargetGroup'],
      resources: targetGroups,
      conditions: requested,
    },
    {
      sid: 'TagNewBalancers',
      actions: ['elasticloadbalancing:AddTags'],
      resources: [...loadBalancers, ...targetGroups],
      conditions: requested,
    },
    {
      sid: 'ChangeBalancers',
      actions: balancerChanges.map((action) => `elasticloadbalancing:${action}`),
      resources: loadBalancers,
      conditions: own,
    },
    {
      sid: 'ChangeTargetGroups',
      actions: targetGroupChanges.map((action) => `elasticloadbalancing:${action}`),
      resources: targetGroups,
      conditions: own,
    },
    {
      sid: 'CreateListeners',
      actions: ['elasticloadbalancing:CreateListener'],
      resources: loadBalancers,
    },
    {
      sid: 'ManageListeners',
      actions: listenerChanges.map((action) => `elasticloadbalancing:${action}`),
      resources: [balancing('listener/net/*/*/*')],
    },
  ];
}

const balancerChanges = [
  'AddTags',
  'DeleteLoadBalancer',
  'ModifyCapacityReservation',
  'ModifyLoadBalancerAttributes',
  'RemoveTags',
  'SetIpAddressType',
  'SetSecurityGroups',
  'SetSubnets',
] as const;

const targetGroupChanges = [
  'AddTags',
  'DeleteTargetGroup',
  'DeregisterTargets',
  'ModifyTargetGroup',
  'ModifyTargetGroupAttributes',
  'RegisterTargets',
  'RemoveTags',
] as const;

const listenerChanges = [
  'AddListenerCertificates',
  'AddTags',
  'DeleteListener',
  'ModifyListener',
  'ModifyListenerAttributes',
  'RemoveListenerCertificates',
  'RemoveTags',
] as const;

const ec2Reads = [
  'DescribeAccountAttributes',
  'DescribeAddresses',
  'DescribeAvailabilityZones',
  'DescribeInstances',
  'DescribeInternetGateways',
  'DescribeNetworkInterfaces',
  'DescribeRouteTables',
  'DescribeSecurityGroups',
  'DescribeSubnets',
  'DescribeTags',
  'DescribeVpcPeeringConnections',
  'DescribeVpcs',
  'GetSecurityGroupsForVpc',
] as const;

const balancerReads = [
  'DescribeCapacityReservation',
  'DescribeListenerAttributes',
  'DescribeListenerCertificates',
  'DescribeListeners',
  'DescribeLoadBalancerAttributes',
  'DescribeLoadBalancers',
  'DescribeRules',
  'DescribeSSLPolicies',
  'DescribeTags',
  'DescribeTargetGroupAttributes',
  'DescribeTargetGroups',
  'DescribeTargetHealth',
  'DescribeTrustStores',
] as const;

/** None of these can be bound to a resource. Source: the Service Authorization Reference. */
const readStatements: readonly PolicyStatement[] = [
  {
    sid: 'ReadNetwork',
    actions: ec2Reads.map((action) => `ec2:${action}`),
    resources: ['*'],
  },
  {
    sid: 'ReadBalancers',
    actions: balancerReads.map((action) => `elasticloadbalancing:${action}`),
    resources: ['*'],
  },
  {
    sid: 'CreateServiceRole',
    actions: ['iam:CreateServiceLinkedRole'],
    resources: ['*'],
    conditions: { StringEquals: { 'iam:AWSServiceName': 'elasticloadbalancing.amazonaws.com' } },
  },
];
