/**
 * Condition keys that policies may use. One that is in no table here and not in the request's context is taken for a typing
 * error: AWS would accept it, and it would never match.
 *
 * Sources: "AWS global condition context keys", "IAM and AWS STS condition context keys" and the Service Authorization
 * Reference of each service.
 */
import type { RequestContext } from './request-context';

const globalKeys = [
  'aws:CalledViaFirst',
  'aws:CalledViaLast',
  'aws:CurrentTime',
  'aws:Ec2InstanceSourcePrivateIPv4',
  'aws:Ec2InstanceSourceVpc',
  'aws:EpochTime',
  'aws:FederatedProvider',
  'aws:MultiFactorAuthAge',
  'aws:MultiFactorAuthPresent',
  'aws:PrincipalAccount',
  'aws:PrincipalArn',
  'aws:PrincipalIsAWSService',
  'aws:PrincipalOrgID',
  'aws:PrincipalServiceName',
  'aws:PrincipalType',
  'aws:referer',
  'aws:RequestedRegion',
  'aws:ResourceAccount',
  'aws:ResourceOrgID',
  'aws:SecureTransport',
  'aws:SourceAccount',
  'aws:SourceArn',
  'aws:SourceIdentity',
  'aws:SourceIp',
  'aws:SourceOrgID',
  // Of policies that Amazon SNS makes itself, and older than aws:SourceAccount.
  'aws:SourceOwner',
  'aws:SourceVpc',
  'aws:SourceVpce',
  'aws:TokenIssueTime',
  'aws:UserAgent',
  'aws:userid',
  'aws:username',
  'aws:ViaAWSService',
  'aws:VpceAccount',
  'aws:VpceOrgID',
  'aws:VpcSourceIp',
] as const;

const serviceKeys = [
  'cloudwatch:namespace',
  'ec2:CreateAction',
  'ec2:InstanceType',
  'ec2:Region',
  'ec2:SourceInstanceARN',
  'ec2:Vpc',
  'elasticache:ClusterModeEnabled',
  'elasticache:EngineType',
  'elasticache:KmsKeyId',
  'iam:AWSServiceName',
  'iam:PassedToService',
  'iam:AssociatedResourceArn',
  'iam:PermissionsBoundary',
  'iam:PolicyARN',
  'kms:CallerAccount',
  'kms:GrantConstraintType',
  'kms:GranteePrincipal',
  'kms:GrantIsForAWSResource',
  'kms:KeyOrigin',
  'kms:KeySpec',
  'kms:KeyUsage',
  'kms:MultiRegion',
  'kms:RequestAlias',
  'kms:RetiringPrincipal',
  'kms:ReEncryptOnSameKey',
  'kms:ViaService',
  'lambda:FunctionArn',
  'lambda:FunctionUrlAuthType',
  'lambda:SourceFunctionArn',
  's3:authType',
  's3:DataAccessPointArn',
  's3:delimiter',
  's3:max-keys',
  's3:object-lock-mode',
  's3:object-lock-remaining-retention-days',
  's3:prefix',
  's3:signatureAge',
  's3:signatureversion',
  's3:TlsVersion',
  's3:VersionId',
  's3:x-amz-acl',
  's3:x-amz-content-sha256',
  's3:x-amz-server-side-encryption',
  's3:x-amz-server-side-encryption-aws-kms-key-id',
  'secretsmanager:Name',
  'secretsmanager:resource/AllowRotationLambdaArn',
  'secretsmanager:SecretId',
  'secretsmanager:VersionId',
  'secretsmanager:VersionStage',
  'sns:Endpoint',
  'sns:Protocol',
  'sts:AWSServiceName',
  'sts:ExternalId',
  'sts:RoleSessionName',
  'sts:SourceIdentity',
] as const;

/** Keys whose type is `ArrayOf…`: only a set operator compares them. */
const multivaluedKeys = [
  'aws:CalledVia',
  'aws:PrincipalOrgPaths',
  'aws:PrincipalServiceNamesList',
  'aws:ResourceOrgPaths',
  'aws:SourceOrgPaths',
  'aws:TagKeys',
  'aws:VpceOrgPaths',
  'kms:EncryptionContextKeys',
  'kms:GrantOperations',
  'kms:ResourceAliases',
  's3:RequestObjectTagKeys',
  'sts:TransitiveTagKeys',
] as const;

/** Keys that end in a name of the user's, such as that of a tag. */
const keyPrefixes = [
  'aws:PrincipalTag/',
  'aws:RequestTag/',
  'aws:ResourceTag/',
  'ec2:ResourceTag/',
  'iam:ResourceTag/',
  'kms:EncryptionContext:',
  's3:ExistingObjectTag/',
  's3:RequestObjectTag/',
  'secretsmanager:ResourceTag/',
] as const;

const lowerCase = (keys: readonly string[]) => keys.map((key) => key.toLowerCase());
const multivalued = new Set(lowerCase(multivaluedKeys));
const known = new Set([...lowerCase(globalKeys), ...lowerCase(serviceKeys), ...multivalued]);
const prefixes = lowerCase(keyPrefixes);

export function isKnownKey(key: string, context: RequestContext): boolean {
  const name = key.toLowerCase();
  const hasName = prefixes.some((prefix) => name.startsWith(prefix) && name.length > prefix.length);
  return known.has(name) || hasName || context.has(key);
}

export function isMultivaluedKey(key: string): boolean {
  return multivalued.has(key.toLowerCase());
}
