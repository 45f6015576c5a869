/** Postgres on Aurora: a cluster with a server in each of some zones. */
import { RdsCluster, type RdsClusterConfig } from '@cdktf/provider-aws/lib/rds-cluster';
import { RdsClusterInstance } from '@cdktf/provider-aws/lib/rds-cluster-instance';
import { RdsClusterParameterGroup } from '@cdktf/provider-aws/lib/rds-cluster-parameter-group';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { AwsAccount } from '../aws/account';
import type { AuroraEngine } from '../../environments/database-settings';
import { parameterGroup } from './parameter-group';
import {
  administrator,
  certificateAuthority,
  observationArguments,
  serverIdentifier,
  sharedArguments,
  validateServer,
  type PostgresServer,
  type PostgresServerProps,
} from './postgres-server';

const engineName = 'aurora-postgresql';

/** @throws ViolationsError if settings contradict each other or the network */
export class AuroraPostgres extends Construct implements PostgresServer {
  readonly host: string;
  readonly resourceId: string;
  readonly administratorSecretArn: string;
  readonly instances: readonly string[];
  readonly resources: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: PostgresServerProps<AuroraEngine>) {
    super(scope, id);
    const { account, settings, zones } = props;
    validateServer(this, settings, zones);
    const { engine } = settings;
    const group = new RdsClusterParameterGroup(this, 'parameters', parameterGroup(account, settings));
    const cluster = new RdsCluster(this, 'cluster', {
      ...sharedArguments(this, props),
      ...clusterCapacity(engine),
      clusterIdentifier: serverIdentifier(account),
      engine: engineName,
      databaseName: settings.database,
      masterUsername: administrator,
      dbClusterParameterGroupName: group.name,
      preferredBackupWindow: settings.backupWindow,
      preferredMaintenanceWindow: settings.maintenanceWindow,
    });
    this.instances = engine.zones.map((zone) => instanceIdentifier(account, zone));
    this.resources = [cluster, ...engine.zones.map((zone) => this.#instance(zone, cluster, props))];
    this.host = cluster.endpoint;
    this.resourceId = cluster.clusterResourceId;
    this.administratorSecretArn = cluster.masterUserSecret.get(0).secretArn;
  }

  /** A server in a zone. All are alike, and any may become the one that writes. */
  #instance(zone: string, cluster: RdsCluster, props: PostgresServerProps<AuroraEngine>): RdsClusterInstance {
    const { account, settings } = props;
    const { capacity } = settings.engine;
    return new RdsClusterInstance(this, zone, {
      identifier: instanceIdentifier(account, zone),
      clusterIdentifier: cluster.id,
      engine: engineName,
      instanceClass: capacity.kind === 'provisioned' ? capacity.instanceClass : 'db.serverless',
      availabilityZone: zone,
      dbSubnetGroupName: props.access.subnetGroupName,
      publiclyAccessible: false,
      caCertIdentifier: certificateAuthority,
      promotionTier: 1,
      autoMinorVersionUpgrade: settings.minorUpgrades.kind === 'automatic',
      preferredMaintenanceWindow: settings.maintenanceWindow,
      applyImmediately: settings.changes === 'immediately',
      copyTagsToSnapshot: true,
      ...observationArguments(props),
      lifecycle: { preventDestroy: settings.destruction.kind === 'prevented' },
    });
  }
}

const instanceIdentifier = (account: AwsAccount, zone: string) => `${serverIdentifier(account)}-${zone}`;

function clusterCapacity({ capacity, storage }: AuroraEngine): Partial<RdsClusterConfig> {
  return {
    ...(storage === 'io-optimized' && { storageType: 'aurora-iopt1' }),
    ...(capacity.kind === 'serverless' && {
      serverlessv2ScalingConfiguration: { minCapacity: capacity.minimumUnits, maxCapacity: capacity.maximumUnits },
    }),
  };
}
