import { evaluate } from '../../../../review/rights/evaluation/evaluate';
import { parsePolicy } from '../../../../review/rights/evaluation/policy';
import type { ContextValue } from '../../../../review/rights/evaluation/request-context';
import { account, policy, request, role, user } from './fixture';

// Source: "IAM JSON policy elements: Action".
test.each([
  ['*', 's3:GetObject', true],
  ['s3:*', 's3:GetObject', true],
  ['S3:getobject', 's3:GetObject', true],
  ['s3:Get*', 's3:GetObject', true],
  ['s3:*Object', 's3:GetObject', true],
  ['s3:?etObject', 's3:GetObject', true],
  ['s3:GetObject?', 's3:GetObject', false],
  ['s3:Get', 's3:GetObject', false],
  ['s3:GetObject', 's3:GetObjectTagging', false],
  ['iam:*AccessKey*', 'iam:ListAccessKeys', true],
  ['iam:*AccessKey*', 'iam:ListUsers', false],
])('action %s with %s: %s', (pattern, action, allowed) => {
  const identity = [policy('identity', 'p', { Action: pattern })];
  expect(evaluate(request({ action }), { identity }).allowed).toBe(allowed);
});

test.each([
  ['s3:PutObject', true],
  [['s3:PutObject', 's3:Get*'], false],
])('NotAction %s: %s', (pattern, allowed) => {
  const identity = [policy('identity', 'p', { NotAction: pattern })];
  expect(evaluate(request(), { identity }).allowed).toBe(allowed);
});

const secret = (name: string) => `arn:aws:secretsmanager:us-east-1:${account}:secret:${name}`;

// Sources: "IAM JSON policy elements: Resource", "Amazon Resource Names (ARNs)".
test.each([
  ['arn:aws:s3:::bucket/*/test/*', 'arn:aws:s3:::bucket/1/test/object.jpg', true],
  ['arn:aws:s3:::bucket/*/test/*', 'arn:aws:s3:::bucket/1/2/test/3/object.jpg', true],
  ['arn:aws:s3:::bucket/*/test/*', 'arn:aws:s3:::bucket/1///test///object.jpg', true],
  ['arn:aws:s3:::bucket/*/test/*', 'arn:aws:s3:::bucket//test/object.jpg', true],
  ['arn:aws:s3:::bucket/*/test/*', 'arn:aws:s3:::bucket/1/test/', true],
  ['arn:aws:s3:::bucket/*/test/*', 'arn:aws:s3:::bucket/1-test/object.jpg', false],
  ['arn:aws:s3:::bucket/*/test/*', 'arn:aws:s3:::bucket/test/object.jpg', false],
  ['arn:aws:s3:::bucket/*/test/*', 'arn:aws:s3:::bucket/1/2/test.jpg', false],
  ['arn:aws:s3:::bucket', 'arn:aws:s3:::bucket/key', false],
  ['arn:aws:s3:::Bucket', 'arn:aws:s3:::bucket', false],
  ['arn:aws:s3:::bucket?', 'arn:aws:s3:::bucket1', true],
  ['arn:aws:s3:::bucket?', 'arn:aws:s3:::bucket', false],
  ['arn:aws:s3:::b.cket', 'arn:aws:s3:::bucket', false],
  ['arn:aws:s3:*:*:bucket', 'arn:aws:s3:::bucket', true],
  ['arn:aws-cn:s3:::bucket', 'arn:aws:s3:::bucket', false],
  ['arn:*:s3:::bucket', 'arn:aws:s3:::bucket', true],
  // A wildcard spans colons and slashes after the fifth colon, and not before.
  [
    `arn:aws:logs:us-east-1:${account}:log-group:*`,
    `arn:aws:logs:us-east-1:${account}:log-group:/a:log-stream:b`,
    true,
  ],
  [`arn:aws:logs:us-east-1:${account}:*`, `arn:aws:logs:us-east-1:${account}:log-group:/a:*`, true],
  [`arn:aws:logs:*:log-group:x`, `arn:aws:logs:us-east-1:${account}:log-group:x`, false],
  [`arn:aws:sns:us-*:${account}:t`, `arn:aws:sns:us-east-1:${account}:t`, true],
  [`arn:aws:sns:us-*:${account}:t`, `arn:aws:sns:eu-west-1:${account}:t`, false],
  // The names of this project's secrets.
  [secret('production/*'), secret('production-redis/app-AbCdEf'), false],
  [secret('production-redis/*'), secret('production-redis/app-AbCdEf'), true],
  [secret('production*'), secret('production-redis/app-AbCdEf'), true],
])('resource %s with %s: %s', (pattern, resource, allowed) => {
  const identity = [policy('identity', 'p', { Resource: pattern })];
  const context: Record<string, ContextValue> = resource.startsWith('arn:aws:s3:')
    ? { 'aws:ResourceAccount': account }
    : {};
  expect(evaluate({ principal: role, action: 'x:Do', resource, context }, { identity }).allowed).toBe(allowed);
});

