/** Rights over keys that follow from other requests: a caller that reads encrypted data needs the right to decrypt. */
import { serviceOf, type NeededRequest } from './needed-request';
import type { PlanIndex } from './plan-index';

/** Requests to KMS that a service makes in the caller's name. */
export function impliedNeeds(request: NeededRequest, plan: PlanIndex): readonly NeededRequest[] {
  switch (serviceOf(request.action)) {
    case 'secretsmanager':
      return ofSecret(request, plan);
    case 's3':
      return ofObject(request, plan);
    default:
      return [];
  }
}

/** Source: "Secret encryption and decryption in AWS Secrets Manager", with the encryption context. */
function ofSecret(request: NeededRequest, plan: PlanIndex): readonly NeededRequest[] {
  const actions: Readonly<Partial<Record<string, readonly string[]>>> = {
    'secretsmanager:GetSecretValue': ['kms:Decrypt'],
    'secretsmanager:PutSecretValue': ['kms:GenerateDataKey', 'kms:Decrypt'],
  };
  const needed = actions[request.action];
  if (needed === undefined) return [];
  const { arn, keyArn } = plan.secret(request.resource);
  return withKey(request, plan, needed, keyArn, {
    'kms:ViaService': `secretsmanager.${plan.region}.amazonaws.com`,
    'kms:EncryptionContext:SecretARN': arn,
    'kms:EncryptionContext:SecretVersionId': '<version>',
  });
}

/** Source: "Using server-side encryption with AWS KMS keys (SSE-KMS)", with the encryption context. */
function ofObject(request: NeededRequest, plan: PlanIndex): readonly NeededRequest[] {
  const [, bucket = '', key] = /^arn:[^:]+:s3:::([^/]+)(?:\/(.*))?$/.exec(request.resource) ?? [];
  const keyArn = plan.bucketKey(bucket);
  if (keyArn === undefined || key === undefined) return [];
  const isRead = request.action === 's3:GetObject';
  const isWrite = request.action === 's3:PutObject';
  if (!isRead && !isWrite) return [];
  return withKey(request, plan, isRead ? ['kms:Decrypt'] : ['kms:GenerateDataKey'], keyArn, {
    'kms:ViaService': `s3.${plan.region}.amazonaws.com`,
    'kms:EncryptionContext:aws:s3:arn': request.resource,
  });
}

function withKey(
  request: NeededRequest,
  { accountId }: PlanIndex,
  actions: readonly string[],
  keyArn: string,
  context: NeededRequest['context'],
): readonly NeededRequest[] {
  return actions.map((action) => ({
    ...request,
    action,
    resource: keyArn,
    context: { ...context, 'kms:CallerAccount': accountId },
    // The service makes it, wherever the caller is.
    from: 'aws',
    why: `${request.why}; it is encrypted with this key`,
  }));
}
