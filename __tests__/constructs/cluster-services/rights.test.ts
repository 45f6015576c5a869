import { policyDocument } from '../../../constructs/aws/policy-document';
import { loadBalancerStatements } from '../../../constructs/cluster-services/load-balancer-rights';
import { secretStatements } from '../../../constructs/cluster-services/secret-access';
import { secretStoreObject } from '../../../constructs/cluster-services/secret-store';
import { statementsOf, testAccount } from '../../support/synthesized-construct';

describe('External Secrets', () => {
  const secrets = ['app', 'worker', 'app'].map(
    (user) => `arn:aws:secretsmanager:eu-central-1:111122223333:secret:test-redis/${user}-??????`,
  );
  const granted = secrets.map((arnPattern) => ({ arnPattern }));
  const statements = statementsOf(policyDocument(secretStatements(testAccount, granted)));

  test('reads the secrets that it is given, each by its name, and changes none', () => {
    expect(statements.ReadSecrets).toEqual({
      Sid: 'ReadSecrets',
      Effect: 'Allow',
      Action: ['secretsmanager:GetSecretValue'],
      Resource: secrets.slice(0, 2),
    });
  });

  test('decrypts these secrets, with whichever key, and nothing else', () => {
    expect(statements.DecryptSecrets).toMatchObject({
      Action: ['kms:Decrypt'],
      Condition: {
        StringEquals: { 'kms:ViaService': 'secretsmanager.eu-central-1.amazonaws.com' },
        ArnLike: { 'kms:EncryptionContext:SecretARN': secrets.slice(0, 2) },
      },
    });
  });

  test('may do no more', () => {
    expect(Object.keys(statements)).toEqual(['ReadSecrets', 'DecryptSecrets']);
  });

  test('knows the name of the service in China', () => {
    const [, decrypt] = secretStatements({ ...testAccount, region: 'cn-north-1' }, granted);
    expect(decrypt?.conditions?.StringEquals).toEqual({
      'kms:ViaService': 'secretsmanager.cn-north-1.amazonaws.com.cn',
    });
  });

  test('serves the namespaces of Redis, its clients and what watches them alone, with no keys in the store', () => {
    expect(secretStoreObject(testAccount)).toEqual({
      apiVersion: 'external-secrets.io/v1',
      kind: 'ClusterSecretStore',
      metadata: { name: 'aws-secrets-manager' },
      spec: {
        provider: { aws: { service: 'SecretsManager', region: 'eu-central-1' } },
        conditions: [{ namespaces: ['observability', 'redis', 'application'] }],
      },
    });
  });
});

describe('the controller of load balancers', () => {
  const document = policyDocument(loadBalancerStatements(testAccount));
  const statements = Object.values(statementsOf(document));
  const reads = /^(ec2:(Describe|Get)|elasticloadbalancing:Describe)/;

  test('has the whole of AWS before it only to look, and to have AWS make its own role', () => {
    const everywhere = statements.filter(({ Resource = [] }) => Resource.includes('*')).flatMap(({ Action }) => Action);
    expect(everywhere.filter((action) => !reads.test(action))).toEqual(['iam:CreateServiceLinkedRole']);
  });

  test('changes what this cluster made, but for listeners and rules of groups', () => {
    const free = statements
      .filter(({ Resource = [] }) => !Resource.includes('*'))
      .filter(({ Condition }) => !JSON.stringify(Condition ?? {}).includes('elbv2.k8s.aws/cluster":"test-eks"'))
      .map(({ Sid }) => Sid);
    expect(free).toEqual(['OpenSecurityGroups', 'CreateSecurityGroups', 'CreateListeners', 'ManageListeners']);
  });

  test('has no business with firewalls, certificates, sign-in or application load balancers', () => {
    expect(document).not.toMatch(/waf|shield|acm:|cognito|loadbalancer\/app|SetWebAcl/i);
  });

  test('fits the size of an inline policy', () => {
    expect(document.length).toBeLessThan(10_240);
  });
});
