/** Who may log in to ElastiCache, and what each may do: the platform's ACL users as a user group. */
import { ElasticacheUser } from '@cdktf/provider-aws/lib/elasticache-user';
import { ElasticacheUserGroup } from '@cdktf/provider-aws/lib/elasticache-user-group';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { arn, type AwsAccount } from '../aws/account';
import type { FunctionBundle } from '../aws/function-bundle';
import { passwordField } from '../aws/generated-secret';
import { elasticacheUserSecret, secretArnPattern } from '../aws/secret-names';
import { aclUsers, redisClientNames, type RedisClientName } from '../redis/acl';
import type { ManagedRedisEndpoint, ManagedRedisPassword, RedisCredentials } from '../redis/endpoint';
import { throwViolations, type Violation } from '../validation/violations';
import type { ElasticacheSettings } from '../../environments/elasticache-settings';
import { accessString, type ElasticacheKind } from './access-string';
import { PasswordRotation, type RotatedUser } from './password-rotation';
import { PasswordUser } from './password-user';
import { userEngine } from './user-engine';

export interface ElasticacheUsersProps {
  readonly account: AwsAccount;
  /** Name of the platform, `production-redis`: of its replication group or serverless cache, and of the user group. */
  readonly name: string;
  readonly kind: ElasticacheKind;
  readonly users: ElasticacheSettings['users'];
  /** ARN of the KMS key for passwords and logs; CloudWatch Logs may use it. */
  readonly keyArn: string;
  /** SNS topic for alarms. */
  readonly topicArn: string;
  /** The program that changes passwords, built. */
  readonly rotationBundle: FunctionBundle;
  /** Whether Terraform refuses to destroy the users. */
  readonly preventDestroy: boolean;
}

/** A user as ElastiCache has it. */
interface MadeUser {
  readonly userId: string;
  readonly credentials: RedisCredentials<ManagedRedisPassword>;
  readonly resource: ITerraformDependable;
  /** @default - it has no password */
  readonly rotated?: RotatedUser;
}

/**
 * One user each for the programs and people of the platform, by password or by IAM, and a user named `default` that
 * can't log in: what a group of this engine must have, in the place of AWS' own, which may do everything.
 *
 * Ids of users are unique in account and region. They differ by the way to log in, so that the other one is there
 * before the group forgets the first.
 *
 * @throws ViolationsError if the name can't be part of the users' ids
 */
export class ElasticacheUsers extends Construct {
  /** Id of the user group, there once all users are. */
  readonly userGroupId: string;
  readonly credentials: ManagedRedisEndpoint['credentials'];

  constructor(scope: Construct, id: string, props: ElasticacheUsersProps) {
    super(scope, id);
    throwViolations(this.node.path, nameViolations(props.name));
    const users = redisClientNames.map((name) => [name, this.#makeUser(name, props)] as const);
    const made = users.map(([, user]) => user);
    const group = new ElasticacheUserGroup(this, 'group', {
      userGroupId: props.name,
      engine: userEngine,
      userIds: [this.#makeDefaultUser(props.name), ...made.map(({ userId }) => userId)],
      dependsOn: made.map(({ resource }) => resource),
      lifecycle: { preventDestroy: props.preventDestroy },
    });
    this.userGroupId = group.userGroupId;
    this.credentials = Object.fromEntries(
      users.map(([name, { credentials }]) => [name, credentials]),
    ) as ManagedRedisEndpoint['credentials'];
    const rotated = made.flatMap(({ rotated: user }) => user ?? []);
    if (rotated.length > 0) {
      new PasswordRotation(this, 'rotation', { ...props, bundle: props.rotationBundle, users: rotated });
    }
  }

  #makeUser(name: RedisClientName, props: ElasticacheUsersProps): MadeUser {
    const authentication = props.users[name];
    const access = accessString(aclUsers[name], props.kind);
    return authentication.kind === 'iam'
      ? this.#makeIamUser(name, access, props)
      : this.#makePasswordUser(name, access, authentication.rotationDays, props);
  }

  #makePasswordUser(username: RedisClientName, access: string, rotationDays: number, props: ElasticacheUsersProps) {
    const userId = `${props.name}-${username}`;
    const secretName = elasticacheUserSecret(props.name, username);
    const { secretArn, resource } = new PasswordUser(this, username, {
      ...props,
      userId,
      username,
      accessString: access,
      secretName,
    });
    const password = {
      kind: 'secrets-manager',
      secretArn,
      arnPattern: secretArnPattern(props.account, secretName),
      field: passwordField,
    } as const;
    const rotated = { username, userId, secretName, secretArn, rotationDays, accessString: access, resource };
    return { userId, credentials: { username, password }, resource, rotated };
  }

  /** ElastiCache takes a token only from a user whose name is its id. */
  #makeIamUser(name: RedisClientName, access: string, { account, ...props }: ElasticacheUsersProps): MadeUser {
    const userId = `${props.name}-${name}-iam`;
    const resource = new ElasticacheUser(this, `${name}-iam`, {
      userId,
      userName: userId,
      engine: userEngine,
      accessString: access,
      authenticationMode: { type: 'iam' },
      lifecycle: { preventDestroy: props.preventDestroy, createBeforeDestroy: true },
    });
    const cache = props.kind === 'elasticache' ? 'replicationgroup' : 'serverlesscache';
    const password: ManagedRedisPassword = {
      kind: 'iam',
      cacheArn: arn(account, 'elasticache', `${cache}:${props.name}`),
      userArn: arn(account, 'elasticache', `user:${userId}`),
    };
    return { userId, credentials: { username: userId, password }, resource };
  }

  /** Off, and without any permission. Off needs no password. */
  #makeDefaultUser(name: string): string {
    return new ElasticacheUser(this, 'default', {
      userId: `${name}-default`,
      userName: 'default',
      engine: userEngine,
      accessString: 'off resetchannels -@all',
      noPasswordRequired: true,
    }).userId;
  }
}

/** Characters of the longest id, which may be 40 long, after the platform's name. */
const longestSuffix = Math.max(...redisClientNames.map((name) => `-${name}-iam`.length));

/** ElastiCache makes ids lower-case, and Terraform would find others than it asked for. */
function nameViolations(name: string): Violation[] {
  const longest = 40 - longestSuffix;
  if (/^[a-z](?:-?[a-z0-9])*$/.test(name) && name.length <= longest) return [];
  return [
    {
      setting: 'name',
      value: name,
      expected: `1 to ${longest} lower-case letters, digits and single hyphens, a letter first: it begins the ids of users`,
      remedy: 'Shorten the name of the environment',
    },
  ];
}
