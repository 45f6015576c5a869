/** Postgres on RDS: one server, with a standby in another zone. */
import { DbInstance } from '@cdktf/provider-aws/lib/db-instance';
import { DbParameterGroup } from '@cdktf/provider-aws/lib/db-parameter-group';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { RdsEngine } from '../../environments/database-settings';
import { parameterGroup } from './parameter-group';
import {
  administrator,
  certificateAuthority,
  serverIdentifier,
  sharedArguments,
  validateServer,
  type PostgresServer,
  type PostgresServerProps,
} from './postgres-server';

/** @throws ViolationsError if settings contradict each other or the network */
export class RdsPostgres extends Construct implements PostgresServer {
  readonly host: string;
  readonly resourceId: string;
  readonly administratorSecretArn: string;
  readonly instances: readonly string[];
  readonly resources: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: PostgresServerProps<RdsEngine>) {
    super(scope, id);
    const { account, settings, zones } = props;
    validateServer(this, settings, zones);
    const { engine } = settings;
    const identifier = serverIdentifier(account);
    const group = new DbParameterGroup(this, 'parameters', parameterGroup(account, settings));
    const instance = new DbInstance(this, 'instance', {
      ...sharedArguments(this, props),
      identifier,
      engine: 'postgres',
      instanceClass: engine.instanceClass,
      dbName: settings.database,
      username: administrator,
      parameterGroupName: group.name,
      storageType: 'gp3',
      allocatedStorage: engine.storageGibibytes,
      maxAllocatedStorage: engine.maximumStorageGibibytes,
      multiAz: engine.availability.kind === 'multi-zone',
      publiclyAccessible: false,
      caCertIdentifier: certificateAuthority,
      autoMinorVersionUpgrade: settings.minorUpgrades.kind === 'automatic',
      backupWindow: settings.backupWindow,
      maintenanceWindow: settings.maintenanceWindow,
    });
    this.host = instance.address;
    this.resourceId = instance.resourceId;
    this.administratorSecretArn = instance.masterUserSecret.get(0).secretArn;
    this.instances = [identifier];
    this.resources = [instance];
  }
}
