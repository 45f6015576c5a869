/** How programs reach the Postgres that is the source of truth, whichever platform runs it. */
import type { NetworkAddress, PasswordFile } from '../redis/endpoint';

/** A Postgres database; TLS is always on. */
export interface DatabaseEndpoint {
  readonly address: NetworkAddress;
  readonly database: string;
  /** Path of the file with the certificates of the authorities that sign the server's certificate. */
  readonly caCertificateFile: string;
  /** The role the application logs in as; it may change data, not tables. */
  readonly application: { readonly username: string; readonly password: PasswordFile };
}
