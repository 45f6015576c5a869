/** Who may do what in AWS, why, and by which statement: a row for each purpose, for reviewers. */
import type { DecidingStatement } from '../evaluation/evaluate';
import { callerName } from './needed-request';
import type { PlanIndex } from './plan-index';
import type { JudgedNeed } from './rights-check';

export interface AwsRightsRow {
  /** `role/production-eks-loki`, or a service. */
  readonly caller: string;
  /** Actions, in alphabetical order. */
  readonly actions: readonly string[];
  readonly resource: string;
  readonly why: string;
  /** Policies and statements that allow it, or `NOT ALLOWED`. */
  readonly by: readonly string[];
}

/** Rows by caller, then by resource. What differs in the condition keys alone, as alarms do, is one row. */
export function awsRightsTable(needs: readonly JudgedNeed[], plan: PlanIndex): readonly AwsRightsRow[] {
  const rows = new Map<string, { row: AwsRightsRow; actions: Set<string>; by: Set<string> }>();
  for (const { need, decision } of needs) {
    const caller = callerName(need.caller);
    const resource = readable(need.resource, plan);
    const key = JSON.stringify([caller, resource, need.why]);
    const entry = rows.get(key) ?? {
      row: { caller, actions: [], resource, why: need.why, by: [] },
      actions: new Set<string>(),
      by: new Set<string>(),
    };
    entry.actions.add(need.action);
    for (const name of decision.allowed ? decision.by.map(statementName) : ['NOT ALLOWED']) entry.by.add(name);
    rows.set(key, entry);
  }
  return [...rows]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, { row, actions, by }]) => ({ ...row, actions: [...actions].sort(), by: [...by].sort() }));
}

/** `production-alerts notifier_role_policy Secrets`: ids end in a digest that says nothing. */
function statementName({ policy, sid }: DecidingStatement): string {
  const [stack = '', address] = policy.split('/');
  if (address === undefined) return `${policy} ${sid}`;
  const withoutDigest = (id: string) => id.replace(/_[0-9A-F]{8}$/, '');
  return `${stack} ${withoutDigest(address.slice(address.indexOf('.') + 1))} ${withoutDigest(sid)}`;
}

/** ARNs without account and region of the environment, and keys by their alias. */
function readable(resource: string, plan: PlanIndex): string {
  const key = plan.ofType('aws_kms_key').find((candidate) => candidate.attribute('arn') === resource);
  const alias = plan.ofType('aws_kms_alias').find(({ values }) => values.target_key_id === key?.attribute('key_id'));
  if (key && alias) return String(alias.values.name);
  const [, , service = '', , account = '', ...rest] = resource.split(':');
  if (rest.length === 0) return resource;
  const name = rest.join(':').replace(/-[A-Za-z0-9]{6}$/, service === 'secretsmanager' ? '' : '$&');
  return `${service}:${account === plan.accountId || account === '' ? '' : `${account}:`}${name}`;
}
