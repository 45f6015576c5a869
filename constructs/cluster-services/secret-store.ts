/** Where External Secrets finds the environment's secrets, and what it may read. */
import { arn, type AwsAccount } from '../aws/account';
import type { PolicyStatement } from '../aws/policy-document';
import type { KubernetesObject } from '../kubernetes/custom-resources';
import { secretNamespaces, secretStore } from './names';

/** Rights over the environment's secrets, by their name; and over keys for the decryption of these secrets alone. */
export function secretStatements(account: AwsAccount): readonly PolicyStatement[] {
  const secrets = arn(account, 'secretsmanager', `secret:${account.environment}/*`);
  const suffix = account.region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return [
    {
      sid: 'ReadSecrets',
      actions: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
      resources: [secrets],
    },
    {
      // Source: "Secret encryption and decryption in AWS Secrets Manager": what it tells KMS that the key is for.
      sid: 'DecryptSecrets',
      actions: ['kms:Decrypt'],
      resources: [arn(account, 'kms', 'key/*')],
      conditions: {
        StringEquals: { 'kms:ViaService': `secretsmanager.${account.region}.${suffix}` },
        ArnLike: { 'kms:EncryptionContext:SecretARN': secrets },
      },
    },
  ];
}

/** The store, which works with the role of the controller's own pods and serves some namespaces only. */
export function secretStoreObject({ region }: Pick<AwsAccount, 'region'>): KubernetesObject {
  return {
    apiVersion: 'external-secrets.io/v1',
    kind: secretStore.kind,
    metadata: { name: secretStore.name },
    spec: {
      provider: { aws: { service: 'SecretsManager', region } },
      conditions: [{ namespaces: secretNamespaces }],
    },
  };
}
