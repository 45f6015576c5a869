/** A role's request and policies of one statement, for tables of cases. */
import type { JsonObject } from '../../../../review/rights/evaluation/json-document';
import { parsePolicy, type Policy } from '../../../../review/rights/evaluation/policy';
import type { Request } from '../../../../review/rights/evaluation/request';
import type { PolicyKind } from '../../../../review/rights/evaluation/statement';

export const account = '111122223333';
export const otherAccount = '444455556666';
export const roleArn = `arn:aws:iam::${account}:role/service/worker`;
export const sessionArn = `arn:aws:sts::${account}:assumed-role/worker/pod-1`;
export const userArn = `arn:aws:iam::${account}:user/bob`;
export const rootArn = `arn:aws:iam::${account}:root`;
export const role = { kind: 'role', arn: roleArn, session: 'pod-1' } as const;
export const user = { kind: 'user', arn: userArn } as const;

/** A policy; each statement is an Allow of everything, but for what is given. */
export function policy<Kind extends PolicyKind>(
  kind: Kind,
  name: string,
  ...statements: readonly JsonObject[]
): Policy<Kind> {
  return parsePolicy(kind, name, document(kind, ...statements));
}

export function document(kind: PolicyKind, ...statements: readonly JsonObject[]): JsonObject {
  return { Version: '2012-10-17', Statement: statements.map((statement) => complete(kind, statement)) };
}

function complete(kind: PolicyKind, statement: JsonObject): JsonObject {
  return {
    Effect: 'Allow',
    ...(!('NotAction' in statement) && { Action: '*' }),
    ...(kind !== 'trust' && !('NotResource' in statement) && { Resource: '*' }),
    ...(kind !== 'identity' && !('NotPrincipal' in statement) && { Principal: '*' }),
    ...statement,
  };
}

/** A role gets an object of a bucket in its own account. */
export function request(changes: Partial<Request> = {}): Request {
  const { context = {}, ...rest } = changes;
  return {
    principal: role,
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::bucket/key',
    ...rest,
    context: {
      ...((rest.resource ?? 'arn:aws:s3:').startsWith('arn:aws:s3:') && { 'aws:ResourceAccount': account }),
      ...context,
    },
  };
}

/** The error that a function throws. */
export function errorOf(run: () => unknown): Error {
  try {
    run();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('It throws no error');
}
