/** ARNs of IAM roles that people and pipelines take on. */

/** Account, path and name of `arn:aws:iam::111122223333:role/path/name`. */
const pattern = /^arn:aws(?:-cn|-us-gov)?:iam::(\d{12}):role((?:\/[\w+=,.@-]+)*\/)([\w+=,.@-]{1,64})$/;

export interface RoleArn {
  readonly accountId: string;
  /** `/` for most. */
  readonly path: string;
  /** Unique in its account, whatever the path. */
  readonly name: string;
}

/** Reads the ARN of a role; undefined for anything else, such as an assumed role's or a user's. */
export function parseRoleArn(text: string): RoleArn | undefined {
  const [, accountId = '', path = '', name = ''] = pattern.exec(text) ?? [];
  return accountId === '' ? undefined : { accountId, path, name };
}

/** Whether only a service of AWS can take it on. EKS refuses access for these. */
export const isServiceLinked = ({ path }: RoleArn) => path.startsWith('/aws-service-role/');
