import { EncryptionKey, type EncryptionKeyProps } from '../../../constructs/aws/encryption-key';
import { resourceOf, statementsOf, synthesizeConstruct, testAccount } from '../../support/synthesized-construct';

function keyWith(props: Partial<EncryptionKeyProps> = {}) {
  return synthesizeConstruct((stack) => {
    new EncryptionKey(stack, 'logs', { account: testAccount, name: 'logs', description: 'Logs of test', ...props });
  });
}

function policyOf(props: Partial<EncryptionKeyProps>) {
  return statementsOf(resourceOf(keyWith(props), 'aws_kms_key').policy);
}

test('rotates, can be had back for 30 days and is not destroyed', () => {
  expect(resourceOf(keyWith(), 'aws_kms_key')).toMatchObject({
    description: 'Logs of test',
    enable_key_rotation: true,
    deletion_window_in_days: 30,
    lifecycle: { prevent_destroy: true },
  });
});

test('can be destroyed where that is wanted', () => {
  expect(resourceOf(keyWith({ preventDestroy: false }), 'aws_kms_key')).toMatchObject({
    lifecycle: { prevent_destroy: false },
  });
});

test('has an alias with the name of the environment', () => {
  expect(resourceOf(keyWith(), 'aws_kms_alias')).toEqual({
    name: 'alias/test-logs',
    target_key_id: '${aws_kms_key.logs_key_277A46BC.key_id}',
  });
});

test('IAM of the account decides who uses it, and nobody else does', () => {
  expect(policyOf({})).toEqual({
    AccountDecides: {
      Sid: 'AccountDecides',
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::111122223333:root' },
      Action: ['kms:*'],
      Resource: ['*'],
    },
  });
});

test.each([
  [
    'logs.eu-central-1.amazonaws.com',
    'ServiceLogsEuCentral1',
    ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
    { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': 'arn:aws:logs:eu-central-1:111122223333:*' } },
  ],
  [
    'cloudwatch.amazonaws.com',
    'ServiceCloudwatch',
    ['kms:GenerateDataKey*', 'kms:Decrypt'],
    { StringEquals: { 'aws:SourceAccount': '111122223333' } },
  ],
  [
    'events.amazonaws.com',
    'ServiceEvents',
    ['kms:GenerateDataKey*', 'kms:Decrypt'],
    { StringEquals: { 'aws:SourceAccount': '111122223333' } },
  ],
])('%s uses it for what it does, and for resources of the account only', (service, sid, actions, condition) => {
  expect(policyOf({ services: ['sns.amazonaws.com', service] })[sid]).toEqual({
    Sid: sid,
    Effect: 'Allow',
    Principal: { Service: service },
    Action: actions,
    Resource: ['*'],
    Condition: condition,
  });
});

test('takes further statements', () => {
  const statements = [{ sid: 'More', principal: '*', actions: ['kms:Decrypt'], resources: ['*'] }] as const;
  expect(Object.keys(policyOf({ statements }))).toEqual(['AccountDecides', 'More']);
});
