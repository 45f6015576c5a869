/** Passwords of Postgres on Kubernetes: the administrator's, which the pod starts with, and the application's. */
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { PostgresSettings } from '../../environments/postgres-settings';
import { externalSecret } from '../application/secret-sources';
import { secretNames } from '../aws/secret-names';
import { grantReading } from '../cluster-services/reading-access';
import { CustomResources } from '../kubernetes/custom-resources';
import type { PasswordStore } from '../passwords/password-store';
import type { KubernetesSecretValue } from '../redis/endpoint';
import type { DeployedDatabaseEndpoint } from './endpoint';
import { administratorKey, administratorRole, administratorSecret, databaseNamespace } from './pod-names';
import { applicationRole } from './postgres-server';

export interface PostgresPasswordsProps {
  readonly environment: string;
  readonly settings: Pick<PostgresSettings, 'applicationPasswordGeneration' | 'destruction'>;
  readonly passwords: PasswordStore;
  readonly dependsOn: readonly ITerraformDependable[];
}

export class PostgresPasswords extends Construct {
  readonly roles: Pick<DeployedDatabaseEndpoint<KubernetesSecretValue>, 'application' | 'administrator'>;
  /** What has to exist before the pod does. */
  readonly dependables: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: PostgresPasswordsProps) {
    super(scope, id);
    const { environment, settings, passwords: store, dependsOn } = props;
    const group = store(this, {
      name: 'postgres',
      description: `Postgres of ${environment}: passwords`,
      preventDestroy: settings.destruction.kind === 'prevented',
    });
    const { current: application } = group.generate(this, 'application', {
      name: secretNames.databaseApplication,
      description: `Password of the role ${applicationRole} of Postgres`,
      username: applicationRole,
      generation: settings.applicationPasswordGeneration,
    });
    const { current: administrator } = group.generate(this, 'administrator', {
      name: secretNames.databaseAdministrator,
      description: `Password of the role ${administratorRole} of Postgres`,
      username: administratorRole,
      generation: 1,
    });
    if (application.kind !== 'kubernetes-secret' || administrator.kind !== 'kubernetes-secret') {
      throw new Error(`${this.node.path}: Postgres on Kubernetes has its passwords in the cluster`);
    }
    const generated = group.complete(dependsOn);
    const { stores, dependables } = grantReading(this, {
      namespace: databaseNamespace,
      sources: [administrator],
      dependsOn: [...dependsOn, ...generated],
    });
    const { release } = new CustomResources(this, 'objects', {
      name: 'postgres-secrets',
      namespace: databaseNamespace,
      objects: [
        ...stores,
        externalSecret({ name: administratorSecret, values: { [administratorKey]: administrator } }),
      ],
      dependsOn: [...dependsOn, ...generated, ...dependables],
    });
    this.dependables = [release];
    this.roles = {
      application: { username: applicationRole, password: application },
      administrator: { username: administratorRole, password: administrator },
    };
  }
}
