import { evaluate } from '../../../../review/rights/evaluation/evaluate';
import type { Policies, Request } from '../../../../review/rights/evaluation/request';
import { account, otherAccount, policy, request, role, roleArn, rootArn, sessionArn, user, userArn } from './fixture';

const decide = (policies: Partial<Policies>, changes: Partial<Request> = {}) =>
  evaluate(request(changes), { identity: [], ...policies });

const everything = policy('identity', 'identity', { Sid: 'All' });
const elsewhere = policy('identity', 'elsewhere', { Action: 'sns:*' });
const denial = { Effect: 'Deny', Sid: 'No' };
const bucket = (principal: unknown) => policy('resource', 'bucket', { Sid: 'Share', Principal: principal });

describe('without any deny', () => {
  // Source: "Determining whether a request is allowed or denied within an account".
  test.each<[string, Partial<Policies>, string]>([
    ['no policy', {}, 'implicit-deny'],
    ['an identity policy', { identity: [everything] }, 'allowed'],
    ['one of two identity policies', { identity: [elsewhere, everything] }, 'allowed'],
    ['an identity policy for another action', { identity: [elsewhere] }, 'implicit-deny'],
    ['a boundary alone', { boundary: everything }, 'implicit-deny'],
    ['a session policy alone', { session: [everything] }, 'implicit-deny'],
    ['an identity policy beyond its boundary', { identity: [everything], boundary: elsewhere }, 'implicit-deny'],
    [
      'an identity policy within its boundary',
      { identity: [everything], boundary: policy('identity', 'b', {}) },
      'allowed',
    ],
    ['an identity policy beyond the session', { identity: [everything], session: [elsewhere] }, 'implicit-deny'],
    ['an identity policy and a session without rights', { identity: [everything], session: [] }, 'implicit-deny'],
    [
      'one of two session policies',
      { identity: [everything], session: [elsewhere, policy('identity', 's', {})] },
      'allowed',
    ],
  ])('%s: %s', (_, policies, kind) => {
    expect(decide(policies)).toMatchObject({ kind, allowed: kind === 'allowed' });
  });
});

// Sources: "Determining whether a request is allowed or denied within an account", table "Resource-based policies and implicit
// denies in other policy types (same account)"; "AWS JSON policy elements: Principal", account, role and all principals.
describe('a resource policy in the same account', () => {
  const limits = { boundary: elsewhere };
  test.each<[string, unknown, Partial<Policies>, Partial<Request>, boolean]>([
    ['the role', { AWS: roleArn }, {}, {}, true],
    ['the role, beyond its boundary', { AWS: roleArn }, limits, {}, false],
    ['the role, beyond the session policy', { AWS: roleArn }, { session: [elsewhere] }, {}, false],
    ['the session', { AWS: sessionArn }, {}, {}, true],
    ['the session, beyond the boundary', { AWS: sessionArn }, limits, {}, true],
    ['the session, beyond the session policy', { AWS: sessionArn }, { session: [elsewhere] }, {}, true],
    ['another session', { AWS: sessionArn.replace('pod-1', 'pod-2') }, {}, {}, false],
    ['the user', { AWS: userArn }, {}, { principal: user }, true],
    ['the user, beyond the boundary', { AWS: userArn }, limits, { principal: user }, true],
    ['a user of another case', { AWS: userArn.replace('bob', 'Bob') }, {}, { principal: user }, false],
    ['everyone', '*', {}, {}, true],
    ['everyone of AWS', { AWS: '*' }, {}, {}, true],
    ['everyone, beyond the boundary', '*', limits, {}, true],
    ['the account by its root', { AWS: rootArn }, {}, {}, false],
    ['the account by its id', { AWS: account }, {}, {}, false],
    ['the account, and the identity policy', { AWS: rootArn }, { identity: [everything] }, {}, true],
    ['another role', { AWS: `arn:aws:iam::${account}:role/other` }, {}, {}, false],
    [
      'another role, and the identity policy',
      { AWS: `arn:aws:iam::${account}:role/other` },
      { identity: [everything] },
      {},
      true,
    ],
    ['one of several', { AWS: [userArn, roleArn], Service: 'sns.amazonaws.com' }, {}, {}, true],
    ['a service', { Service: 'sns.amazonaws.com' }, {}, {}, false],
  ])('naming %s', (_, principal, policies, changes, allowed) => {
    expect(decide({ resource: bucket(principal), ...policies }, changes).allowed).toBe(allowed);
  });

  test('names a role by a condition on aws:PrincipalArn', () => {
    const resource = (arn: string) =>
      policy('resource', 'bucket', { Condition: { ArnEquals: { 'aws:PrincipalArn': arn } } });
    expect(decide({ resource: resource(roleArn), ...{ boundary: elsewhere } }).allowed).toBe(true);
    expect(decide({ resource: resource(sessionArn) }).allowed).toBe(false);
  });

  test('that names a session of the role needs to know which session asks', () => {
    const asks = () => decide({ resource: bucket({ AWS: sessionArn }) }, { principal: { kind: 'role', arn: roleArn } });
    expect(asks).toThrow('say which session makes the request');
  });
});

