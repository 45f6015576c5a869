import { grantName, grantsOf, matchingGrants } from '../../../../review/rights/evaluation/grants';
import { policy, request, roleArn, userArn } from './fixture';

const worker = policy(
  'identity',
  'worker',
  { Sid: 'Objects', Action: ['s3:Get*', 's3:PutObject'], Resource: ['arn:aws:s3:::bucket/*', 'arn:aws:s3:::other/*'] },
  { Sid: 'Rest', NotAction: ['s3:Delete*', 'iam:*'], NotResource: 'arn:aws:s3:::secret/*' },
  { Sid: 'Tagged', Action: 's3:GetObject', Condition: { StringEquals: { 'aws:PrincipalTag/a': 'b' } } },
  { Sid: 'Never', Effect: 'Deny', Action: 's3:PutObject' },
);

test('a policy grants each action of its Allow statements on each of their resources', () => {
  expect(grantsOf(worker).map(grantName)).toEqual([
    'worker Objects s3:Get* arn:aws:s3:::bucket/*',
    'worker Objects s3:Get* arn:aws:s3:::other/*',
    'worker Objects s3:PutObject arn:aws:s3:::bucket/*',
    'worker Objects s3:PutObject arn:aws:s3:::other/*',
    'worker Rest not s3:Delete*, iam:* not arn:aws:s3:::secret/*',
    'worker Tagged s3:GetObject *',
  ]);
  expect(grantsOf(policy('trust', 'trust', { Action: 'sts:AssumeRole' }))).toEqual([
    { policy: 'trust', sid: '#1', action: 'sts:AssumeRole' },
  ]);
});

test('a request matches grants of all its policies, and no others', () => {
  const resource = policy(
    'resource',
    'bucket',
    { Sid: 'Ours', Action: 's3:GetObject', Principal: { AWS: roleArn } },
    { Sid: 'Theirs', Action: 's3:GetObject', Principal: { AWS: userArn } },
  );
  expect(matchingGrants(request(), { identity: [worker], resource }).map(grantName)).toEqual([
    'worker Objects s3:Get* arn:aws:s3:::bucket/*',
    'worker Rest not s3:Delete*, iam:* not arn:aws:s3:::secret/*',
    'bucket Ours s3:GetObject *',
  ]);
});

test('a Deny statement grants nothing, also when it matches', () => {
  const put = request({ action: 's3:PutObject' });
  expect(matchingGrants(put, { identity: [worker] }).map(({ sid }) => sid)).toEqual(['Objects', 'Rest']);
});

test('the grants that no request matches are more than any need', () => {
  const needs = [request(), request({ action: 's3:PutObject', resource: 'arn:aws:s3:::other/x' })];
  const used = new Set(needs.flatMap((need) => matchingGrants(need, { identity: [worker] })).map(grantName));
  const unused = grantsOf(worker)
    .map(grantName)
    .filter((name) => !used.has(name));
  expect(unused).toEqual([
    'worker Objects s3:Get* arn:aws:s3:::other/*',
    'worker Objects s3:PutObject arn:aws:s3:::bucket/*',
    'worker Tagged s3:GetObject *',
  ]);
});
