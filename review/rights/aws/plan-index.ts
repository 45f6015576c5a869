/** Where things are in the plan of an environment: what is encrypted with which key, and who a name stands for. */
import { partitionOf } from '../../../constructs/aws/account';
import { blocksOf, textOf } from '../../synthesis/blocks';
import { templateResources } from '../../synthesis/cloudformation';
import type { ResolvedResource } from '../../synthesis/resources';

/** A secret of Secrets Manager. */
export interface PlannedSecret {
  /** With the six characters that Secrets Manager adds. */
  readonly arn: string;
  readonly name: string;
  /** ARN of its KMS key. */
  readonly keyArn: string;
  /** Address of what makes it. */
  readonly madeBy: string;
}

/** Stands for the key of secrets that people make. */
const keyOfPeople = 'key/11111111-2222-3333-4444-555555555555';

export class PlanIndex {
  readonly resources: readonly ResolvedResource[];
  /** Name of the environment. */
  readonly environment: string;
  readonly accountId: string;
  readonly region: string;
  readonly secrets: readonly PlannedSecret[];
  readonly #byType: ReadonlyMap<string, readonly ResolvedResource[]>;

  constructor(
    resources: readonly ResolvedResource[],
    { name, accountId, region }: { readonly name: string; readonly accountId: string; readonly region: string },
  ) {
    this.environment = name;
    this.resources = resources;
    this.accountId = accountId;
    this.region = region;
    const byType = new Map<string, ResolvedResource[]>();
    for (const resource of resources) {
      const type = resource.mode === 'data' ? `data.${resource.type}` : resource.type;
      byType.set(type, [...(byType.get(type) ?? []), resource]);
    }
    this.#byType = byType;
    this.secrets = this.#findSecrets();
  }

  /** Resources of a type; data sources by `data.<type>`. */
  ofType(type: string): readonly ResolvedResource[] {
    return this.#byType.get(type) ?? [];
  }

  /** ARN of a resource of the environment's account and main region. */
  arn(service: string, resource: string): string {
    return `arn:${partitionOf(this.region)}:${service}:${this.region}:${this.accountId}:${resource}`;
  }

  /** The secret that a request names, by ARN with or without its ending, or by name. @throws Error if there is none */
  secret(id: string): PlannedSecret {
    const found = this.secrets.find(({ arn, name }) => arn === id || name === id || arn.slice(0, -7) === id);
    if (!found) throw new Error(`nothing makes the secret ${id}, and no data source names it`);
    return found;
  }

  /** ARN of the key that objects of a bucket are encrypted with; undefined for S3's own. */
  bucketKey(bucket: string): string | undefined {
    const configuration = this.ofType('aws_s3_bucket_server_side_encryption_configuration').find(
      ({ values }) => values.bucket === bucket,
    );
    const [rule] = blocksOf(configuration?.values.rule);
    const [encryption] = blocksOf(rule?.apply_server_side_encryption_by_default);
    const key = encryption?.kms_master_key_id;
    return key === undefined ? undefined : textOf(key);
  }

  /** ARN of the key of a topic; undefined if it has none of its own. */
  topicKey(topicArn: string): string | undefined {
    const topic = this.ofType('aws_sns_topic').find((candidate) => candidate.attribute('arn') === topicArn);
    return this.#keyArn(topic?.values.kms_master_key_id);
  }

  /** ARN of the key of a queue; undefined if it has none of its own. */
  queueKey(queueArn: string): string | undefined {
    const queue = this.ofType('aws_sqs_queue').find((candidate) => candidate.attribute('arn') === queueArn);
    return this.#keyArn(queue?.values.kms_master_key_id);
  }

  /** Keys are named by ARN, by id, or by alias. */
  #keyArn(key: unknown): string | undefined {
    if (typeof key !== 'string') return undefined;
    const aliased = this.ofType('aws_kms_alias').find(({ values }) => key.endsWith(String(values.name)));
    const id = aliased === undefined ? key : aliased.values.target_key_id;
    const found = this.ofType('aws_kms_key').find(
      (candidate) => candidate.attribute('arn') === id || candidate.attribute('key_id') === id,
    );
    if (!found) throw new Error(`the key ${key} is not in the plan`);
    return String(found.attribute('arn'));
  }

  #findSecrets(): readonly PlannedSecret[] {
    return [
      ...this.ofType('aws_cloudformation_stack').flatMap((stack) => this.#templateSecrets(stack)),
      ...this.ofType('aws_secretsmanager_secret').map((secret) => ({
        arn: String(secret.attribute('arn')),
        name: String(secret.values.name),
        keyArn: String(this.#keyArn(secret.values.kms_key_id)),
        madeBy: secret.address,
      })),
      ...['aws_db_instance', 'aws_rds_cluster'].flatMap((type) =>
        this.ofType(type)
          .filter(({ values }) => values.manage_master_user_password === true)
          .map((server) => this.#masterSecret(server)),
      ),
      ...this.ofType('data.aws_secretsmanager_secret').map((secret) => this.#handMade(secret)),
    ];
  }

  #templateSecrets(stack: ResolvedResource): readonly PlannedSecret[] {
    return templateResources(stack)
      .filter(({ type }) => type === 'AWS::SecretsManager::Secret')
      .map(({ properties, reference }) => ({
        arn: reference,
        name: String(properties.Name),
        keyArn: String(this.#keyArn(properties.KmsKeyId)),
        madeBy: stack.address,
      }));
  }

  /** RDS names it. */
  #masterSecret(server: ResolvedResource): PlannedSecret {
    const [secret] = server.attribute('master_user_secret') as readonly { readonly secret_arn: string }[];
    const arn = secret?.secret_arn ?? '';
    const name = arn.slice(arn.indexOf(':secret:') + ':secret:'.length, -7);
    return {
      arn,
      name,
      keyArn: String(this.#keyArn(server.values.master_user_secret_kms_key_id)),
      madeBy: server.address,
    };
  }

  /** People make it, with a key of theirs. */
  #handMade(secret: ResolvedResource): PlannedSecret {
    return {
      arn: String(secret.attribute('arn')),
      name: String(secret.values.name),
      keyArn: this.arn('kms', keyOfPeople),
      madeBy: secret.address,
    };
  }
}
