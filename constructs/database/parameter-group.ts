/** Settings of the Postgres server itself. */
import { createHash } from 'node:crypto';
import type { AwsAccount } from '../aws/account';
import type { DatabaseSettings } from '../../environments/database-settings';

/** When RDS applies a parameter to a server that runs. */
type ApplyMethod = 'immediate' | 'pending-reboot';

export interface ParameterGroup {
  readonly name: string;
  /** `postgres17` or `aurora-postgresql16`, say. */
  readonly family: string;
  readonly description: string;
  readonly parameter: { readonly name: string; readonly value: string; readonly applyMethod: ApplyMethod }[];
  /** A group that is in use can't be destroyed. */
  readonly lifecycle: { readonly createBeforeDestroy: true };
}

/**
 * The group for an engine and its version. It is named by its content: a change makes another group, so that family and
 * version of the server change together, and one deployment never alters the servers of another.
 */
export function parameterGroup({ environment }: AwsAccount, settings: DatabaseSettings): ParameterGroup {
  const { kind, majorVersion } = settings.engine;
  const family = `${kind === 'rds' ? 'postgres' : 'aurora-postgresql'}${majorVersion}`;
  const values = Object.entries(serverParameters(settings));
  const digest = createHash('sha256')
    .update(JSON.stringify({ family, parameter: namedBy(values) }))
    .digest('hex');
  return {
    name: `${environment}-${family}-${digest.slice(0, 8)}`,
    family,
    description: `PostgreSQL ${majorVersion} of ${environment}`,
    parameter: values.map(([name, value]) => ({ name, value, applyMethod: applyMethod(name, settings) })),
    lifecycle: { createBeforeDestroy: true },
  };
}

/** What a group is named by: how a parameter is applied is no part of it, so that groups in use keep their names. */
const namedBy = (values: readonly (readonly [string, string])[]) =>
  values.map(([name, value]) => ({ name, value, applyMethod: 'immediate' }));

/**
 * RDS takes no change of the method alone, and says `pending-reboot` of a parameter whose value is its default: any other
 * method would be in every plan. `database-parameters-of-default-value` in review/convergence/known-reshapes.ts.
 */
function applyMethod(name: string, settings: DatabaseSettings): ApplyMethod {
  return name === 'rds.force_ssl' && forcesTlsByDefault(settings) ? 'pending-reboot' : 'immediate';
}

/**
 * Source: "Requiring an SSL connection to a PostgreSQL DB instance" of the RDS guide, from version 15 on; "Security with
 * Amazon Aurora PostgreSQL", from version 17 on.
 */
const forcesTlsByDefault = ({ engine: { kind, majorVersion } }: DatabaseSettings) =>
  majorVersion >= (kind === 'rds' ? 15 : 17);

/** All take effect without a restart; in alphabetical order, as AWS returns them. */
function serverParameters({ slowStatementMilliseconds }: DatabaseSettings): Readonly<Record<string, string>> {
  return {
    // Half an hour in a transaction without a statement: it is forgotten, and keeps vacuum from its work.
    idle_in_transaction_session_timeout: '1800000',
    log_lock_waits: '1',
    log_min_duration_statement: String(slowStatementMilliseconds),
    // Passwords aren't in statements: roles get SCRAM verifiers, as psql and the migrations send them.
    log_statement: 'ddl',
    // Kibibytes of a temporary file from which on its statement is logged.
    log_temp_files: '10240',
    'rds.force_ssl': '1',
    track_io_timing: '1',
  };
}
