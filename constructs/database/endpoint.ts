/** How programs reach the Postgres that is the source of truth, whichever platform runs it. */
import type { NetworkAddress, PasswordFile, SecretsManagerPassword } from '../redis/endpoint';

/** Where a password is kept. The password itself is never part of an endpoint. */
export type DatabasePassword = PasswordFile | SecretsManagerPassword;

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

/** A database that AWS runs. */
export interface ManagedDatabaseEndpoint extends DatabaseEndpoint<SecretsManagerPassword> {
  /** Where the content of `caCertificateFile` is published; absent in partitions where it is not known. */
  readonly caCertificateUrl?: string;
  /** The role that owns the tables and makes the application's role. AWS rotates its password every week. */
  readonly administrator: DatabaseRole<SecretsManagerPassword>;
}
