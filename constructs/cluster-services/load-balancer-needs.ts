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
  const cluster = clusterName(account);
  const requested = { [`aws:RequestTag/${tag}`]: cluster };
  const own = { [`aws:ResourceTag/${tag}`]: cluster };
  const ec2 = (resource: string) => [arn(account, 'ec2', resource)];
  const balancing = (resource: string) => [arn(account, 'elasticloadbalancing', resource)];
  const group = ec2('security-group/<group>');
  const balancer = balancing('loadbalancer/net/<name>/<id>');
  const target = balancing('targetgroup/<name>/<id>');
  const listener = balancing('listener/net/<name>/<balancer>/<id>');
  const need = (service: 'ec2' | 'elasticloadbalancing', why: string, names: readonly string[]) => ({
    actions: names.map((name) => `${service}:${name}`),
    why,
  });
  const balancerNeed = (why: string, ...names: readonly string[]) => need('elasticloadbalancing', why, names);
  const ec2Need = (why: string, ...names: readonly string[]) => need('ec2', why, names);
  return [
    ...reads,
    { ...ec2Need('clients reach the balancer', 'CreateSecurityGroup'), resources: [...group, ...ec2('vpc/<vpc>')] },
    {
      ...ec2Need('its own security groups are known by a tag', 'CreateTags'),
      resources: group,
      context: { ...requested, 'ec2:CreateAction': 'CreateSecurityGroup' },
    },
    {
      ...ec2Need('security groups are kept up to date', 'CreateTags', 'DeleteTags', 'DeleteSecurityGroup'),
      resources: group,
      context: own,
    },
    {
      ...ec2Need(
        'clients reach the balancer, and the balancer reaches pods in the security group of the nodes',
        'AuthorizeSecurityGroupIngress',
        'RevokeSecurityGroupIngress',
      ),
      resources: group,
    },
    { ...balancerNeed('a balancer is made', 'CreateLoadBalancer'), resources: balancer, context: requested },
    { ...balancerNeed('a balancer is made', 'CreateTargetGroup'), resources: target, context: requested },
    {
      ...balancerNeed('its balancers are known by a tag', 'AddTags'),
      resources: [...balancer, ...target],
      context: requested,
    },
    {
      ...balancerNeed(
        'a balancer is kept up to date',
        'AddTags',
        'DeleteLoadBalancer',
        'ModifyCapacityReservation',
        'ModifyLoadBalancerAttributes',
        'RemoveTags',
        'SetIpAddressType',
        'SetSecurityGroups',
        'SetSubnets',
      ),
      resources: balancer,
      context: own,
    },
    {
      ...balancerNeed(
        'pods are registered as targets',
        'AddTags',
        'DeleteTargetGroup',
        'DeregisterTargets',
        'ModifyTargetGroup',
        'ModifyTargetGroupAttributes',
        'RegisterTargets',
        'RemoveTags',
      ),
      resources: target,
      context: own,
    },
    { ...balancerNeed('a balancer listens', 'CreateListener'), resources: balancer },
    {
      ...balancerNeed(
        'a listener is kept up to date',
        'AddListenerCertificates',
        'AddTags',
        'DeleteListener',
        'ModifyListener',
        'ModifyListenerAttributes',
        'RemoveListenerCertificates',
        'RemoveTags',
      ),
      resources: listener,
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
