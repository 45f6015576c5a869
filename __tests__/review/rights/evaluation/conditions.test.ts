import { evaluate } from '../../../../review/rights/evaluation/evaluate';
import { parsePolicy } from '../../../../review/rights/evaluation/policy';
import type { ContextValue } from '../../../../review/rights/evaluation/request-context';
import { account, document, policy, request, user } from './fixture';

type Values = string | number | boolean | readonly string[];

/** Whether a condition is true. */
function holds(operator: string, key: string, values: Values, context: Record<string, ContextValue>): boolean {
  const identity = [policy('identity', 'p', { Condition: { [operator]: { [key]: values } } })];
  return evaluate(request({ principal: user, context }), { identity }).allowed;
}

const secret = (name: string) => `arn:aws:secretsmanager:us-east-1:${account}:secret:${name}`;
const topic = `arn:aws:sns:us-east-1:${account}:alerts`;

// Source: "IAM JSON policy elements: Condition operators".
test.each<[string, string, Values, string, boolean]>([
  ['StringEquals', 'aws:userid', 'a', 'a', true],
  ['StringEquals', 'aws:userid', 'a', 'A', false],
  ['StringEquals', 'aws:userid', 'a*', 'ab', false],
  ['StringEquals', 'aws:userid', 'a*', 'a*', true],
  ['StringEquals', 'aws:userid', ['b', 'a'], 'a', true],
  ['StringNotEquals', 'aws:userid', 'a', 'A', true],
  ['StringNotEquals', 'aws:userid', ['b', 'a'], 'a', false],
  ['StringNotEquals', 'aws:userid', ['b', 'c'], 'a', true],
  ['StringEqualsIgnoreCase', 'aws:userid', 'a', 'A', true],
  ['StringNotEqualsIgnoreCase', 'aws:userid', 'a', 'A', false],
  ['StringLike', 'aws:userid', 'a*c?', 'abbcd', true],
  ['StringLike', 'aws:userid', 'a*', 'A', false],
  ['StringLike', 'aws:userid', 'a', 'ab', false],
  ['StringNotLike', 'aws:userid', ['x*', 'a*'], 'abc', false],
  ['NumericEquals', 's3:max-keys', 10, '10.0', true],
  ['NumericNotEquals', 's3:max-keys', '10', '11', true],
  ['NumericLessThan', 's3:max-keys', '10', '9', true],
  ['NumericLessThan', 's3:max-keys', '10', '10', false],
  ['NumericLessThanEquals', 's3:max-keys', '10', '10', true],
  ['NumericGreaterThan', 's3:max-keys', '9', '10', true],
  ['NumericGreaterThanEquals', 's3:max-keys', '-1.5', '-1.5', true],
  ['DateEquals', 'aws:CurrentTime', '2020-01-01T00:00:00Z', '1577836800', true],
  ['DateEquals', 'aws:CurrentTime', '2020', '2020-01-01T01:00+01:00', true],
  ['DateNotEquals', 'aws:CurrentTime', '2020-01-01', '2020-01-02', true],
  ['DateLessThan', 'aws:CurrentTime', '2020-01-02', '2020-01-01T23:59:59.5Z', true],
  ['DateLessThanEquals', 'aws:CurrentTime', '2020-01-02', '2020-01-02', true],
  ['DateGreaterThan', 'aws:TokenIssueTime', '2020-01-01T00:00:01Z', '2020-01-01T00:00:01Z', false],
  ['DateGreaterThanEquals', 'aws:EpochTime', '1577836800', '1577836800', true],
  ['Bool', 'aws:SecureTransport', 'false', 'false', true],
  ['Bool', 'aws:SecureTransport', true, 'TRUE', true],
  ['Bool', 'aws:SecureTransport', 'false', 'true', false],
  ['IpAddress', 'aws:SourceIp', '203.0.113.0/24', '203.0.113.255', true],
  ['IpAddress', 'aws:SourceIp', '203.0.113.0/24', '203.0.114.0', false],
  ['IpAddress', 'aws:SourceIp', '203.0.113.7', '203.0.113.7', true],
  ['IpAddress', 'aws:SourceIp', '203.0.113.7', '203.0.113.8', false],
  ['IpAddress', 'aws:SourceIp', ['203.0.113.0/24', '2001:DB8:1234:5678::/64'], '2001:db8:1234:5678::1', true],
  ['IpAddress', 'aws:SourceIp', '2001:DB8:1234:5678::/64', '2001:db8:1234:5679::1', false],
  ['IpAddress', 'aws:SourceIp', '0.0.0.0/0', '2001:db8::1', false],
  ['NotIpAddress', 'aws:SourceIp', ['203.0.113.0/24', '198.51.100.0/24'], '198.51.100.1', false],
  ['NotIpAddress', 'aws:SourceIp', '203.0.113.0/24', '192.0.2.1', true],
  ['ArnEquals', 'aws:SourceArn', topic, topic, true],
  ['ArnEquals', 'aws:SourceArn', `arn:aws:sns:*:${account}:al*`, topic, true],
  ['ArnLike', 'aws:SourceArn', `arn:aws:sns:*:${account}:al*`, topic, true],
  ['ArnLike', 'aws:SourceArn', `arn:aws:sns:us-east-1:${account}:ALERTS`, topic, false],
  ['ArnNotEquals', 'aws:SourceArn', `arn:aws:sns:*:${account}:al*`, topic, false],
  ['ArnNotLike', 'aws:SourceArn', `arn:aws:sqs:*:${account}:al*`, topic, true],
  // The example of the page: an ARN's components are compared one by one, and text isn't.
  [
    'StringLike',
    'aws:SourceArn',
    'arn:aws:x:*:111122223333:finance/*',
    'arn:aws:x:us-east-2:999999999999:store/abc:111122223333:finance/document.txt',
    true,
  ],
  [
    'ArnLike',
    'aws:SourceArn',
    'arn:aws:x:*:111122223333:finance/*',
    'arn:aws:x:us-east-2:999999999999:store/abc:111122223333:finance/document.txt',
    false,
  ],
  // The names of this project's secrets.
  ['ArnLike', 'kms:EncryptionContext:SecretARN', secret('production/*'), secret('production-redis/app-AbCdEf'), false],
  [
    'ArnLike',
    'kms:EncryptionContext:SecretARN',
    secret('production-redis/*'),
    secret('production-redis/app-AbCdEf'),
    true,
  ],
])('%s %s %j with %s: %s', (operator, key, values, actual, expected) => {
  expect(holds(operator, key, values, { [key]: actual })).toBe(expected);
});

