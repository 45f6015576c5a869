/** Requests of callers outside the environment's account, and requests in plain text: none may be allowed. */
import { textOf } from '../../synthesis/blocks';
import type { ForbiddenRequest } from './forbidden-requests';
import { serviceOf, type NeededRequest } from './needed-request';
import type { PlanIndex } from './plan-index';

/** AWS' own number for examples. */
export const foreignAccount = '444455556666';

/** A role of another account, which allows it everything. */
export const intruder = `arn:aws:iam::${foreignAccount}:role/intruder`;

/** @param needs what is needed: the same is asked for another account, and without TLS */
export function outsiderRequests(plan: PlanIndex, needs: readonly NeededRequest[]): readonly ForbiddenRequest[] {
  return [
    ...intrusions(plan),
    ...needs.flatMap((need) => forAnotherAccount(need, plan)),
    ...needs.flatMap(forAnotherPod),
    ...needs.flatMap(inPlainText),
    ...exfiltrations(plan),
  ];
}

const forbid = (need: NeededRequest, rule: string): ForbiddenRequest => ({ ...need, rule, declaredBy: rule });

/** Everything that can have a policy of its own, with what an intruder would do with it. */
function intrusions(plan: PlanIndex): readonly ForbiddenRequest[] {
  const arns = (type: string) => plan.ofType(type).map((resource) => textOf(resource.attribute('arn')));
  const targets: readonly (readonly [actions: readonly string[], resources: readonly string[]])[] = [
    [['kms:Decrypt', 'kms:CreateGrant', 'kms:PutKeyPolicy'], arns('aws_kms_key')],
    [['sns:Publish', 'sns:Subscribe'], arns('aws_sns_topic')],
    [['sqs:SendMessage', 'sqs:ReceiveMessage'], arns('aws_sqs_queue')],
    [['s3:ListBucket', 's3:PutBucketPolicy'], arns('aws_s3_bucket')],
    [['s3:GetObject', 's3:PutObject', 's3:DeleteObject'], arns('aws_s3_bucket').map((bucket) => `${bucket}/object`)],
    [['secretsmanager:GetSecretValue'], plan.secrets.map(({ arn }) => arn)],
    [['lambda:InvokeFunction'], arns('aws_lambda_function')],
    [['sts:AssumeRole'], arns('aws_iam_role')],
  ];
  return targets.flatMap(([actions, resources]) =>
    resources.flatMap((resource) =>
      actions.map((action) => forbid(ofIntruder(action, resource), 'roles of other accounts are kept out')),
    ),
  );
}

const ofIntruder = (action: string, resource: string): NeededRequest => ({
  caller: { kind: 'role', arn: intruder },
  action,
  resource,
  context: {},
  from: 'aws',
  why: 'another account has no business here',
  declaredBy: 'outsiders',
});

/** Keys by which services say for whom they act. */
const origins = ['aws:SourceAccount', 'aws:SourceArn', 'aws:SourceOwner', 'kms:EncryptionContext:aws:logs:arn'];

/** A service that acts for another account (a confused deputy), with the same resource of ours. */
function forAnotherAccount(need: NeededRequest, { accountId }: PlanIndex): readonly ForbiddenRequest[] {
  if (need.caller.kind !== 'service') return [];
  const named = origins.filter((key) => String(need.context[key] ?? '').includes(accountId));
  if (named.length === 0) return [];
  const foreign = named.map((key) => [key, String(need.context[key]).replaceAll(accountId, foreignAccount)]);
  const context = { ...need.context, ...(Object.fromEntries(foreign) as Record<string, string>) };
  return [forbid({ ...need, context }, 'services act for resources of this account alone')];
}

const namespaceTag = 'aws:RequestTag/kubernetes-namespace';

/** The pods of another namespace, and another service account of the same one. */
function forAnotherPod(need: NeededRequest): readonly ForbiddenRequest[] {
  if (need.context[namespaceTag] === undefined) return [];
  const rule = 'a role is taken on by the pods of one service account';
  return [namespaceTag, 'aws:RequestTag/kubernetes-service-account', 'aws:RequestTag/eks-cluster-name'].map((tag) =>
    forbid({ ...need, context: { ...need.context, [tag]: 'other' } }, rule),
  );
}

/** Services that are also reached without TLS. */
const plainServices = new Set(['s3', 'sns', 'sqs']);

function inPlainText(need: NeededRequest): readonly ForbiddenRequest[] {
  if (!plainServices.has(serviceOf(need.action)) || need.resource === '*') return [];
  return [forbid({ ...need, context: { ...need.context, 'aws:SecureTransport': 'false' } }, 'requests are encrypted')];
}

/** An intruder in the network who carries data to an account of theirs, by the endpoints that there are. */
function exfiltrations(plan: PlanIndex): readonly ForbiddenRequest[] {
  const foreign = (service: string, resource: string) =>
    `arn:aws:${service}:${plan.region}:${foreignAccount}:${resource}`;
  const targets = [
    ['secretsmanager:PutSecretValue', foreign('secretsmanager', 'secret:loot-AbCdEf')],
    ['kms:Encrypt', foreign('kms', 'key/11111111-2222-3333-4444-555555555555')],
    ['logs:PutLogEvents', foreign('logs', 'log-group:loot:log-stream:loot')],
    ['s3:PutObject', 'arn:aws:s3:::loot/object'],
  ] as const;
  const endpoints = plan.ofType('aws_vpc_endpoint').map(({ values }) => textOf(values.service_name));
  return targets
    .filter(([action]) => endpoints.some((name) => name.endsWith(`.${serviceOf(action)}`)))
    .map(([action, resource]) =>
      forbid(
        { ...ofIntruder(action, resource), from: 'network', context: { 'aws:ResourceAccount': foreignAccount } },
        'endpoints serve credentials of this account alone',
      ),
    );
}
