import { evaluate } from '../../../../review/rights/evaluation/evaluate';
import { PolicyError, RequestError } from '../../../../review/rights/evaluation/policy-error';
import type { Policies, Request } from '../../../../review/rights/evaluation/request';
import { account, errorOf, policy, request, role, roleArn, userArn } from './fixture';

describe('condition keys', () => {
  const misspelt = { Sid: 'Misspelt', Action: 'sns:Publish', Condition: { StringEquals: { 'aws:SourceAcount': 'x' } } };

  test('an unknown key is an error, even in a statement about another action', () => {
    const decide = () => evaluate(request(), { identity: [policy('identity', 'p', { Action: 's3:*' }, misspelt)] });
    expect(errorOf(decide)).toBeInstanceOf(PolicyError);
    expect(errorOf(decide)).toMatchObject({ sid: 'Misspelt', element: 'Condition.StringEquals.aws:SourceAcount' });
  });

  test.each([
    ['Resource', { Resource: 'arn:aws:s3:::b/${aws:user}' }],
    ['NotResource', { NotResource: 'arn:aws:s3:::b/${aws:user}' }],
    ['Condition.StringEquals.aws:userid', { Condition: { StringEquals: { 'aws:userid': '${aws:user}' } } }],
  ])('an unknown key of a variable in %s is an error', (element, content) => {
    const decide = () => evaluate(request(), { identity: [policy('identity', 'p', content)] });
    expect(errorOf(decide)).toMatchObject({ name: 'PolicyError', sid: '#1', element });
  });

  test.each(['aws:PrincipalTag', 'aws:PrincipalTag/', 'kms:EncryptionContext:'])('%s lacks a name', (key) => {
    const identity = [policy('identity', 'p', { Condition: { StringEquals: { [key]: 'x' } } })];
    expect(() => evaluate(request(), { identity })).toThrow(`there is no condition key '${key}'`);
  });

  test('the context adds keys, and case of their names is ignored', () => {
    const policies = { identity: [policy('identity', 'p', { Condition: { StringEquals: { 'Custom:Key': 'x' } } })] };
    expect(evaluate(request({ context: { 'custom:key': 'x' } }), policies).allowed).toBe(true);
  });
});

test.each<[string, Partial<Request>, Partial<Policies>, string]>([
  ['an action with a wildcard', { action: 's3:Get*' }, {}, 'action'],
  ['a resource that is no ARN', { resource: 'bucket' }, {}, 'resource'],
  ['a role that is none', { principal: { kind: 'role', arn: userArn } }, {}, 'principal.arn'],
  ['a service that is none', { principal: { kind: 'service', name: 'sns' } }, {}, 'principal.name'],
  ['a provider that is none', { principal: { kind: 'web-identity', provider: 'x' } }, {}, 'principal.provider'],
  [
    'a bucket of an unknown account',
    { resource: 'arn:aws:s3:::b', context: { 'aws:ResourceAccount': '' } },
    {},
    'context.aws:ResourceAccount',
  ],
  [
    'another account than the ARN says',
    { resource: 'arn:aws:sns:eu-west-1:444455556666:t', context: { 'aws:ResourceAccount': account } },
    {},
    'context.aws:ResourceAccount',
  ],
  ['another principal than it says', { context: { 'aws:PrincipalArn': userArn } }, {}, 'context.aws:PrincipalArn'],
  ['a key twice', { context: { 'aws:UserId': 'a', 'aws:userid': 'b' } }, {}, 'context.aws:userid'],
  [
    'policies of a service',
    { principal: { kind: 'service', name: 'sns.amazonaws.com' } },
    { identity: [policy('identity', 'p', {})] },
    'policies.identity',
  ],
  ['session policies of a user', { principal: { kind: 'user', arn: userArn } }, { session: [] }, 'policies.session'],
  [
    'two policies of one name',
    {},
    { identity: [policy('identity', 'p', {}), policy('identity', 'p', {})] },
    'policies',
  ],
  [
    'a key without its policy',
    { action: 'kms:Decrypt', resource: `arn:aws:kms:eu-west-1:${account}:key/1` },
    {},
    'policies.resource',
  ],
  ['a role without its trust policy', { action: 'sts:AssumeRole', resource: roleArn }, {}, 'policies.resource'],
  ['a trust policy of a bucket', {}, { resource: policy('trust', 't', {}) }, 'policies.resource'],
])('refuses a request with %s', (_, changes, policies, field) => {
  const decide = () => evaluate(request(changes), { identity: [], ...policies });
  expect(errorOf(decide)).toBeInstanceOf(RequestError);
  expect(errorOf(decide)).toMatchObject({ field });
});

test('a bucket needs its account for a role, and not for a service', () => {
  const asked = { action: 's3:GetObject', resource: 'arn:aws:s3:::b/k', context: {} };
  expect(() => evaluate({ ...asked, principal: role }, { identity: [] })).toThrow('aws:ResourceAccount');
  const service = { kind: 'service', name: 'logging.s3.amazonaws.com' } as const;
  expect(evaluate({ ...asked, principal: service }, { identity: [] }).kind).toBe('implicit-deny');
});
