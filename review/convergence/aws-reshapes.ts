/** What the provider for AWS, or AWS itself, returns otherwise than it was written. */
import { refusedTexts, valuesAt } from './argument-paths';
import type { HiddenReshape, Reshape } from './reshape';

const provider = 'aws 6.25.0';

interface Parameter {
  readonly name: string;
  readonly value: string;
  readonly apply_method?: string;
}

/**
 * Families whose default of a parameter is this value. Source: "Requiring an SSL connection to a PostgreSQL DB instance"
 * of the RDS guide: 1 from version 15 on; "Security with Amazon Aurora PostgreSQL": 1 from version 17 on.
 */
const knownDefaults = [
  {
    name: 'rds.force_ssl',
    value: '1',
    families: ['postgres15', 'postgres16', 'postgres17', 'postgres18', 'aurora-postgresql17'],
  },
];

const isDefault = ({ name, value }: Parameter, family: unknown) =>
  knownDefaults.some(
    (known) => known.name === name && known.value === value && known.families.includes(String(family)),
  );

/** Words of an access string that ElastiCache replaces by what they stand for. */
const aliases = /(?:^| )(?:allkeys|resetkeys|allchannels|allcommands|nocommands)(?= |$)/;

export const awsReshapes: readonly Reshape[] = [
  {
    name: 'database-parameters-of-default-value',
    provider,
    types: ['aws_db_parameter_group', 'aws_rds_cluster_parameter_group'],
    path: 'parameter',
    reads:
      'pending-reboot as the apply_method of a parameter whose value is the default: AWS takes no change of it alone',
    source:
      'website/docs/r/db_parameter_group.html.markdown "Problematic Plan Changes"; hashicorp/terraform-provider-aws#39252',
    remedy: "Give the parameter apply_method = 'pending-reboot': the default is in force anyway",
    violations: (resource) =>
      valuesAt(resource, 'parameter')
        .map(({ place, value }) => ({ place, parameter: value as Parameter }))
        .filter(({ parameter }) => isDefault(parameter, resource.family))
        .filter(({ parameter: { apply_method: method } }) => method !== 'pending-reboot')
        .map(({ place, parameter: { name } }) => `${place}: ${name}`),
  },
  {
    name: 'launch-template-versions',
    provider,
    types: ['aws_eks_node_group', 'aws_instance', 'aws_autoscaling_group'],
    path: 'launch_template.version',
    reads: 'the number that $Latest or $Default stood for',
    source: 'website/docs/r/eks_node_group.html.markdown "launch_template Configuration Block"',
    remedy: 'Name latest_version or default_version of the launch template',
    violations: (resource) =>
      valuesAt(resource, 'launch_template.version')
        .filter(({ value }) => ['$Latest', '$Default'].includes(String(value)))
        .map(({ place, value }) => `${place}: ${String(value)}`),
  },
  {
    name: 'ids-of-elasticache-users',
    provider,
    types: ['aws_elasticache_user', 'aws_elasticache_user_group'],
    path: 'user_id, user_group_id, user_ids',
    reads: 'the id in lower case, and replaces the user',
    source: 'internal/service/elasticache/user.go resourceUserRead; hashicorp/terraform-provider-aws#28449',
    remedy: 'Write ids in lower case',
    violations: (resource) =>
      refusedTexts(resource, ['user_id', 'user_group_id', 'user_ids'], (id) => id !== id.toLowerCase()),
  },
  {
    name: 'elasticache-users-without-password',
    provider,
    types: ['aws_elasticache_user'],
    path: 'authentication_mode.type',
    reads: "'no-password' for 'no-password-required'",
    source: 'internal/service/elasticache/user.go resourceUserRead; hashicorp/terraform-provider-aws#33877',
    remedy: 'Set no_password_required = true, without authentication_mode',
    violations: (resource) =>
      refusedTexts(resource, ['authentication_mode.type'], (type) => type === 'no-password-required'),
  },
  {
    name: 'elasticache-access-strings',
    provider,
    types: ['aws_elasticache_user'],
    path: 'access_string',
    reads: "what an alias stands for: '~*' for 'allkeys', '+@all' for 'allcommands'",
    source: 'internal/service/elasticache/user.go resourceUserRead; hashicorp/terraform-provider-aws#20334',
    remedy: 'Write patterns and categories instead of aliases, and what is taken away before what is given',
    violations: (resource) => refusedTexts(resource, ['access_string'], (text) => aliases.test(text)),
  },
];

export const hiddenAwsReshapes: readonly HiddenReshape[] = [
  {
    name: 'policy-documents',
    provider,
    types: [
      'aws_iam_role',
      'aws_iam_role_policy',
      'aws_kms_key',
      'aws_s3_bucket_policy',
      'aws_sns_topic_policy',
      'aws_sqs_queue_policy',
      'aws_vpc_endpoint',
    ],
    path: 'policy, assume_role_policy',
    reads: 'other order of keys and statements, a text for a list of one',
    source: 'internal/verify/json.go SuppressEquivalentPolicyDiffs',
    hiddenBy: 'SuppressEquivalentPolicyDiffs, which compares what policies mean',
  },
  {
    name: 'engine-of-elasticache-users',
    provider,
    types: ['aws_elasticache_user'],
    path: 'engine',
    reads: 'the engine in lower case',
    source: 'internal/service/elasticache/user.go resourceUserRead',
    hiddenBy: 'internal/service/elasticache/user.go: SuppressEquivalentStringCaseInsensitive',
  },
];
