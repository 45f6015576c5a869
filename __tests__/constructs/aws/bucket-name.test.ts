import { Token } from 'cdktf';
import { bucketNameViolations } from '../../../constructs/aws/bucket-name';

test.each(['abc', 'a'.repeat(63), 'test-tfstate-111122223333-eu-central-1', Token.asString({ resolve: () => 'X' })])(
  '%s is a name',
  (name) => {
    expect(bucketNameViolations('name', name)).toEqual([]);
  },
);

test.each([
  ['ab', '3 or more lower-case letters, digits and hyphens, with a letter or digit at either end'],
  ['Abc', '3 or more lower-case letters, digits and hyphens, with a letter or digit at either end'],
  ['a.bc', '3 or more lower-case letters, digits and hyphens, with a letter or digit at either end'],
  ['-abc', '3 or more lower-case letters, digits and hyphens, with a letter or digit at either end'],
  ['abc-', '3 or more lower-case letters, digits and hyphens, with a letter or digit at either end'],
  ['a'.repeat(64), 'at most 63 characters; these are 64'],
  ['xn--abc', 'no prefix or suffix that S3 keeps for itself'],
  ['sthree-abc', 'no prefix or suffix that S3 keeps for itself'],
  ['abc-s3alias', 'no prefix or suffix that S3 keeps for itself'],
  ['abc--x-s3', 'no prefix or suffix that S3 keeps for itself'],
])('%s is none', (name, expected) => {
  expect(bucketNameViolations('backup.bucket', name)).toMatchObject([
    { setting: 'backup.bucket', value: name, expected },
  ]);
});
