/**
 * Requests that the AWS Load Balancer Controller makes for network load balancers of services, with the tags that it sends
 * and those that what it made has. Sources: the service authorization references of EC2 and Elastic Load Balancing (which
 * resource an action is about); `pkg/deploy` of the controller, version 3.5.0 (which it calls).
 */
import { arn, type AwsAccount } from '../aws/account';
import type { AwsNeed } from '../aws/needs';
import { clusterName } from '../kubernetes/names';

const tag = 'elbv2.k8s.aws/cluster';

export function loadBalancerNeeds(account: AwsAccount): readonly AwsNeed[] {
  return [...reads, ...securityGroupNeeds(account), ...balancerNeeds(account), ...listenerNeeds(account)];
}

/** Tags that are sent with what is made, and tags of what it made. */
const requested = (account: AwsAccount) => ({ [`aws:RequestTag/${tag}`]: clusterName(account) });
const own = (account: AwsAccount) => ({ [`aws:ResourceTag/${tag}`]: clusterName(account) });

const ec2 = (...names: readonly string[]) => names.map((name) => `ec2:${name}`);
const balancing = (...names: readonly string[]) => names.map((name) => `elasticloadbalancing:${name}`);

function securityGroupNeeds(account: AwsAccount): readonly AwsNeed[] {
  const group = arn(account, 'ec2', 'security-group/<group>');
  return [
    {
      actions: ec2('CreateSecurityGroup'),
      resources: [group, arn(account, 'ec2', 'vpc/<vpc>')],
      why: 'clients reach the balancer',
    },
    {
      actions: ec2('CreateTags'),
      resources: [group],
      context: { ...requested(account), 'ec2:CreateAction': 'CreateSecurityGroup' },
      why: 'its own security groups are known by a tag',
    },
    {
      actions: ec2('CreateTags', 'DeleteTags', 'DeleteSecurityGroup'),
      resources: [group],
      context: own(account),
      why: 'security groups are kept up to date',
    },
    {
      actions: ec2('AuthorizeSecurityGroupIngress', 'RevokeSecurityGroupIngress'),
      resources: [group],
      why: 'clients reach the balancer, and the balancer reaches pods in the security group of the nodes',
    },
  ];
}

const balancerArn = (account: AwsAccount) => arn(account, 'elasticloadbalancing', 'loadbalancer/net/<name>/<id>');

function balancerNeeds(account: AwsAccount): readonly AwsNeed[] {
  const balancer = balancerArn(account);
  const target = arn(account, 'elasticloadbalancing', 'targetgroup/<name>/<id>');
  const context = requested(account);
  return [
    { actions: balancing('CreateLoadBalancer'), resources: [balancer], context, why: 'a balancer is made' },
    { actions: balancing('CreateTargetGroup'), resources: [target], context, why: 'a balancer is made' },
    {
      actions: balancing('AddTags'),
      resources: [balancer, target],
      context,
      why: 'its balancers are known by a tag',
    },
    {
      actions: balancing(
        'AddTags',
        'DeleteLoadBalancer',
        'ModifyCapacityReservation',
        'ModifyLoadBalancerAttributes',
        'RemoveTags',
        'SetIpAddressType',
        'SetSecurityGroups',
        'SetSubnets',
      ),
      resources: [balancer],
      context: own(account),
      why: 'a balancer is kept up to date',
    },
    {
      actions: balancing(
        'AddTags',
        'DeleteTargetGroup',
        'DeregisterTargets',
        'ModifyTargetGroup',
        'ModifyTargetGroupAttributes',
        'RegisterTargets',
        'RemoveTags',
      ),
      resources: [target],
      context: own(account),
      why: 'pods are registered as targets',
    },
  ];
}

function listenerNeeds(account: AwsAccount): readonly AwsNeed[] {
  return [
    { actions: balancing('CreateListener'), resources: [balancerArn(account)], why: 'a balancer listens' },
    {
      actions: balancing(
        'AddListenerCertificates',
        'AddTags',
        'DeleteListener',
        'ModifyListener',
        'ModifyListenerAttributes',
        'RemoveListenerCertificates',
        'RemoveTags',
      ),
      resources: [arn(account, 'elasticloadbalancing', 'listener/net/<name>/<balancer>/<id>')],
      why: 'a listener is kept up to date',
    },
  ];
}

const reads: readonly AwsNeed[] = [
  {
    actions: [
      'ec2:DescribeAccountAttributes',
      'ec2:DescribeAddresses',
      'ec2:DescribeAvailabilityZones',
      'ec2:DescribeInstances',
      'ec2:DescribeInternetGateways',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeRouteTables',
      'ec2:DescribeSecurityGroups',
      'ec2:DescribeSubnets',
      'ec2:DescribeTags',
      'ec2:DescribeVpcPeeringConnections',
      'ec2:DescribeVpcs',
      'ec2:GetSecurityGroupsForVpc',
      'elasticloadbalancing:DescribeCapacityReservation',
      'elasticloadbalancing:DescribeListenerAttributes',
      'elasticloadbalancing:DescribeListenerCertificates',
      'elasticloadbalancing:DescribeListeners',
      'elasticloadbalancing:DescribeLoadBalancerAttributes',
      'elasticloadbalancing:DescribeLoadBalancers',
      'elasticloadbalancing:DescribeRules',
      'elasticloadbalancing:DescribeSSLPolicies',
      'elasticloadbalancing:DescribeTags',
      'elasticloadbalancing:DescribeTargetGroupAttributes',
      'elasticloadbalancing:DescribeTargetGroups',
      'elasticloadbalancing:DescribeTargetHealth',
      'elasticloadbalancing:DescribeTrustStores',
    ],
    resources: ['*'],
    why: 'the controller compares what is there with what services ask for',
  },
  {
    actions: ['iam:CreateServiceLinkedRole'],
    resources: ['*'],
    context: { 'iam:AWSServiceName': 'elasticloadbalancing.amazonaws.com' },
    why: 'the first balancer of an account makes the role of Elastic Load Balancing',
  },
];
