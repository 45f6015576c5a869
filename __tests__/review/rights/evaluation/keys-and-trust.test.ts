import { evaluate } from '../../../../review/rights/evaluation/evaluate';
import type { Policies, Request } from '../../../../review/rights/evaluation/request';
import { account, otherAccount, policy, role, roleArn, rootArn, sessionArn, user, userArn } from './fixture';

const identity = [policy('identity', 'identity', { Sid: 'Decrypt', Action: 'kms:*' })];
const limited = { boundary: policy('identity', 'boundary', { Action: 's3:*' }) };

// Sources: "Default key policy" and "Troubleshooting key access" of the AWS KMS Developer Guide; "Determining whether a request
// is allowed or denied within an account", exceptions.
describe('a key of KMS', () => {
  const resource = `arn:aws:kms:us-west-2:${account}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
  const ask = (principal: unknown, policies: Partial<Policies>, changes: Partial<Request> = {}) =>
    evaluate(
      { principal: role, action: 'kms:Decrypt', resource, context: {}, ...changes },
      {
        identity: [],
        resource: policy('key', 'key', { Sid: 'Use', Principal: principal, Action: 'kms:*' }),
        ...policies,
      },
    );
  const otherRole = `arn:aws:iam::${account}:role/other`;

  test.each<[string, unknown, Partial<Policies>, boolean]>([
    ['delegates to the account, and the identity may', { AWS: rootArn }, { identity }, true],
    ['delegates by the id of the account', { AWS: account }, { identity }, true],
    ['delegates to the account, and the identity may not', { AWS: rootArn }, {}, false],
    ['delegates, and the boundary does not allow', { AWS: rootArn }, { identity, ...limited }, false],
    ['names another role, and the identity may', { AWS: otherRole }, { identity }, false],
    ['delegates to another account', { AWS: otherAccount }, { identity }, false],
    ['names the role', { AWS: roleArn }, {}, true],
    ['names the role, and the boundary does not allow', { AWS: roleArn }, limited, false],
    ['names the session, and the boundary does not allow', { AWS: sessionArn }, limited, true],
    ['names everyone', { AWS: '*' }, {}, true],
  ])('whose policy %s', (_, principal, policies, allowed) => {
    expect(ask(principal, policies).allowed).toBe(allowed);
  });

  test('names both statements that allow', () => {
    expect(ask({ AWS: rootArn }, { identity }).by).toEqual([
      { place: 'identity', policy: 'identity', sid: 'Decrypt' },
      { place: 'resource', policy: 'key', sid: 'Use' },
    ]);
  });

  test.each<[unknown, Partial<Policies>, readonly string[]]>([
    [{ AWS: rootArn }, {}, ['no policy of the identity allows it', "key doesn't grant it"]],
    [{ AWS: otherRole }, { identity }, ["its policy doesn't delegate to the account", "key doesn't grant it"]],
  ])('explains what is missing: %j', (principal, policies, texts) => {
    for (const text of texts) expect(ask(principal, policies).explanation).toContain(text);
  });

  // Example 2 of "Troubleshooting key access".
  test.each<[string, unknown, Partial<Policies>, boolean]>([
    ['delegates to both accounts', { AWS: [`arn:aws:iam::${otherAccount}:root`, rootArn] }, { identity }, true],
    ['delegates to both accounts, and the identity may not', { AWS: [otherAccount, account] }, {}, false],
    ['delegates to its own account', { AWS: otherAccount }, { identity }, false],
    ['names the role, and the identity may not', { AWS: roleArn }, {}, false],
  ])('of another account, whose policy %s', (_, principal, policies, allowed) => {
    const elsewhere = { resource: `arn:aws:kms:us-west-2:${otherAccount}:key/1234abcd` };
    expect(ask(principal, policies, elsewhere).allowed).toBe(allowed);
  });

  test.each([
    [`arn:aws:logs:us-east-1:${account}:log-group:/app`, true],
    [`arn:aws:logs:us-east-1:${otherAccount}:log-group:/app`, false],
  ])('used by CloudWatch Logs for %s: %s', (logGroup, allowed) => {
    const key = policy('key', 'key', {
      Principal: { Service: 'logs.us-east-1.amazonaws.com' },
      Action: ['kms:Encrypt*', 'kms:Decrypt*'],
      Condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:us-east-1:${account}:*` } },
    });
    const principal = { kind: 'service', name: 'logs.us-east-1.amazonaws.com' } as const;
    const context = { 'kms:EncryptionContext:aws:logs:arn': logGroup };
    expect(ask('*', { resource: key }, { principal, context }).allowed).toBe(allowed);
  });

  test('a policy for secrets of another name does not allow to decrypt', () => {
    const secret = (name: string) => `arn:aws:secretsmanager:us-east-1:${account}:secret:${name}`;
    const decrypt = (pattern: string) =>
      policy('identity', 'secrets', {
        Action: 'kms:Decrypt',
        Condition: {
          StringEquals: { 'kms:ViaService': 'secretsmanager.us-east-1.amazonaws.com' },
          ArnLike: { 'kms:EncryptionContext:SecretARN': secret(pattern) },
        },
      });
    const context = {
      'kms:ViaService': 'secretsmanager.us-east-1.amazonaws.com',
      'kms:EncryptionContext:SecretARN': secret('production-redis/app-AbCdEf'),
    };
    const decides = (pattern: string) => ask({ AWS: rootArn }, { identity: [decrypt(pattern)] }, { context }).allowed;
    expect(decides('production/*')).toBe(false);
    expect(decides('production-redis/*')).toBe(true);
  });

  test('actions on no key need no key policy', () => {
    const asked = { principal: role, action: 'kms:ListKeys', resource: '*', context: {} };
    expect(evaluate(asked, { identity }).allowed).toBe(true);
  });
});