// Sources: "Condition operators", Important and ...IfExists; "Creating a condition that tests multiple key values".
test.each<[string, Values, boolean]>([
  ['StringEquals', 'a', false],
  ['StringLike', '*', false],
  ['StringNotEquals', 'a', true],
  ['StringNotLike', '*', true],
  ['StringEqualsIfExists', 'a', true],
  ['StringNotEqualsIfExists', 'a', true],
  ['ForAllValues:StringEquals', 'a', true],
  ['ForAnyValue:StringEquals', 'a', false],
  ['ForAnyValue:StringNotEquals', 'a', false],
  ['ForAnyValue:StringEqualsIfExists', 'a', true],
  ['ForAllValues:StringNotEquals', 'a', true],
  ['Null', 'true', true],
  ['Null', 'false', false],
])('%s of an absent key: %s %s', (operator, values, expected) => {
  expect(holds(operator, 'aws:RequestTag/a', values, {})).toBe(expected);
  expect(holds(operator, 'aws:RequestTag/a', values, { 'aws:RequestTag/a': [] })).toBe(expected);
});

test.each<[string, string, boolean]>([
  ['NumericEquals', 's3:max-keys', false],
  ['NumericNotEquals', 's3:max-keys', true],
  ['IpAddress', 'aws:SourceIp', false],
  ['NotIpAddress', 'aws:SourceIp', true],
  ['IpAddressIfExists', 'aws:SourceIp', true],
  ['DateGreaterThan', 'aws:TokenIssueTime', false],
  ['Bool', 'aws:MultiFactorAuthPresent', false],
  ['BoolIfExists', 'aws:MultiFactorAuthPresent', true],
  ['ArnLike', 'aws:SourceArn', false],
  ['ArnNotLike', 'aws:SourceArn', true],
])('%s of an absent %s: %s', (operator, key, expected) => {
  const values = {
    's3:max-keys': '1',
    'aws:SourceIp': '10.0.0.0/8',
    'aws:TokenIssueTime': '2020',
    'aws:SourceArn': topic,
  };
  expect(holds(operator, key, { ...values, 'aws:MultiFactorAuthPresent': 'true' }[key] ?? '', {})).toBe(expected);
});

// Source: "Creating a condition that tests multiple key values", evaluation logic for set operators.
test.each<[string, Values, readonly string[], boolean]>([
  ['ForAllValues:StringEquals', ['PostDateTime', 'Message', 'Tags'], ['PostDateTime', 'UserName'], false],
  ['ForAllValues:StringEquals', ['PostDateTime', 'Message', 'Tags'], ['PostDateTime', 'Tags'], true],
  ['ForAllValues:StringEquals', ['ID', 'Message', 'Tags'], [], true],
  ['ForAllValues:StringEquals', ['ID', 'Message', 'Tags'], [''], true],
  ['ForAnyValue:StringEquals', ['ID', 'PostDateTime'], ['UserName', 'Message', 'PostDateTime'], true],
  ['ForAnyValue:StringEquals', ['ID', 'PostDateTime'], ['UserName'], false],
  ['ForAnyValue:StringEquals', ['ID', ''], [''], false],
  ['ForAnyValue:StringLike', ['Post*'], ['UserName', 'PostDateTime'], true],
  ['ForAllValues:StringNotEquals', ['ID', 'Tags'], ['Tags', 'UserName'], false],
  ['ForAnyValue:StringNotEquals', ['ID', 'Tags'], ['Tags', 'UserName'], true],
  ['ForAnyValue:StringNotEquals', ['ID', 'Tags'], ['Tags'], false],
  ['Null', 'false', ['Tags'], true],
  ['Null', 'true', ['Tags'], false],
  ['Null', 'true', [''], true],
])('%s %j with %j: %s', (operator, values, actual, expected) => {
  expect(holds(operator, 'aws:TagKeys', values, { 'aws:TagKeys': actual })).toBe(expected);
});

