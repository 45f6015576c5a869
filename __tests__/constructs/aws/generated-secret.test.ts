import { GeneratedSecret, type GeneratedSecretProps } from '../../../constructs/aws/generated-secret';
import { resourceOf, synthesizeConstruct, testAccount } from '../../support/synthesized-construct';

interface Template {
  readonly Resources: { readonly Secret: { readonly Properties: { readonly GenerateSecretString: unknown } } };
}

function stackOf(props: Partial<GeneratedSecretProps> = {}) {
  const configuration = synthesizeConstruct(
    (scope) =>
      new GeneratedSecret(scope, 'secret', {
        account: testAccount,
        name: 'postgres/application',
        description: 'Password of a test',
        keyArn: 'arn:aws:kms:eu-central-1:111122223333:key/1',
        username: 'application',
        generation: 1,
        topicArn: 'arn:aws:sns:eu-central-1:111122223333:test-alarms',
        ...props,
      }),
  );
  return resourceOf(configuration, 'aws_cloudformation_stack');
}

const template = (props?: Partial<GeneratedSecretProps>) =>
  JSON.parse(String(stackOf(props).template_body)) as Template;

test('Secrets Manager makes the password, and encrypts it with the key', () => {
  expect(template().Resources.Secret).toMatchObject({
    Type: 'AWS::SecretsManager::Secret',
    Properties: {
      Name: 'test/postgres/application',
      KmsKeyId: 'arn:aws:kms:eu-central-1:111122223333:key/1',
      GenerateSecretString: {
        SecretStringTemplate: '{"username":"application","generation":1}',
        GenerateStringKey: 'password',
        PasswordLength: 40,
        ExcludePunctuation: true,
      },
    },
  });
});

test('another generation is made from something else, and so is another password', () => {
  const { GenerateSecretString: second } = template({ generation: 2 }).Resources.Secret.Properties;
  expect(second).not.toEqual(template().Resources.Secret.Properties.GenerateSecretString);
});

test.each([true, false])('preventDestroy %s', (preventDestroy) => {
  expect(stackOf({ preventDestroy })).toMatchObject({
    name: 'test-postgres-application',
    lifecycle: { prevent_destroy: preventDestroy },
  });
});

test('a password may be of another length', () => {
  expect(template({ passwordLength: 43 }).Resources.Secret.Properties.GenerateSecretString).toMatchObject({
    PasswordLength: 43,
  });
});
