/**
 * Types of resources that the checks of rights and reachability know. One that grants a right or opens a way and that
 * nothing reads would pass unseen, so a plan with any other type is refused.
 */

/** Types whose arguments the checks read. */
const read: ReadonlySet<string> = new Set([
  'aws_cloudformation_stack',
  'aws_cloudwatch_event_rule',
  'aws_cloudwatch_event_target',
  'aws_cloudwatch_log_group',
  'aws_cloudwatch_metric_alarm',
  'aws_db_event_subscription',
  'aws_db_instance',
  'aws_db_subnet_group',
  'aws_dlm_lifecycle_policy',
  'aws_eks_access_entry',
  'aws_eks_access_policy_association',
  'aws_eks_addon',
  'aws_eks_cluster',
  'aws_eks_node_group',
  'aws_eks_pod_identity_association',
  'aws_elasticache_replication_group',
  'aws_elasticache_serverless_cache',
  'aws_elasticache_subnet_group',
  'aws_flow_log',
  'aws_iam_instance_profile',
  'aws_iam_role',
  'aws_iam_role_policy',
  'aws_iam_role_policy_attachment',
  'aws_instance',
  'aws_internet_gateway',
  'aws_kms_alias',
  'aws_kms_key',
  'aws_lambda_function',
  'aws_lambda_permission',
  'aws_launch_template',
  'aws_nat_gateway',
  'aws_network_acl',
  'aws_network_acl_rule',
  'aws_network_interface',
  'aws_rds_cluster',
  'aws_rds_cluster_instance',
  'aws_route',
  'aws_route_table',
  'aws_route_table_association',
  'aws_s3_bucket',
  'aws_s3_bucket_logging',
  'aws_s3_bucket_policy',
  'aws_s3_bucket_replication_configuration',
  'aws_s3_bucket_server_side_encryption_configuration',
  'aws_scheduler_schedule',
  'aws_secretsmanager_secret',
  'aws_secretsmanager_secret_policy',
  'aws_secretsmanager_secret_rotation',
  'aws_security_group',
  'aws_security_group_rule',
  'aws_sfn_state_machine',
  'aws_sns_topic',
  'aws_sns_topic_policy',
  'aws_sns_topic_subscription',
  'aws_sqs_queue',
  'aws_sqs_queue_policy',
  'aws_subnet',
  'aws_vpc',
  'aws_vpc_endpoint',
  'aws_vpc_security_group_egress_rule',
  'aws_vpc_security_group_ingress_rule',
  'helm_release',
  'kubernetes_cluster_role_binding_v1',
  'kubernetes_cluster_role_v1',
  'kubernetes_cron_job_v1',
  'kubernetes_deployment_v1',
  'kubernetes_job_v1',
  'kubernetes_namespace_v1',
  'kubernetes_network_policy_v1',
  'kubernetes_role_binding_v1',
  'kubernetes_role_v1',
  'kubernetes_service_account_v1',
  'kubernetes_service_v1',
  'kubernetes_stateful_set_v1',
]);

/** Types that grant no right and open no way; the reason where it isn't plain. */
const inert: Readonly<Record<string, string>> = {
  aws_appautoscaling_policy: 'Application Auto Scaling acts by a role that AWS keeps',
  aws_appautoscaling_target: 'Application Auto Scaling acts by a role that AWS keeps',
  aws_db_parameter_group: 'settings of the server',
  aws_default_network_acl: 'it is emptied: nothing is associated with it',
  aws_default_route_table: 'it is emptied: every subnet has a table of its own',
  aws_default_security_group: 'it is emptied: nothing is a member',
  aws_ebs_volume: 'a disk',
  aws_eip: 'an address of a NAT gateway',
  aws_elasticache_global_replication_group: 'it joins groups that are checked by themselves',
  aws_elasticache_parameter_group: 'settings of the servers',
  aws_elasticache_user: 'rights within Redis, which tests of ACL users cover',
  aws_elasticache_user_group: 'rights within Redis, which tests of ACL users cover',
  aws_lambda_invocation: 'made by whoever deploys',
  aws_rds_cluster_parameter_group: 'settings of the server',
  aws_route53_record: 'a name',
  aws_route53_zone: 'names',
  aws_s3_bucket_lifecycle_configuration: 'S3 itself deletes what is old',
  aws_s3_bucket_object_lock_configuration: 'it takes rights away',
  aws_s3_bucket_ownership_controls: 'it takes access lists away',
  aws_s3_bucket_public_access_block: 'it takes access away',
  aws_s3_bucket_versioning: 'versions of objects',
  aws_scheduler_schedule_group: 'a group of schedules',
  aws_volume_attachment: 'a disk',
  kubernetes_config_map_v1: 'files of pods',
  kubernetes_horizontal_pod_autoscaler_v2: 'a number of pods',
  kubernetes_persistent_volume_claim_v1: 'a disk',
  kubernetes_pod_disruption_budget_v1: 'a number of pods',
  kubernetes_priority_class_v1: 'an order of pods',
  kubernetes_resource_quota_v1: 'a number of claims',
  kubernetes_storage_class_v1: 'a kind of disk',
  terraform_data: 'a value in the state',
};

/** Arguments by which a resource would grant or open something that nothing reads: none of them may be set. */
const refusedArguments: Readonly<Partial<Record<string, readonly string[]>>> = {
  aws_iam_role: ['inline_policy', 'managed_policy_arns'],
  aws_s3_bucket: ['acl', 'grant', 'policy'],
  aws_sns_topic: ['policy'],
  aws_sqs_queue: ['policy', 'redrive_policy'],
  aws_sns_topic_subscription: ['redrive_policy'],
  aws_lambda_function: ['vpc_config', 'dead_letter_config'],
  aws_secretsmanager_secret: ['policy'],
  aws_vpc: ['ipv6_cidr_block', 'assign_generated_ipv6_cidr_block'],
  helm_release: ['set', 'set_list', 'set_sensitive', 'set_wo'],
};

const file = 'review/synthesis/known-types.ts';

/** What is wrong with a resource for the checks; undefined if they know it. */
export function unknownPart(type: string, values: Readonly<Record<string, unknown>>): string | undefined {
  if (!read.has(type) && !(type in inert)) {
    return `nothing reads ${type}: have a check read what it grants or opens, or say in ${file} why it does neither`;
  }
  const refused = refusedArguments[type]?.find((name) => isSet(values[name]));
  return refused === undefined
    ? undefined
    : `nothing reads the argument '${refused}': use a resource of its own, or have a check read it (${file})`;
}

const isSet = (value: unknown) =>
  value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
