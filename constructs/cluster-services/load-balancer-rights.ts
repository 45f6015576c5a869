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
  return [...readStatements, ...securityGroupStatements(account), ...balancerStatements(account)];
}

/** Conditions: tags that are sent with what is made, and tags of what it made. */
const requested = (account: AwsAccount) => ({ [`aws:RequestTag/${tag}`]: clusterName(account) });
const own = (account: AwsAccount) => ({ [`aws:ResourceTag/${tag}`]: clusterName(account) });

function securityGroupStatements(account: AwsAccount): readonly PolicyStatement[] {
  const securityGroups = [arn(account, 'ec2', 'security-group/*')];
  return [
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
      conditions: { StringEquals: { ...requested(account), 'ec2:CreateAction': 'CreateSecurityGroup' } },
    },
    {
      sid: 'ChangeSecurityGroups',
      actions: ['ec2:CreateTags', 'ec2:DeleteTags', 'ec2:DeleteSecurityGroup'],
      resources: securityGroups,
      conditions: { StringEquals: own(account) },
    },
  ];
}

function balancerStatements(account: AwsAccount): readonly PolicyStatement[] {
  const of = (resource: string) => [arn(account, 'elasticloadbalancing', resource)];
  const may = (...names: readonly string[]) => names.map((name) => `elasticloadbalancing:${name}`);
  const loadBalancers = of('loadbalancer/net/*/*');
  const targetGroups = of('targetgroup/*/*');
  const asked = { StringEquals: requested(account) };
  const made = { StringEquals: own(account) };
  return [
    { sid: 'CreateBalancers', actions: may('CreateLoadBalancer'), resources: loadBalancers, conditions: asked },
    { sid: 'CreateTargetGroups', actions: may('CreateTargetGroup'), resources: targetGroups, conditions: asked },
    {
      sid: 'TagNewBalancers',
      actions: may('AddTags'),
      resources: [...loadBalancers, ...targetGroups],
      conditions: asked,
    },
    { sid: 'ChangeBalancers', actions: may(...balancerChanges), resources: loadBalancers, conditions: made },
    { sid: 'ChangeTargetGroups', actions: may(...targetGroupChanges), resources: targetGroups, conditions: made },
    { sid: 'CreateListeners', actions: may('CreateListener'), resources: loadBalancers },
    { sid: 'ManageListeners', actions: may(...listenerChanges), resources: of('listener/net/*/*/*') },
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