// Sources: AssumeRole and AssumeRoleWithWebIdentity of the AWS STS API Reference; "AWS JSON policy elements: Principal".
describe('the trust policy of a role', () => {
  const target = `arn:aws:iam::${account}:role/target`;
  const assumes = [policy('identity', 'identity', { Action: 'sts:AssumeRole', Resource: target })];
  const ask = (principal: unknown, policies: Partial<Policies>, changes: Partial<Request> = {}) =>
    evaluate(
      { principal: role, action: 'sts:AssumeRole', resource: target, context: {}, ...changes },
      { identity: [], resource: policy('trust', 'trust', { Principal: principal, Action: 'sts:*' }), ...policies },
    );

  test.each<[string, unknown, Partial<Policies>, Partial<Request>, boolean]>([
    ['names the user', { AWS: userArn }, {}, { principal: user }, true],
    ['names the role', { AWS: roleArn }, {}, {}, true],
    ['names the role, and its boundary does not allow', { AWS: roleArn }, limited, {}, false],
    ['delegates to the account, and the identity may', { AWS: rootArn }, { identity: assumes }, {}, true],
    ['delegates to the account, and the identity may not', { AWS: rootArn }, {}, {}, false],
    ['names another, and the identity may', { Service: 'ec2.amazonaws.com' }, { identity: assumes }, {}, false],
    [
      'does not name the role, which assumes itself',
      { Service: 'ec2.amazonaws.com' },
      { identity },
      { principal: { kind: 'role', arn: target } },
      false,
    ],
  ])('%s', (_, principal, policies, changes, allowed) => {
    expect(ask(principal, policies, changes).allowed).toBe(allowed);
  });

  test.each<[string, unknown, Partial<Policies>, boolean]>([
    ['names the role, and the identity may', { AWS: roleArn }, {}, true],
    ['names the role, and the identity may not', { AWS: roleArn }, { identity: [] }, false],
    ['delegates to the account, and the identity may', { AWS: account }, {}, true],
  ])('of another account, which %s', (_, principal, policies, allowed) => {
    const resource = `arn:aws:iam::${otherAccount}:role/target`;
    const mayAssume = [policy('identity', 'identity', { Action: 'sts:AssumeRole', Resource: resource })];
    expect(ask(principal, { identity: mayAssume, ...policies }, { resource }).allowed).toBe(allowed);
  });

  // Source: "Create IAM role with trust policy required by EKS Pod Identity" of the Amazon EKS User Guide.
  test.each([
    ['sts:AssumeRole', 'app', true],
    ['sts:TagSession', 'app', true],
    ['sts:AssumeRole', 'other', false],
    ['sts:SetSourceIdentity', 'app', false],
  ])('of pods: %s in namespace %s: %s', (action, namespace, allowed) => {
    const trust = policy('trust', 'trust', {
      Principal: { Service: 'pods.eks.amazonaws.com' },
      Action: ['sts:AssumeRole', 'sts:TagSession'],
      Condition: { StringEquals: { 'aws:RequestTag/kubernetes-namespace': 'app' } },
    });
    const principal = { kind: 'service', name: 'pods.eks.amazonaws.com' } as const;
    const context = { 'aws:RequestTag/kubernetes-namespace': namespace };
    expect(ask('*', { resource: trust }, { principal, action, context }).allowed).toBe(allowed);
  });

  test.each([
    ['system:serviceaccount:app:api', true],
    ['system:serviceaccount:app:worker', false],
  ])('of a web identity with subject %s: %s', (subject, allowed) => {
    const provider = `arn:aws:iam::${account}:oidc-provider/oidc.example.com`;
    const trust = policy('trust', 'trust', {
      Principal: { Federated: provider },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: { StringEquals: { 'oidc.example.com:sub': 'system:serviceaccount:app:api' } },
    });
    const changes = {
      principal: { kind: 'web-identity', provider } as const,
      action: 'sts:AssumeRoleWithWebIdentity',
      context: { 'oidc.example.com:sub': subject },
    };
    expect(ask('*', { resource: trust }, changes).allowed).toBe(allowed);
  });

  test('is not asked by iam:PassRole', () => {
    const passes = policy('identity', 'identity', { Action: 'iam:PassRole', Resource: target });
    const asked = { principal: role, action: 'iam:PassRole', resource: target, context: {} };
    expect(evaluate(asked, { identity: [passes] }).allowed).toBe(true);
  });
});
