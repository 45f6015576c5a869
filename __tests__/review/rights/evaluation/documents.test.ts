import { parsePolicy } from '../../../../review/rights/evaluation/policy';
import { PolicyError } from '../../../../review/rights/evaluation/policy-error';
import type { PolicyKind } from '../../../../review/rights/evaluation/statement';
import { account, errorOf, policy, userArn } from './fixture';

const statement = { Sid: 'One', Effect: 'Allow', Action: 's3:*', Resource: '*' };
const shared = { ...statement, Principal: '*' };
const version = '2012-10-17';

// Source: "Grammar of the IAM JSON policy language".
test.each<[string, PolicyKind, string | Record<string, unknown>]>([
  ['an object as JSON text', 'identity', JSON.stringify({ Version: version, Statement: [statement] })],
  ['one statement without a list', 'identity', { Version: version, Statement: statement }],
  ['no version', 'identity', { Statement: [statement] }],
  ['the older version', 'identity', { Version: '2008-10-17', Statement: [statement] }],
  ['an id', 'resource', { Version: version, Id: 'x', Statement: [shared] }],
  [
    'braces and quotes in a string',
    'resource',
    `{"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*","Sid":"a {\\" Sid b"}}`,
  ],
  ['a condition without operators', 'identity', { Statement: { ...statement, Condition: {} } }],
])('accepts %s', (_, kind, document) => {
  expect(parsePolicy(kind, 'p', document).statements).toHaveLength(1);
});

