/** Postgres, the source of truth: its key, its place in the network, the server, the application's password, alarms. */
import type { Construct } from 'constructs';
import { TerraformOutput, TerraformStack } from 'cdktf';
import { partitionOf, type AwsAccount } from '../constructs/aws/account';
import { useAws, useAwsState } from '../constructs/aws/aws-state';
import { EncryptionKey } from '../constructs/aws/encryption-key';
import { GeneratedSecret, passwordField } from '../constructs/aws/generated-secret';
import { secretNames } from '../constructs/aws/secret-names';
import { AuroraPostgres } from '../constructs/database/aurora-postgres';
import { DatabaseAccess, databasePort } from '../constructs/database/database-access';
import { DatabaseAlarms } from '../constructs/observability/alarms/database-alarms';
import { DatabaseObservation } from '../constructs/database/database-observation';
import type { ManagedDatabaseEndpoint } from '../constructs/database/endpoint';
import {
  administrator,
  applicationRole,
  serverIdentifier,
  type PostgresServer,
  type PostgresServerProps,
} from '../constructs/database/postgres-server';
import { RdsPostgres } from '../constructs/database/rds-postgres';
import type { NetworkValue } from '../constructs/network/network';
import type { DatabaseSettings } from '../environments/database-settings';

export interface DatabaseStackProps {
  readonly account: AwsAccount;
  readonly settings: DatabaseSettings;
  readonly network: NetworkValue;
  /** Ids of the security groups that may connect, by a name of each: `nodes`, say. */
  readonly clients: Readonly<Record<string, string>>;
  /** SNS topic for alarms and events. */
  readonly topicArn: string;
}

/** What programs and their permissions need to know of the database. */
export interface DatabaseValue {
  readonly endpoint: ManagedDatabaseEndpoint;
  /** ARN of the key that the secrets are encrypted with: who reads them decrypts with it. */
  readonly keyArn: string;
  readonly securityGroupId: string;
  /** Id that IAM policies for logins name: `arn:aws:rds-db:<region>:<account>:dbuser:<resource id>/<role>`. */
  readonly resourceId: string;
}

/** Where programs find the certificates of RDS' authorities: what runs them puts them there. */
const caCertificateFile = '/etc/redis-platform/certificates/rds.pem';

/** @throws ViolationsError if settings contradict each other or the network */
export class DatabaseStack extends TerraformStack {
  readonly database: DatabaseValue;

  constructor(scope: Construct, id: string, { account, settings, network, clients, topicArn }: DatabaseStackProps) {
    super(scope, id);
    useAwsState(this, account);
    useAws(this, account);
    const preventDestroy = settings.destruction.kind === 'prevented';
    const { arn: keyArn } = new EncryptionKey(this, 'key', {
      account,
      name: 'postgres',
      description: `Postgres of ${account.environment}: data, logs, passwords`,
      services: [`logs.${account.region}.amazonaws.com`],
      preventDestroy,
    });
    const access = new DatabaseAccess(this, 'access', { account, network, clients });
    const observation = new DatabaseObservation(this, 'observation', {
      account,
      settings,
      identifier: serverIdentifier(account),
      keyArn,
    });
    const zones = network.zones.map(({ zone }) => zone);
    const server = makeServer(this, { account, settings, zones, keyArn, access, observation });
    const application = new GeneratedSecret(this, 'application-password', {
      account,
      name: secretNames.databaseApplication,
      description: `Password of the role ${applicationRole} in Postgres`,
      keyArn,
      username: applicationRole,
      generation: settings.applicationPasswordGeneration,
      topicArn,
      preventDestroy,
    });
    const { instances, resources } = server;
    new DatabaseAlarms(this, 'alarms', { account, settings, instances, resources, topicArn });
    this.database = {
      endpoint: endpointOf({ account, settings, server, application }),
      keyArn,
      securityGroupId: access.securityGroupId,
      resourceId: server.resourceId,
    };
    new TerraformOutput(this, 'address', { value: server.host, description: 'Where Postgres is; TLS only' });
  }
}

/** The settings' engine decides which one. */
function makeServer(
  scope: Construct,
  { settings, ...others }: PostgresServerProps<DatabaseSettings['engine']>,
): PostgresServer {
  const { engine } = settings;
  return engine.kind === 'rds'
    ? new RdsPostgres(scope, 'rds', { ...others, settings: { ...settings, engine } })
    : new AuroraPostgres(scope, 'aurora', { ...others, settings: { ...settings, engine } });
}

interface EndpointParts extends Pick<DatabaseStackProps, 'account' | 'settings'> {
  readonly server: PostgresServer;
  readonly application: Pick<GeneratedSecret, 'arn' | 'arnPattern'>;
}

function endpointOf({ account, settings, server, application }: EndpointParts): ManagedDatabaseEndpoint {
  const { region } = account;
  const password = (secretArn: string, arnPattern: string) =>
    ({ kind: 'secrets-manager', secretArn, arnPattern, field: passwordField }) as const;
  // RDS names it, `rds!db-…` or `rds!cluster-…`. Source: "Password management with Amazon RDS and AWS Secrets Manager".
  const { administratorSecretArn } = server;
  return {
    address: { host: server.host, port: databasePort },
    database: settings.database,
    caCertificateFile,
    ...(partitionOf(region) === 'aws' && {
      caCertificateUrl: `https://truststore.pki.rds.amazonaws.com/${region}/${region}-bundle.pem`,
    }),
    application: { username: applicationRole, password: password(application.arn, application.arnPattern) },
    administrator: { username: administrator, password: password(administratorSecretArn, administratorSecretArn) },
  };
}
