/** A password that Secrets Manager makes itself: it is in no plan, no state and on no machine that deploys. */
import { CloudformationStack } from '@cdktf/provider-aws/lib/cloudformation-stack';
import { Fn, Token } from 'cdktf';
import { Construct } from 'constructs';
import type { AwsAccount } from './account';
import { environmentSecret, partialSecretArn, secretArnPattern } from './secret-names';

export interface GeneratedSecretProps {
  readonly account: AwsAccount;
  /** Name after `<environment>/`, one of `secretNames`. */
  readonly name: string;
  readonly description: string;
  /** ARN of the KMS key it is encrypted with. */
  readonly keyArn: string;
  /** Who the password is for; beside it in the secret. */
  readonly username: string;
  /** A higher number makes a new password. */
  readonly generation: number;
  /** Letters and digits of the password. @default 40 */
  readonly passwordLength?: number;
  /** SNS topic that is told of changes. */
  readonly topicArn: string;
  /** Whether Terraform refuses to destroy it. @default true */
  readonly preventDestroy?: boolean;
}

/** Field of the secret, a JSON object, that holds who the password is for. */
export const usernameField = 'username';

/** Field that holds the password. */
export const passwordField = 'password';

export interface SecretResourceProps {
  /** Whole name, with `/` between its parts. */
  readonly name: string;
  readonly description: string;
  /** ARN of the KMS key it is encrypted with. */
  readonly keyArn: string;
  /** What is beside the password in the secret. A change makes a new password. */
  readonly fields: Readonly<Record<string, string | number>>;
  /** Letters and digits of the password. @default 40 */
  readonly passwordLength?: number;
}

/** Letters and digits: 62^40 passwords, and nothing that a URL or a shell reads as something else. */
const defaultPasswordLength = 40;

/**
 * A secret `{ "username", "generation", "password" }`.
 *
 * Terraform's own resources take a value and so know it. CloudFormation has Secrets Manager make one, once, and again if
 * what it is made from changes. Source: `AWS::SecretsManager::Secret GenerateSecretString`.
 */
export class GeneratedSecret extends Construct {
  readonly arn: string;
  /** ARN as policies name the secret. */
  readonly arnPattern: string;

  constructor(scope: Construct, id: string, props: GeneratedSecretProps) {
    super(scope, id);
    const { account, username, generation, preventDestroy = true } = props;
    const name = environmentSecret(account, props.name);
    const stack = new CloudformationStack(this, 'stack', {
      name: `${account.environment}-${props.name.replaceAll('/', '-')}`,
      templateBody: JSON.stringify({
        Description: props.description,
        Resources: {
          Secret: secretResource({
            name,
            description: props.description,
            keyArn: props.keyArn,
            fields: { [usernameField]: username, generation },
            ...(props.passwordLength !== undefined && { passwordLength: props.passwordLength }),
          }),
        },
        Outputs: { Arn: { Value: { Ref: 'Secret' } } },
      }),
      notificationArns: [props.topicArn],
      lifecycle: { preventDestroy },
    });
    // Secrets Manager ends an ARN with six characters of its own, and takes it without them too.
    this.arn = Token.asString(Fn.lookup(stack.outputs, 'Arn', partialSecretArn(account, name)));
    this.arnPattern = secretArnPattern(account, name);
  }
}

/** Such a secret as a resource of a CloudFormation template. */
export function secretResource(props: SecretResourceProps) {
  const { name, description, keyArn, fields, passwordLength = defaultPasswordLength } = props;
  return {
    Type: 'AWS::SecretsManager::Secret',
    DeletionPolicy: 'Delete',
    UpdateReplacePolicy: 'Retain',
    Properties: {
      Name: name,
      Description: description,
      KmsKeyId: keyArn,
      GenerateSecretString: {
        SecretStringTemplate: JSON.stringify(fields),
        GenerateStringKey: passwordField,
        PasswordLength: passwordLength,
        ExcludePunctuation: true,
      },
    },
  };
}
