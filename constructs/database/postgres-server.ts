/** What RDS and Aurora have in common: how a server is protected, observed and changed. */
import { DataResource, Fn, type ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import type { AwsAccount } from '../aws/account';
import { throwViolations } from '../validation/violations';
import { databaseViolations, type DatabaseSettings } from '../../environments/database-settings';
import type { DatabaseAccess } from './database-access';
import type { DatabaseObservation } from './database-observation';

export interface PostgresServerProps<Engine extends DatabaseSettings['engine']> {
  readonly account: AwsAccount;
  readonly settings: DatabaseSettings & { readonly engine: Engine };
  /** Names of the zones with a database subnet. */
  readonly zones: readonly string[];
  readonly keyArn: string;
  readonly access: DatabaseAccess;
  readonly observation: DatabaseObservation;
}

/** What a server of either engine ends in. */
export interface PostgresServer {
  readonly host: string;
  /** Id that IAM policies for logins name: `arn:aws:rds-db:<region>:<account>:dbuser:<resource id>/<role>`. */
  readonly resourceId: string;
  readonly administratorSecretArn: string;
  /** Identifiers of the instances, literal. */
  readonly instances: readonly string[];
  /** What has to be there before anything may name the server by a literal identifier. */
  readonly resources: readonly ITerraformDependable[];
}

/** Role that owns the tables. */
export const administrator = 'administrator';

/** Role that the application logs in as. */
export const applicationRole = 'application';

/** The authority of the server's certificate, good until 2061; RDS renews the certificate itself without a restart. */
export const certificateAuthority = 'rds-ca-rsa2048-g1';

/** Identifier of the instance or the cluster of an environment. */
export const serverIdentifier = ({ environment }: AwsAccount) => `${environment}-postgres`;

/** Arguments that instance and cluster share. */
export function sharedArguments(
  scope: Construct,
  { account, settings, keyArn, access, observation }: PostgresServerProps<DatabaseSettings['engine']>,
) {
  const prevented = settings.destruction.kind === 'prevented';
  return {
    engineVersion: String(settings.engine.majorVersion),
    allowMajorVersionUpgrade: settings.majorUpgrade.kind === 'allowed',
    applyImmediately: settings.changes === 'immediately',
    port: 5432,
    // RDS makes the password, keeps it in Secrets Manager and rotates it every week.
    manageMasterUserPassword: true,
    masterUserSecretKmsKeyId: keyArn,
    iamDatabaseAuthenticationEnabled: true,
    storageEncrypted: true,
    kmsKeyId: keyArn,
    dbSubnetGroupName: access.subnetGroupName,
    vpcSecurityGroupIds: [access.securityGroupId],
    enabledCloudwatchLogsExports: observation.logs,
    backupRetentionPeriod: settings.backupRetentionDays,
    // Backups outlive the server until their time is over.
    deleteAutomatedBackups: false,
    copyTagsToSnapshot: true,
    deletionProtection: prevented,
    skipFinalSnapshot: false,
    finalSnapshotIdentifier: finalSnapshotIdentifier(scope, serverIdentifier(account)),
    databaseInsightsMode: settings.insights,
    ...observationArguments({ settings, keyArn, observation }),
    dependsOn: [...observation.resources],
    lifecycle: { preventDestroy: prevented },
  };
}

/** How load and operating system are measured; the same for a cluster and each of its instances, or RDS refuses it. */
export function observationArguments({
  settings,
  keyArn,
  observation,
}: Pick<PostgresServerProps<DatabaseSettings['engine']>, 'settings' | 'keyArn' | 'observation'>) {
  return {
    performanceInsightsEnabled: true,
    performanceInsightsKmsKeyId: keyArn,
    // Days: what is free, and what the advanced mode demands.
    performanceInsightsRetentionPeriod: settings.insights === 'standard' ? 7 : 465,
    monitoringInterval: settings.monitoringSeconds,
    monitoringRoleArn: observation.monitoringRoleArn,
  };
}

/** @throws ViolationsError with the path of the construct, if settings contradict each other or the network */
export function validateServer(scope: Construct, settings: DatabaseSettings, zones: readonly string[]): void {
  throwViolations(scope.node.path, databaseViolations(settings, { zones }));
}

/**
 * A name that no other snapshot has: with the id of a resource that is made and destroyed with the server. The same name
 * again would make the second destruction fail; a random one would change with every plan.
 */
function finalSnapshotIdentifier(scope: Construct, identifier: string): string {
  const incarnation = new DataResource(scope, 'incarnation');
  return `${identifier}-final-${Fn.substr(incarnation.id, 0, 8)}`;
}