// Source: "Cross-account policy evaluation logic".
describe('a resource in another account', () => {
  const context = { 'aws:ResourceAccount': otherAccount };
  test.each<[string, unknown, Partial<Policies>, boolean]>([
    ['the role, and no identity policy', { AWS: roleArn }, {}, false],
    ['the role, and an identity policy', { AWS: roleArn }, { identity: [everything] }, true],
    [
      'the role, and an identity policy beyond its boundary',
      { AWS: roleArn },
      { identity: [everything], boundary: elsewhere },
      false,
    ],
    [
      'the role, and an identity policy beyond the session',
      { AWS: roleArn },
      { identity: [everything], session: [elsewhere] },
      false,
    ],
    ['the session, and no identity policy', { AWS: sessionArn }, {}, false],
    ['the session, and an identity policy', { AWS: sessionArn }, { identity: [everything] }, true],
    ['the account, and no identity policy', { AWS: account }, {}, false],
    ['the account, and an identity policy', { AWS: rootArn }, { identity: [everything] }, true],
    ['its own account, and an identity policy', { AWS: otherAccount }, { identity: [everything] }, false],
    ['everyone, and no identity policy', '*', {}, false],
    ['everyone, and an identity policy', '*', { identity: [everything] }, true],
  ])('whose policy names %s', (_, principal, policies, allowed) => {
    expect(decide({ resource: bucket(principal), ...policies }, { context }).allowed).toBe(allowed);
  });

  test('without a policy is not reached', () => {
    expect(decide({ identity: [everything] }, { context }).kind).toBe('implicit-deny');
    expect(
      decide({ identity: [everything] }, { action: 'sns:Publish', resource: `arn:aws:sns:eu-west-1:${otherAccount}:t` })
        .allowed,
    ).toBe(false);
  });
});

// Source: "Policy evaluation logic", example of Carlos, and "Cross-account policy evaluation logic", the same.
describe("Carlos's example", () => {
  const carlos = { kind: 'user', arn: 'arn:aws:iam::111111111111:user/carlossalazar' } as const;
  const identity = [
    policy(
      'identity',
      'carlos',
      { Sid: 'AllowS3ListRead', Action: 's3:ListAllMyBuckets' },
      { Sid: 'AllowS3ProductionObjectActions', Action: 's3:*Object*', Resource: 'arn:aws:s3:::Production/*' },
      { Sid: 'DenyS3Logs', Effect: 'Deny', Action: 's3:*', Resource: ['arn:aws:s3:::*log*', 'arn:aws:s3:::*log*/*'] },
    ),
  ];
  const resource = policy('resource', 'production', {
    Action: ['s3:GetObject*', 's3:PutObject*', 's3:ReplicateObject', 's3:RestoreObject'],
    Principal: { AWS: carlos.arn },
    Resource: 'arn:aws:s3:::Production/*',
  });
  test.each([
    ['s3:PutObject', 'Production/file', true, 'allowed', ['AllowS3ProductionObjectActions', '#1']],
    ['s3:PutObject', 'Production-logs/file', false, 'explicit-deny', ['DenyS3Logs']],
    ['s3:DeleteObject', 'Production/file', true, 'implicit-deny', []],
  ])('%s on %s', (action, key, hasPolicy, kind, sids) => {
    const asked = { principal: carlos, action, resource: `arn:aws:s3:::${key}` };
    const context = { 'aws:ResourceAccount': '222222222222' };
    const decision = evaluate({ ...asked, context }, { identity, ...(hasPolicy && { resource }) });
    expect(decision.kind).toBe(kind);
    expect(decision.by.map(({ sid }) => sid)).toEqual(sids);
  });
});

