/** Load balancers of AWS for services of Kubernetes. */
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { ChartRelease } from '../kubernetes/chart-release';
import { declareAwsNeeds } from '../aws/needs';
import { PodIdentity } from '../kubernetes/pod-identity';
import { declareFlows } from '../network/flows';
import { callsAws, callsKubernetes, controlPlaneCallsPods, podsOf } from './flows';
import {
  loadBalancerControllerValues,
  loadBalancerPods,
  loadBalancerServiceAccount,
} from './load-balancer-controller-values';
import { loadBalancerNeeds } from './load-balancer-needs';
import { loadBalancerStatements } from './load-balancer-rights';
import { namespaces } from './names';
import { ServiceNamespace } from './service-namespace';
import type { ServiceProps } from './service-props';
import { chartRepository } from './sources';
import { callAws, callKubernetes, fromControlPlane, resolveNames } from './traffic';

export interface LoadBalancerControllerProps extends ServiceProps {
  readonly vpcId: string;
}

/**
 * Needs cert-manager. Whatever has a load balancer depends on the release: the controller takes balancers away again, and
 * has to be there to do it.
 */
export class LoadBalancerController extends Construct {
  readonly release: ITerraformDependable;

  constructor(scope: Construct, id: string, props: LoadBalancerControllerProps) {
    super(scope, id);
    const { account, settings, addresses, dependsOn, vpcId } = props;
    const namespace = namespaces.loadBalancers;
    const pods = podsOf(namespace, loadBalancerPods);
    declareFlows(this, [
      callsKubernetes(pods, 'services that have load balancers are read'),
      ...callsAws(pods, ['ec2', 'elasticloadbalancing'], 'load balancers are made'),
      controlPlaneCallsPods(pods, 'loadBalancerWebhook'),
    ]);
    const { dependables } = new ServiceNamespace(this, 'namespace', {
      name: namespace,
      traffic: [
        resolveNames,
        callKubernetes(addresses),
        ...callAws(loadBalancerPods),
        fromControlPlane(addresses, 'webhook', loadBalancerPods, 'loadBalancerWebhook'),
      ],
      dependsOn,
    });
    const identity = new PodIdentity(this, 'identity', {
      account,
      name: 'load-balancer-controller',
      namespace,
      serviceAccount: loadBalancerServiceAccount,
      statements: loadBalancerStatements(account),
    });
    declareAwsNeeds(this, { role: identity.roleName, from: 'network', needs: loadBalancerNeeds(account) });
    this.release = new ChartRelease(this, 'chart', {
      name: 'aws-load-balancer-controller',
      namespace,
      chart: 'aws-load-balancer-controller',
      repository: chartRepository(settings.source, account, 'aws-load-balancer-controller'),
      version: settings.loadBalancerController.chart,
      values: loadBalancerControllerValues(settings, account, vpcId),
      dependsOn: [...dependables, ...identity.dependables],
    }).release;
  }
}
