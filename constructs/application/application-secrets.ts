/** Everything secret that the programs need, as Secrets of their namespace. */
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { AwsAccount } from '../aws/account';
import { namespaces } from '../cluster-services/names';
import { grantReading } from '../cluster-services/reading-access';
import { CustomResources } from '../kubernetes/custom-resources';
import { externalSecret, type NamespacedValue, type SecretPlan, type SecretSource } from './secret-sources';

export interface ApplicationSecretsProps {
  /** @default - no value is in Secrets Manager */
  readonly account?: AwsAccount | undefined;
  readonly plans: readonly SecretPlan[];
  readonly dependsOn: readonly ITerraformDependable[];
}

/**
 * A Secret for each plan. Pods that mount one which isn't there yet wait for it, so nothing here waits: a Secret that never
 * comes fails the migration, the first to need one, in its time.
 */
export class ApplicationSecrets extends Construct {
  /** What has to be there before pods that mount Secrets. */
  readonly dependables: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, { account, plans, dependsOn }: ApplicationSecretsProps) {
    super(scope, id);
    const { stores, dependables } = grantReading(this, {
      account,
      namespace: namespaces.application,
      sources: plans.flatMap(({ values }) => Object.values(values)),
      dependsOn,
    });
    const { release } = new CustomResources(this, 'secrets', {
      name: 'secrets',
      namespace: namespaces.application,
      objects: [...stores, ...plans.map(externalSecret)],
      dependsOn: [...dependsOn, ...dependables],
    });
    this.dependables = [release];
  }
}

/** A Secret of one value, or no plan where the value is in the application's namespace already. */
export function planOf(
  name: string,
  key: string,
  source: SecretSource,
): { readonly plans: readonly SecretPlan[]; readonly value: NamespacedValue } {
  if (source.kind === 'kubernetes-secret' && source.namespace === namespaces.application) {
    return { plans: [], value: { secret: source.name, key: source.key } };
  }
  return { plans: [{ name, values: { [key]: source } }], value: { secret: name, key } };
}