describe('an explicit deny', () => {
  const allowing = { identity: [everything], resource: bucket({ AWS: roleArn }) };
  const denies = policy('identity', 'denies', {}, denial);
  test.each<[string, Partial<Policies>]>([
    ['of the identity', { identity: [everything, denies] }],
    ['of the boundary', { boundary: denies }],
    ['of the session', { session: [denies] }],
    ['of the resource', { resource: policy('resource', 'bucket', {}, denial) }],
    ['of the endpoint', { endpoint: policy('endpoint', 'endpoint', {}, denial) }],
    [
      'of the resource, for the role',
      { resource: policy('resource', 'bucket', {}, { ...denial, Principal: { AWS: roleArn } }) },
    ],
    [
      'of the resource, for the session',
      { resource: policy('resource', 'bucket', {}, { ...denial, Principal: { AWS: sessionArn } }) },
    ],
    [
      'of the resource, for the account',
      { resource: policy('resource', 'bucket', {}, { ...denial, Principal: { AWS: account } }) },
    ],
  ])('%s wins', (_, policies) => {
    const decision = decide({ ...allowing, ...policies });
    expect(decision).toMatchObject({ allowed: false, kind: 'explicit-deny' });
    expect(decision.by.map(({ sid }) => sid)).toEqual(['No']);
  });

  test('for others, another action or another resource does not apply', () => {
    const others = [
      { ...denial, Sid: 'A', Principal: { AWS: userArn } },
      { ...denial, Sid: 'B', Action: 's3:PutObject' },
      { ...denial, Sid: 'C', Resource: 'arn:aws:s3:::bucket' },
      { ...denial, Sid: 'D', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
    ];
    const resource = policy('resource', 'bucket', ...others);
    expect(decide({ identity: [everything], resource }, { context: { 'aws:SecureTransport': 'true' } }).allowed).toBe(
      true,
    );
    expect(decide({ identity: [everything], resource }, { context: { 'aws:SecureTransport': 'false' } }).by).toEqual([
      { place: 'resource', policy: 'bucket', sid: 'D' },
    ]);
  });
});

// Sources: "AWS JSON policy elements: NotPrincipal"; "Permissions boundaries for IAM entities".
describe('NotPrincipal with Deny', () => {
  const except = (names: unknown) => policy('resource', 'bucket', { Effect: 'Deny', NotPrincipal: names });
  test.each<[string, unknown, Partial<Policies>, string]>([
    ['denies one that it does not name', { AWS: [userArn] }, {}, 'explicit-deny'],
    ['spares one that it names with session, role and account', { AWS: [sessionArn, roleArn, rootArn] }, {}, 'allowed'],
    [
      'denies one with a boundary all the same',
      { AWS: [sessionArn, roleArn, rootArn] },
      { boundary: policy('identity', 'b', {}) },
      'explicit-deny',
    ],
  ])('%s', (_, names, policies, kind) => {
    expect(decide({ identity: [everything], resource: except(names), ...policies }).kind).toBe(kind);
  });

  test.each([
    ['the role alone', [roleArn], 'session and the account'],
    ['the account alone', [rootArn], 'session and the role'],
    ['no account', [sessionArn, roleArn], 'the account'],
  ])('that names %s is an error', (_, names, missing) => {
    expect(() => decide({ identity: [everything], resource: except({ AWS: names }) })).toThrow(missing);
  });
});

// Source: "AWS JSON policy elements: Principal", AWS service principals.
describe('a service', () => {
  const service = { kind: 'service', name: 'us-east-1.elasticache-snapshot.amazonaws.com' } as const;
  test.each<[unknown, boolean]>([
    [{ Service: 'us-east-1.elasticache-snapshot.amazonaws.com' }, true],
    [{ Service: ['s3.amazonaws.com', 'us-east-1.elasticache-snapshot.amazonaws.com'] }, true],
    [{ Service: 'eu-west-1.elasticache-snapshot.amazonaws.com' }, false],
    [{ AWS: rootArn }, false],
    ['*', true],
  ])('needs the policy of the resource alone: %j: %s', (principal, allowed) => {
    expect(decide({ resource: bucket(principal) }, { principal: service }).allowed).toBe(allowed);
  });

  test.each([
    [account, true],
    [otherAccount, false],
    [undefined, false],
  ])('for the account %s', (source, allowed) => {
    const resource = policy('resource', 'function', {
      Action: 'lambda:InvokeFunction',
      Principal: { Service: 'sns.amazonaws.com' },
      Resource: `arn:aws:lambda:eu-west-1:${account}:function:notify`,
      Condition: { StringEquals: { 'aws:SourceAccount': account } },
    });
    const asked = {
      principal: { kind: 'service', name: 'sns.amazonaws.com' } as const,
      action: 'lambda:InvokeFunction',
      resource: `arn:aws:lambda:eu-west-1:${account}:function:notify`,
      context: source === undefined ? {} : { 'aws:SourceAccount': source },
    };
    expect(evaluate(asked, { identity: [], resource }).allowed).toBe(allowed);
  });

  test('differs from principals of accounts in aws:PrincipalIsAWSService', () => {
    const resource = policy('resource', 'bucket', { Condition: { Bool: { 'aws:PrincipalIsAWSService': 'true' } } });
    expect(decide({ resource }, { principal: service }).allowed).toBe(true);
    expect(decide({ resource }, { principal: role }).allowed).toBe(false);
  });
});

// Source: "Control access to VPC endpoints using endpoint policies".
describe('a request through a VPC endpoint', () => {
  const endpoint = (statement: Record<string, unknown>) => policy('endpoint', 'endpoint', statement);
  const own = { Condition: { StringEquals: { 'aws:PrincipalAccount': account } } };
  test.each<[string, Record<string, unknown>, Partial<Policies>, Partial<Request>, boolean]>([
    ['whose policy allows', {}, { identity: [everything] }, {}, true],
    ['whose policy allows another action', { Action: 'sns:*' }, { identity: [everything] }, {}, false],
    ['alone', {}, {}, {}, false],
    ['for principals of the account', own, { identity: [everything] }, {}, true],
    [
      'for principals of another account',
      { Condition: { StringEquals: { 'aws:PrincipalAccount': otherAccount } } },
      { identity: [everything] },
      {},
      false,
    ],
    ['for the role', { Principal: { AWS: roleArn } }, { identity: [everything] }, {}, true],
    ['for another', { Principal: { AWS: userArn } }, { identity: [everything] }, {}, false],
    ['of a resource that grants', { Action: 'sns:*' }, { resource: bucket('*') }, {}, false],
  ])('%s', (_, statement, policies, changes, allowed) => {
    expect(decide({ endpoint: endpoint(statement), ...policies }, changes).allowed).toBe(allowed);
  });

  test('whose policy names the account is an error', () => {
    const asks = () => decide({ identity: [everything], endpoint: endpoint({ Principal: { AWS: account } }) });
    expect(asks).toThrow('aws:PrincipalAccount');
  });
});

describe('the explanation', () => {
  test.each<[Partial<Policies>, string]>([
    [{ identity: [everything] }, 's3:GetObject on arn:aws:s3:::bucket/key is allowed by identity/All (identity)'],
    [
      { identity: [policy('identity', 'p', denial)] },
      's3:GetObject on arn:aws:s3:::bucket/key is denied by p/No (identity)',
    ],
    [{}, 'no policy of the identity allows it'],
    [{ identity: [everything], boundary: elsewhere }, "the boundary elsewhere doesn't allow it"],
    [{ identity: [everything], session: [elsewhere] }, 'no session policy allows it'],
    [{ resource: bucket({ AWS: rootArn }) }, "bucket doesn't grant it to the principal"],
    [{ resource: bucket({ AWS: roleArn }), boundary: elsewhere }, "the boundary elsewhere doesn't allow it"],
    [
      { identity: [everything], endpoint: policy('endpoint', 'e', { Action: 'sns:*' }) },
      "the endpoint's policy e doesn't allow it",
    ],
  ])('%#', (policies, text) => {
    expect(decide(policies).explanation).toContain(text);
  });
});
