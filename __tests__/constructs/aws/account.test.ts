import { arn, partitionOf } from '../../../constructs/aws/account';
import { testAccount } from '../../support/synthesized-construct';

test.each([
  ['eu-central-1', 'aws'],
  ['us-gov-west-1', 'aws-us-gov'],
  ['cn-north-1', 'aws-cn'],
])('%s belongs to the partition %s', (region, partition) => {
  expect(partitionOf(region)).toBe(partition);
});

test.each([
  ['regional', 'logs', 'log-group:/aws/vpc', 'arn:aws:logs:eu-central-1:111122223333:log-group:/aws/vpc'],
  ['global', 'iam', 'root', 'arn:aws:iam::111122223333:root'],
  ['bare', 's3', 'bucket', 'arn:aws:s3:::bucket'],
] as const)('a %s ARN', (scope, service, resource, expected) => {
  expect(arn(testAccount, service, resource, scope)).toBe(expected);
});