const statements: readonly [string, PolicyKind, Record<string, unknown>, string, string][] = [
  ['an unknown element', 'identity', { ...statement, Resources: '*' }, 'Resources', 'no such element'],
  ['an element in lower case', 'identity', { ...statement, action: '*' }, 'action', 'no such element'],
  ['no effect', 'identity', { Sid: 'One', Action: '*', Resource: '*' }, 'Effect', 'Allow or Deny'],
  ['another effect', 'identity', { ...statement, Effect: 'allow' }, 'Effect', 'Allow or Deny'],
  ['no action', 'identity', { Sid: 'One', Effect: 'Allow', Resource: '*' }, 'Action', 'missing'],
  ['no actions', 'identity', { ...statement, Action: [] }, 'Action', 'empty'],
  [
    'an action without service',
    'identity',
    { ...statement, Action: 'GetObject' },
    'Action',
    "'GetObject' is no action",
  ],
  ['a wildcard for the service', 'identity', { ...statement, Action: '*:Get*' }, 'Action', 'in the name alone'],
  ['an action that is no text', 'identity', { ...statement, Action: [1] }, 'Action', 'text'],
  ['both actions', 'identity', { ...statement, NotAction: '*' }, 'NotAction', 'leave one out'],
  ['no resource', 'identity', { Sid: 'One', Effect: 'Allow', Action: '*' }, 'Resource', 'missing'],
  ['a resource that is no ARN', 'identity', { ...statement, Resource: 'bucket/*' }, 'Resource', "'bucket/*' is no ARN"],
  ['an ARN with too few parts', 'identity', { ...statement, Resource: 'arn:aws:s3:*' }, 'Resource', 'is no ARN'],
  ['an ARN without resource', 'identity', { ...statement, Resource: 'arn:aws:s3:::' }, 'Resource', 'is no ARN'],
  [
    'a wildcard service in an ARN',
    'identity',
    { ...statement, Resource: 'arn:aws:*:::b' },
    'Resource',
    'name the service',
  ],
  [
    'a variable for the account',
    'identity',
    { ...statement, Resource: 'arn:aws:sns:eu-west-1:${aws:PrincipalAccount}:t' },
    'Resource',
    'before the fifth colon',
  ],
  [
    'a variable without a key',
    'identity',
    { ...statement, Resource: 'arn:aws:s3:::b/${user}' },
    'Resource',
    'no policy variable',
  ],
  [
    'an open variable',
    'identity',
    { ...statement, Resource: 'arn:aws:s3:::b/${aws:username' },
    'Resource',
    'closing brace',
  ],
  [
    'a default with a wildcard',
    'identity',
    { ...statement, Resource: "arn:aws:s3:::b/${aws:username, '*'}" },
    'Resource',
    'wildcard',
  ],
  ['a sid with a dash', 'identity', { ...statement, Sid: 'a-b' }, 'Sid', 'letters and digits'],
  ['a principal of an identity policy', 'identity', shared, 'Principal', 'leave it out'],
  ['no principal', 'resource', statement, 'Principal', 'missing'],
  ['a principal without type', 'resource', { ...shared, Principal: account }, 'Principal', 'AWS, Service or Federated'],
  [
    'a canonical user',
    'resource',
    { ...shared, Principal: { CanonicalUser: '79a5' } },
    'Principal.CanonicalUser',
    'unsupported',
  ],
  [
    'a part of a name as principal',
    'resource',
    { ...shared, Principal: { AWS: `arn:aws:iam::${account}:role/*` } },
    'Principal.AWS',
    'no principal',
  ],
  [
    'the id of a deleted role',
    'resource',
    { ...shared, Principal: { AWS: 'AROAEXAMPLEID' } },
    'Principal.AWS',
    'no principal',
  ],
  [
    'a group as principal',
    'resource',
    { ...shared, Principal: { AWS: `arn:aws:iam::${account}:group/g` } },
    'Principal.AWS',
    'no principal',
  ],
  [
    'a service that is none',
    'resource',
    { ...shared, Principal: { Service: 'lambda' } },
    'Principal.Service',
    'no principal',
  ],
  ['no principal in a list', 'resource', { ...shared, Principal: { AWS: [] } }, 'Principal.AWS', 'names no principal'],
  [
    'Allow with NotPrincipal',
    'resource',
    { ...statement, NotPrincipal: { AWS: userArn } },
    'NotPrincipal',
    'use Principal',
  ],
  ['a resource of a trust policy', 'trust', shared, 'Resource', 'leave it out'],
  [
    'NotPrincipal of a trust policy',
    'trust',
    { Sid: 'One', Effect: 'Deny', Action: '*', NotPrincipal: { AWS: userArn } },
    'NotPrincipal',
    'use a condition',
  ],
  [
    'an unknown operator',
    'identity',
    { ...statement, Condition: { StringMatches: { 'aws:username': 'x' } } },
    'Condition.StringMatches',
    'no such operator',
  ],
  [
    'an operator in another case',
    'identity',
    { ...statement, Condition: { stringEquals: { 'aws:username': 'x' } } },
    'Condition.stringEquals',
    'no such operator',
  ],
  [
    'BinaryEquals',
    'identity',
    { ...statement, Condition: { BinaryEquals: { 'aws:username': 'eA==' } } },
    'Condition.BinaryEquals',
    'unsupported',
  ],
  [
    'NullIfExists',
    'identity',
    { ...statement, Condition: { NullIfExists: { 'aws:username': 'true' } } },
    'Condition.NullIfExists',
    'no such operator',
  ],
  ['an operator without keys', 'identity', { ...statement, Condition: { Bool: {} } }, 'Condition.Bool', 'at least one'],
  [
    'a key without values',
    'identity',
    { ...statement, Condition: { Bool: { 'aws:SecureTransport': [] } } },
    'Condition.Bool.aws:SecureTransport',
    'no value',
  ],
  [
    'a value that is null',
    'identity',
    { ...statement, Condition: { Bool: { 'aws:SecureTransport': null } } },
    'Condition.Bool.aws:SecureTransport',
    'text, a number or a boolean',
  ],
  [
    'Bool with text',
    'identity',
    { ...statement, Condition: { Bool: { 'aws:SecureTransport': 'no' } } },
    'Condition.Bool.aws:SecureTransport',
    'true or false',
  ],
  [
    'Null with text',
    'identity',
    { ...statement, Condition: { Null: { 'aws:username': 'no' } } },
    'Condition.Null.aws:username',
    'true or false',
  ],
  [
    'a number that is none',
    'identity',
    { ...statement, Condition: { NumericEquals: { 's3:max-keys': '1e3' } } },
    'Condition.NumericEquals.s3:max-keys',
    'integer',
  ],
  [
    'a date without a time zone',
    'identity',
    { ...statement, Condition: { DateLessThan: { 'aws:CurrentTime': '2026-01-01T00:00:00' } } },
    'Condition.DateLessThan.aws:CurrentTime',
    'time zone',
  ],
  [
    'a variable for a number',
    'identity',
    { ...statement, Condition: { NumericEquals: { 's3:max-keys': '${aws:EpochTime}' } } },
    'Condition.NumericEquals.s3:max-keys',
    'no variables',
  ],
  [
    'an address that is none',
    'identity',
    { ...statement, Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/33' } } },
    'Condition.IpAddress.aws:SourceIp',
    'IPv4',
  ],
  [
    'an IPv6 address without prefix',
    'identity',
    { ...statement, Condition: { IpAddress: { 'aws:SourceIp': '2001:db8::1' } } },
    'Condition.IpAddress.aws:SourceIp',
    'IPv6 range',
  ],
  [
    'a malformed ARN in a condition',
    'identity',
    { ...statement, Condition: { ArnLike: { 'aws:SourceArn': '*' } } },
    'Condition.ArnLike.aws:SourceArn',
    'all six components',
  ],
  [
    'a list key without a set operator',
    'identity',
    { ...statement, Condition: { StringEquals: { 'aws:TagKeys': 'a' } } },
    'Condition.StringEquals.aws:TagKeys',
    'ForAllValues',
  ],
];

test.each(statements)('refuses %s, naming the statement and the element', (_, kind, content, element, problem) => {
  const error = errorOf(() => parsePolicy(kind, 'the-policy', { Version: version, Statement: content }));
  expect(error).toBeInstanceOf(PolicyError);
  expect(error).toMatchObject({ policy: 'the-policy', sid: content.Sid, element });
  expect(error.message).toContain(problem);
});

test.each<[string, PolicyKind, string | Record<string, unknown>, string]>([
  ['no JSON', 'identity', '{', 'not JSON'],
  ['a list', 'identity', '[]', 'must be a JSON object'],
  [
    'a key twice',
    'identity',
    '{"Statement":{"Effect":"Deny","Effect":"Allow","Action":"*","Resource":"*"}}',
    'Effect: an object has this key twice',
  ],
  ['another version', 'identity', { Version: '2012-10-18', Statement: statement }, '2012-10-17 or 2008-10-17'],
  ['an unknown element', 'identity', { Statements: [] }, 'no such element'],
  ['an id of an identity policy', 'identity', { Id: 'x', Statement: statement }, 'leave it out'],
  ['no statement', 'identity', { Version: version }, 'missing'],
  ['an empty list', 'identity', { Version: version, Statement: [] }, 'missing'],
  ['a sid twice', 'identity', { Statement: [statement, statement] }, 'another statement has it too'],
])('refuses a document with %s', (_, kind, document, problem) => {
  expect(() => parsePolicy(kind, 'p', document)).toThrow(PolicyError);
  expect(() => parsePolicy(kind, 'p', document)).toThrow(problem);
});

test('a statement without a sid is named by its position', () => {
  const { statements: parsed } = policy('identity', 'p', { Action: 's3:*' }, { Sid: 'Named' }, { Action: 'sns:*' });
  expect(parsed.map(({ location }) => location.sid)).toEqual(['#1', 'Named', '#3']);
});
