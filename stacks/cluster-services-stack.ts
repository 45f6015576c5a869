/** What a cluster needs before Redis and the application are installed in it, from certificates to the gateway. */
import type { Construct } from 'constructs';
import { TerraformStack } from 'cdktf';
import type { AwsAccount } from '../constructs/aws/account';
import { useAws, useAwsState } from '../constructs/aws/aws-state';
import { CertManager } from '../constructs/cluster-services/cert-manager';
import { ExternalSecrets } from '../constructs/cluster-services/external-secrets';
import { Gateway } from '../constructs/cluster-services/gateway';
import { Keda } from '../constructs/cluster-services/keda';
import { LoadBalancerController } from '../constructs/cluster-services/load-balancer-controller';
import { namespaces, platformIssuer, secretStore } from '../constructs/cluster-services/names';
import { PlatformAuthority } from '../constructs/cluster-services/platform-authority';
import { addServicePriorityClass } from '../constructs/cluster-services/priority-class';
import { gatewayEntryPoint } from '../constructs/cluster-services/traefik-values';
import type { KubernetesValue } from '../constructs/kubernetes/cluster';
import { useHelm } from '../constructs/kubernetes/helm-provider';
import { useKubernetes } from '../constructs/kubernetes/kubernetes-provider';
import type { NetworkValue } from '../constructs/network/network';
import { throwViolations } from '../constructs/validation/violations';
import { clusterServicesViolations, type ClusterServicesSettings } from '../environments/cluster-services-settings';

export interface ClusterServicesStackProps {
  readonly account: AwsAccount;
  readonly settings: ClusterServicesSettings;
  readonly network: Pick<NetworkValue, 'vpcId' | 'cidr'>;
  readonly kubernetes: KubernetesValue;
  /** Addresses of the cluster's services in CIDR notation. */
  readonly serviceCidr: string;
}

/** What next stacks need to know of the services. They say themselves that they depend on the stack: names are no references. */
export interface ClusterServicesValue {
  /** `issuerRef` of certificates. */
  readonly issuer: typeof platformIssuer;
  /** `secretStoreRef` of external secrets. */
  readonly secretStore: typeof secretStore;
  readonly gateway: {
    readonly namespace: string;
    /** The one entry point of routes. */
    readonly entryPoint: string;
    readonly hostNames: readonly string[];
    /** Pods that there are at least. */
    readonly minimumReplicas: number;
  };
}

/** @throws ViolationsError listing every setting that is wrong */
export class ClusterServicesStack extends TerraformStack {
  readonly services: ClusterServicesValue;

  constructor(scope: Construct, id: string, props: ClusterServicesStackProps) {
    super(scope, id);
    const { account, settings, network, kubernetes, serviceCidr } = props;
    throwViolations(id, clusterServicesViolations(settings, { account }));
    useAwsState(this, account);
    useAws(this, account);
    useKubernetes(this, account, kubernetes);
    useHelm(this, account, kubernetes);
    const shared = { account, settings, addresses: { networkCidr: network.cidr, serviceCidr } };
    const priorityClass = addServicePriorityClass(
      this,
      'Certificates, secrets, autoscaling and the gateway, which others depend on',
    );
    const certManager = new CertManager(this, 'cert-manager', { ...shared, dependsOn: [priorityClass] });
    const { issuer } = new PlatformAuthority(this, 'authority', {
      environment: account.environment,
      dependsOn: [certManager.release],
    });
    new ExternalSecrets(this, 'external-secrets', { ...shared, dependsOn: [priorityClass, issuer] });
    new Keda(this, 'keda', { ...shared, dependsOn: [priorityClass] });
    const loadBalancers = new LoadBalancerController(this, 'load-balancers', {
      ...shared,
      vpcId: network.vpcId,
      dependsOn: [priorityClass, certManager.release],
    });
    new Gateway(this, 'gateway', { ...shared, issuer, dependsOn: [loadBalancers.release] });
    this.services = valueOf(settings);
  }
}

function valueOf({ gateway: { hostNames, minimumReplicas } }: ClusterServicesSettings): ClusterServicesValue {
  return {
    issuer: platformIssuer,
    secretStore,
    gateway: { namespace: namespaces.gateway, entryPoint: gatewayEntryPoint, hostNames, minimumReplicas },
  };
}
