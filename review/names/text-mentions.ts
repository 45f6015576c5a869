/** Names within texts: those that start with the environment's, hosts of services, and namespaces in queries. */
import { defines, reads, type Named } from './mention';
import { serviceKind } from './kubernetes-mentions';
import { portKind } from './traffic-mentions';
import { withoutExpressions, type Node, type Resource } from './synthesized-tree';

/** Attributes that a resource of AWS gets its name by, in the spelling of `synthesized-tree.ts`, by type. */
const identities: Readonly<Record<string, string>> = {
  aws_backup_vault: 'name',
  aws_cloudformation_stack: 'name',
  aws_cloudwatch_log_group: 'name',
  aws_cloudwatch_metric_alarm: 'alarmName',
  aws_cloudwatch_composite_alarm: 'alarmName',
  aws_db_instance: 'identifier',
  aws_eks_cluster: 'name',
  aws_elasticache_replication_group: 'replicationGroupId',
  aws_elasticache_serverless_cache: 'name',
  aws_iam_role: 'name',
  aws_kms_alias: 'name',
  aws_lambda_function: 'functionName',
  aws_rds_cluster: 'clusterIdentifier',
  aws_route53_record: 'name',
  aws_route53_zone: 'name',
  aws_s3_bucket: 'bucket',
  aws_secretsmanager_secret: 'name',
  aws_sfn_state_machine: 'name',
  aws_sns_topic: 'name',
  aws_sqs_queue: 'name',
};

/** Names in templates of CloudFormation. */
const templateNames =
  /^templateBody\.(?:Resources\.\w+\.Properties\.(?:\w*Name|\w*Identifier)|Outputs\.\w+\.Export\.Name)$/;

/** By what stands before it: a key and a topic may have one name. */
const kindOf = (alias: string | undefined) => (alias === undefined ? 'name in AWS' : 'alias of a key');

export function textMentions(environment: string, { type }: Resource, { path, value: whole }: Node): readonly Named[] {
  if (typeof whole !== 'string') return [];
  const value = withoutExpressions(whole);
  // A host has dots, and its last part is no name of the environment.
  const names = [
    ...value.matchAll(new RegExp(`(alias/)?(?<![\\w.-])(${environment}[-/][\\w/-]*\\w)(?![\\w*/-])`, 'g')),
  ];
  const isIdentity = identities[type] === path || templateNames.test(path);
  const role = isIdentity ? defines : reads;
  return [
    ...names.flatMap(([, alias, name]) => role(kindOf(alias), name)),
    ...hosts(value),
    ...servers(type, path, value),
    ...[...value.matchAll(/\bnamespace=~?"([a-z\d-]+)"/g)].flatMap(([, name]) => reads('namespace', name)),
  ];
}

const hosts = (text: string): Named[] =>
  [...text.matchAll(/([a-z\d-]+)\.([a-z\d-]+)\.svc(?:\.cluster\.local)?(?::(\d+))?/g)].flatMap(
    ([, service, namespace = '', port]) => [
      ...reads(serviceKind(namespace), service),
      ...reads('namespace', namespace),
      ...reads(portKind(namespace), port),
    ],
  );

/** Names of servers in a private zone, and the name that Sentinels give their master. */
function servers(type: string, path: string, value: string): readonly Named[] {
  if (type === 'aws_route53_record' && path === 'name') return defines('host', value);
  const masters = [...value.matchAll(/\bsentinel monitor ([\w-]+)/g)].flatMap(([, name]) =>
    defines('master of Sentinels', name),
  );
  const addresses = [...value.matchAll(/(?<![\w.-])([a-z][a-z\d.-]*\.[a-z][a-z\d-]*):\d+/g)];
  return [...masters, ...addresses.flatMap(([, host]) => reads('host', host))];
}
