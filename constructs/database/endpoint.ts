/** How programs reach the Postgres that is the source of truth, whichever platform runs it. */
import type { Labels } from '../cluster-services/pods';
import type { KubernetesSecretValue, NetworkAddress, PasswordFile, SecretsManagerPassword } from '../redis/endpoint';

/** Where a password is kept. The password itself is never part of an endpoint. */
export type DatabasePassword = PasswordFile | SecretsManagerPassword | KubernetesSecretValue;

/** A role and its password. */
export interface DatabaseRole<Password extends DatabasePassword> {
  readonly username: string;
  readonly password: Password;
}

/** A Postgres database; TLS is always on. What programs are told has files for passwords. */
export interface DatabaseEndpoint<Password extends DatabasePassword = PasswordFile> {
  readonly address: NetworkAddress;
  readonly database: string;
  /** Path of the file with the certificates of the authorities that sign the server's certificate. */
  readonly caCertificateFile: string;
  /** The role the application logs in as; it may change data, not tables. */
  readonly application: DatabaseRole<Password>;
}

/** A database that pods can reach, with its passwords kept elsewhere. */
export interface DeployedDatabaseEndpoint<
  Password extends SecretsManagerPassword | KubernetesSecretValue = SecretsManagerPassword | KubernetesSecretValue,
> extends DatabaseEndpoint<Password> {
  /** The role that owns the tables and makes the application's role. */
  readonly administrator: DatabaseRole<Password>;
  /** Where the content of `caCertificateFile` is kept, as long as the image doesn't have it. @default - the image has it */
  readonly caCertificate?: KubernetesSecretValue;
  /** Pods that it runs in. @default - it is outside the cluster, at an address of the network */
  readonly pods?: { readonly namespace: string; readonly labels: Labels };
}

/** A database that AWS runs. AWS rotates the administrator's password every week. */
export interface ManagedDatabaseEndpoint extends DeployedDatabaseEndpoint<SecretsManagerPassword> {
  /** Where the content of `caCertificateFile` is published; absent in partitions where it is not known. */
  readonly caCertificateUrl?: string;
}