test.each([
  ['*', true],
  [`arn:aws:ec2:us-east-1:${account}:*`, false],
])('an action on no resource needs the resource *, and %s is: %s', (pattern, allowed) => {
  const identity = [policy('identity', 'p', { Resource: pattern })];
  expect(evaluate(request({ action: 'ec2:DescribeVpcs', resource: '*' }), { identity }).allowed).toBe(allowed);
});

test.each([
  ['arn:aws:s3:::other/*', true],
  [['arn:aws:s3:::other/*', 'arn:aws:s3:::bucket/*'], false],
  // A pattern whose variable has no value matches no resource.
  ['arn:aws:s3:::bucket/${aws:PrincipalTag/team}*', true],
])('NotResource %s: %s', (pattern, allowed) => {
  const identity = [policy('identity', 'p', { NotResource: pattern })];
  expect(evaluate(request(), { identity }).allowed).toBe(allowed);
});

// Source: "IAM policy elements: Variables and tags".
describe('variables in resources', () => {
  const team = { 'aws:PrincipalTag/team': 'yellow' };
  test.each<[string, string, Record<string, string>, boolean]>([
    ['a/${aws:username}/*', 'a/bob/1', {}, true],
    ['a/${aws:username}/*', 'a/alice/1', {}, false],
    ['a/${AWS:UserName}/*', 'a/bob/1', {}, true],
    ['a/${aws:PrincipalTag/team}', 'a/yellow', team, true],
    ['a/${aws:principaltag/Team}', 'a/yellow', team, true],
    ['a/${aws:PrincipalTag/team}', 'a/', {}, false],
    ['a/${aws:PrincipalTag/team}', 'a/${aws:PrincipalTag/team}', {}, false],
    ["a/${aws:PrincipalTag/team, 'company-wide'}", 'a/company-wide', {}, true],
    ["a/${aws:PrincipalTag/team, 'company-wide'}", 'a/company-wide', team, false],
    ["a/${aws:PrincipalTag/team, 'company-wide'}", 'a/yellow', team, true],
    ['a/${*}', 'a/*', {}, true],
    ['a/${*}', 'a/b', {}, false],
    ['a/${?}', 'a/?', {}, true],
    ['a/${?}', 'a/b', {}, false],
    ['a/${$}{b}', 'a/${b}', {}, true],
    ['a/$b', 'a/$b', {}, true],
  ])('%s with %s', (pattern, key, context, allowed) => {
    const identity = [policy('identity', 'p', { Resource: `arn:aws:s3:::bucket/${pattern}` })];
    const asked = request({ principal: user, resource: `arn:aws:s3:::bucket/${key}`, context });
    expect(evaluate(asked, { identity }).allowed).toBe(allowed);
  });

  test.each([
    ['2012-10-17', 'arn:aws:s3:::b/bob', true],
    ['2012-10-17', 'arn:aws:s3:::b/${aws:username}', false],
    ['2008-10-17', 'arn:aws:s3:::b/bob', false],
    ['2008-10-17', 'arn:aws:s3:::b/${aws:username}', true],
    [undefined, 'arn:aws:s3:::b/${aws:username}', true],
  ])('version %s with %s: %s', (version, resource, allowed) => {
    const statement = { Effect: 'Allow', Action: '*', Resource: 'arn:aws:s3:::b/${aws:username}' };
    const document = { ...(version !== undefined && { Version: version }), Statement: statement };
    const identity = [parsePolicy('identity', 'p', document)];
    expect(evaluate(request({ principal: user, resource }), { identity }).allowed).toBe(allowed);
  });

  test.each<[string, ContextValue, string]>([
    ['a list', ['a', 'b'], 'one value and no list'],
    ['a wildcard', 'a*', 'has a wildcard'],
  ])('%s as a value is an error', (_, value, problem) => {
    const identity = [policy('identity', 'p', { Resource: 'arn:aws:s3:::bucket/${aws:PrincipalTag/team}' })];
    const asked = request({ context: { 'aws:PrincipalTag/team': value } });
    expect(() => evaluate(asked, { identity })).toThrow(problem);
  });
});
