/** Settings of the Postgres server itself. */
import { createHash } from 'node:crypto';
import type { AwsAccount } from '../aws/account';
import type { DatabaseSettings } from '../../environments/database-settings';

export interface ParameterGroup {
  readonly name: string;
  /** `postgres17` or `aurora-postgresql16`, say. */
  readonly family: string;
  readonly description: string;
  readonly parameter: { readonly name: string; readonly value: string; readonly applyMethod: 'immediate' }[];
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
  const parameter = Object.entries(serverParameters(settings)).map(([name, value]) => ({
    name,
    value,
    applyMethod: 'immediate' as const,
  }));
  const digest = createHash('sha256').update(JSON.stringify({ family, parameter })).digest('hex').slice(0, 8);
  return {
    name: `${environment}-${family}-${digest}`,
    family,
    description: `PostgreSQL ${majorVersion} of ${environment}`,
    parameter,
    lifecycle: { createBeforeDestroy: true },
  };
}

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
