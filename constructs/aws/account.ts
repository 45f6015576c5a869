/** Where in AWS an environment lives, and how its resources are named and tagged. */

/** An AWS account and region, with what every resource of an environment carries. */
export interface AwsAccount {
  /** Name of the environment; the first part of every name. */
  readonly environment: string;
  /** 12 digits. The provider and the backend refuse to work on any other account. */
  readonly accountId: string;
  /** `eu-central-1`, say. */
  readonly region: string;
  /** Tags of every resource that takes tags. */
  readonly tags: Readonly<Record<string, string>>;
}

/** The account whose registry `own` in the settings of images and charts stands for; undefined outside AWS. */
export type RegistryAccount = Pick<AwsAccount, 'accountId' | 'region'> | undefined;

/** AWS' own partition of a region: part of every ARN. Source: the ARN format of the AWS General Reference. */
export function partitionOf(region: string): 'aws' | 'aws-cn' | 'aws-us-gov' {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

/**
 * ARN of a resource of the account, known before anything is deployed, so that policies can name it without a
 * dependency in Terraform.
 *
 * @param resource what follows the account: `log-group:/aws/vpc/production`
 * @param scope regional unless the service is global (IAM), or knows neither region nor account (S3)
 */
export function arn(
  { accountId, region }: Pick<AwsAccount, 'accountId' | 'region'>,
  service: string,
  resource: string,
  scope: 'regional' | 'global' | 'bare' = 'regional',
): string {
  const place = { regional: `${region}:${accountId}`, global: `:${accountId}`, bare: ':' }[scope];
  return `arn:${partitionOf(region)}:${service}:${place}:${resource}`;
}