test('a set operator takes a key with one value as a list of one', () => {
  expect(holds('ForAnyValue:StringEquals', 'aws:userid', ['a', 'b'], { 'aws:userid': 'b' })).toBe(true);
});

// Source: "Creating a condition that tests multiple key values".
test.each([
  ['finance', 'audit', account, true],
  ['HR', 'security', account, true],
  ['finance', 'sales', account, false],
  ['it', 'audit', account, false],
  ['finance', 'audit', '123456789012', false],
])('keys and operators are joined by and, values by or: %s %s %s', (department, tagRole, inAccount, expected) => {
  const condition = {
    StringEqualsIgnoreCase: {
      'aws:PrincipalTag/department': ['finance', 'hr', 'legal'],
      'aws:PrincipalTag/role': ['audit', 'security'],
    },
    StringEquals: { 'aws:PrincipalAccount': inAccount },
  };
  const context = { 'aws:PrincipalTag/department': department, 'aws:PrincipalTag/role': tagRole };
  const identity = [policy('identity', 'p', { Condition: condition })];
  expect(evaluate(request({ context }), { identity }).allowed).toBe(expected);
});

// Source: "IAM policy elements: Variables and tags", policy variables with no value.
describe('variables in values', () => {
  const tags = { 'aws:PrincipalTag/Team': 'a', 's3:ExistingObjectTag/Team': 'a' };
  test.each<[string, string, Record<string, string>, boolean]>([
    ['StringEquals', '${aws:PrincipalTag/Team}', tags, true],
    ['StringEquals', '${aws:PrincipalTag/Team}', { 's3:ExistingObjectTag/Team': 'a' }, false],
    ['StringNotEquals', '${aws:PrincipalTag/Team}', { 's3:ExistingObjectTag/Team': 'a' }, true],
    ['StringNotEquals', '${aws:PrincipalTag/Team}', tags, false],
    ['StringEquals', "${aws:PrincipalTag/Team, 'b'}", { 's3:ExistingObjectTag/Team': 'b' }, true],
    ['StringLike', '${aws:username}/*', { 's3:ExistingObjectTag/Team': 'bob/x' }, true],
    ['StringLike', '${aws:username}${*}', { 's3:ExistingObjectTag/Team': 'bob/x' }, false],
    ['StringLike', '${aws:username}${*}', { 's3:ExistingObjectTag/Team': 'bob*' }, true],
    ['StringEquals', '${*}', { 's3:ExistingObjectTag/Team': '*' }, true],
  ])('%s %s with %j: %s', (operator, value, context, expected) => {
    expect(holds(operator, 's3:ExistingObjectTag/Team', value, context)).toBe(expected);
  });

  test('an ARN may be a variable as a whole', () => {
    const source = (arn: string) =>
      holds('ArnEquals', 'aws:SourceArn', '${aws:PrincipalArn}', { 'aws:SourceArn': arn });
    expect(source(user.arn)).toBe(true);
    expect(source(topic)).toBe(false);
  });

  test('a variable with a value that is no ARN is an error', () => {
    const decide = () => holds('ArnEquals', 'aws:SourceArn', '${aws:username}', { 'aws:SourceArn': topic });
    expect(decide).toThrow("'bob' must be an ARN");
  });

  test('the older version takes them literally', () => {
    const statement = document('identity', { Condition: { StringEquals: { 'aws:userid': '${aws:username}' } } });
    const identity = [parsePolicy('identity', 'p', { ...statement, Version: '2008-10-17' })];
    const decide = (userid: string) => evaluate(request({ context: { 'aws:userid': userid } }), { identity }).allowed;
    expect(decide('bob')).toBe(false);
    expect(decide('${aws:username}')).toBe(true);
  });
});

test.each<[string, string, Values, ContextValue, string]>([
  ['a list without a set operator', 'aws:RequestTag/a', 'a', ['a', 'b'], 'ForAnyValue'],
])('%s is an error', (_, key, values, actual, problem) => {
  expect(() => holds('StringEquals', key, values, { [key]: actual })).toThrow(problem);
});

test.each([
  ['NumericEquals', 's3:max-keys', '1', 'many'],
  ['Bool', 'aws:SecureTransport', 'true', 'yes'],
  ['IpAddress', 'aws:SourceIp', '10.0.0.0/8', '::ffff:10.0.0.1'],
  ['ArnLike', 'aws:SourceArn', topic, 'alerts'],
  ['DateLessThan', 'aws:CurrentTime', '2020', 'today'],
])('%s: a malformed value of the request is an error', (operator, key, values, actual) => {
  expect(() => holds(operator, key, values, { [key]: actual })).toThrow(`the request's value '${actual}'`);
});
