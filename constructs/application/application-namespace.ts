/** The application's namespace: what its pods may be, whom they may talk with, and who they are. */
import { NetworkPolicyV1 } from '@cdktf/provider-kubernetes/lib/network-policy-v1';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { AwsAccount } from '../aws/account';
import { GatewayAccess } from '../cluster-services/gateway-access';
import { namespaces } from '../cluster-services/names';
import { policySpec, ServiceNamespace } from '../cluster-services/service-namespace';
import { declareFlows } from '../network/flows';
import { applicationFlows } from './application-flows';
import { applicationTraffic, askWorkers, type TrafficEnds } from './application-traffic';
import { ProgramIdentity } from './program-identity';
import type { ProgramName } from './programs';

export interface ApplicationNamespaceProps extends TrafficEnds {
  /** @default - there is no AWS */
  readonly account?: AwsAccount | undefined;
}

const programs: readonly ProgramName[] = ['api', 'worker', 'migration', 'exercise'];

export class ApplicationNamespace extends Construct {
  /** What has to be there before pods are. */
  readonly dependables: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, { account, ...ends }: ApplicationNamespaceProps) {
    super(scope, id);
    declareFlows(this, applicationFlows(ends));
    const namespace = namespaces.application;
    const { dependables } = new ServiceNamespace(this, 'namespace', {
      name: namespace,
      traffic: applicationTraffic(ends),
    });
    const hasServices = (ends.entry ?? 'gateway') === 'gateway';
    const access = hasServices
      ? new GatewayAccess(this, 'gateway-access', { namespace, dependsOn: dependables }).dependables
      : [];
    const identities = programs.flatMap(
      (program) => new ProgramIdentity(this, program, { account, program, dependsOn: dependables }).dependables,
    );
    const ask = hasServices ? [this.#letKedaAsk()] : [];
    this.dependables = [...dependables, ...access, ...identities, ...ask];
  }

  /** In KEDA's namespace, which allows no connection that isn't named. */
  #letKedaAsk(): ITerraformDependable {
    return new NetworkPolicyV1(this, askWorkers.name, {
      metadata: { name: askWorkers.name, namespace: namespaces.keda },
      spec: policySpec(askWorkers),
    });
  }
}
