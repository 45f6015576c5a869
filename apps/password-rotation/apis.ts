/** The operations of AWS that the function uses, as the SDK's clients have them. */
import type {
  DescribeUsersCommandInput,
  DescribeUsersCommandOutput,
  ModifyUserCommandInput,
  ModifyUserCommandOutput,
} from '@aws-sdk/client-elasticache';
import type {
  DescribeSecretCommandInput,
  DescribeSecretCommandOutput,
  GetSecretValueCommandInput,
  GetSecretValueCommandOutput,
  PutSecretValueCommandInput,
  PutSecretValueCommandOutput,
  UpdateSecretVersionStageCommandInput,
  UpdateSecretVersionStageCommandOutput,
} from '@aws-sdk/client-secrets-manager';

/** Of `SecretsManager`. */
export interface SecretsApi {
  describeSecret(input: DescribeSecretCommandInput): Promise<DescribeSecretCommandOutput>;
  getSecretValue(input: GetSecretValueCommandInput): Promise<GetSecretValueCommandOutput>;
  putSecretValue(input: PutSecretValueCommandInput): Promise<PutSecretValueCommandOutput>;
  updateSecretVersionStage(input: UpdateSecretVersionStageCommandInput): Promise<UpdateSecretVersionStageCommandOutput>;
}

/** Of `ElastiCache`. */
export interface UsersApi {
  describeUsers(input: DescribeUsersCommandInput): Promise<DescribeUsersCommandOutput>;
  modifyUser(input: ModifyUserCommandInput): Promise<ModifyUserCommandOutput>;
}
