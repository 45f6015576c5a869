/** A user of ElastiCache whose password nobody makes up, and neither Terraform nor whoever deploys ever sees. */
import { CloudformationStack } from '@cdktf/provider-aws/lib/cloudformation-stack';
import { Fn, Token } from 'cdktf';
import { Construct } from 'constructs';
import type { AwsAccount } from '../aws/account';
import { passwordField, secretResource } from '../aws/generated-secret';
import { partialSecretArn } from '../aws/secret-names';
import { userEngine } from './user-engine';

export interface PasswordUserProps {
  readonly account: AwsAccount;
  /** Id of the user; also the name of the CloudFormation stack. */
  readonly userId: string;
  /** As the servers know it. */
  readonly username: string;
  readonly accessString: string;
  /** Name of the secret with the password, whole. */
  readonly secretName: string;
  /** ARN of the KMS key that the secret is encrypted with. */
  readonly keyArn: string;
  /** SNS topic that is told of changes. */
  readonly topicArn: string;
  /** Whether Terraform refuses to destroy it. */
  readonly preventDestroy: boolean;
}

/**
 * The secret `{ "username", "password" }` and the user, made by CloudFormation: it has Secrets Manager generate the
 * password, and hands it on by a dynamic reference, which is resolved within AWS and kept by nobody. Source: "Get a
 * secret or secret value from Secrets Manager" of the CloudFormation guide.
 *
 * A change of the access string may set the password of the secret again, alone: `PasswordRotation` then gives the one
 * before back.
 */
export class PasswordUser extends Construct {
  readonly secretArn: string;
  /** The stack: what names the user's id depends on it. */
  readonly resource: CloudformationStack;

  constructor(scope: Construct, id: string, props: PasswordUserProps) {
    super(scope, id);
    this.resource = new CloudformationStack(this, 'stack', {
      name: props.userId,
      templateBody: JSON.stringify(template(props)),
      notificationArns: [props.topicArn],
      // The user group forgets a user before it is gone.
      lifecycle: { preventDestroy: props.preventDestroy, createBeforeDestroy: true },
    });
    // Secrets Manager ends an ARN with six characters of its own, and takes it without them too.
    const withoutEnding = partialSecretArn(props.account, props.secretName);
    this.secretArn = Token.asString(Fn.lookup(this.resource.outputs, 'SecretArn', withoutEnding));
  }
}

function template({ userId, username, accessString, secretName, keyArn }: PasswordUserProps) {
  const description = `User ${username} of Redis, with a password of its own`;
  return {
    Description: description,
    Resources: {
      Secret: secretResource({ name: secretName, description, keyArn, fields: { username } }),
      User: {
        Type: 'AWS::ElastiCache::User',
        DeletionPolicy: 'Delete',
        UpdateReplacePolicy: 'Delete',
        Properties: {
          UserId: userId,
          UserName: username,
          Engine: userEngine,
          AccessString: accessString,
          AuthenticationMode: {
            Type: 'password',
            Passwords: [
              {
                'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: 'Secret' }, `:SecretString:${passwordField}}}`]],
              },
            ],
          },
        },
      },
    },
    Outputs: { SecretArn: { Value: { Ref: 'Secret' } } },
  };
}
