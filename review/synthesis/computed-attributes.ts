/**
 * Attributes that a provider computes: names and ARNs as AWS forms them, and ids that AWS chooses, as texts of the same
 * form that follow from the address of the resource. Source of ARNs: "Actions, resources, and condition keys for AWS
 * services" of the Service Authorization Reference.
 */
import { createHash } from 'node:crypto';
import { partitionOf } from '../../constructs/aws/account';
import { templateOutputs } from './cloudformation';
import { secretSuffix } from './secret-suffix';
import type { ResolvedResource } from './resources';

type Attribute = (resource: ResolvedResource) => unknown;

const argument =
  (name: string): Attribute =>
  ({ values }) =>
    values[name];

/** Hexadecimal digits that belong to a resource alone. */
const digits = ({ address }: ResolvedResource, length: number) =>
  createHash('sha256').update(address).digest('hex').slice(0, length);

/** An id of EC2: a prefix and 17 digits. */
const ec2Id =
  (prefix: string): Attribute =>
  (resource) =>
    `${prefix}-${digits(resource, 17)}`;

/** An address for documentation (RFC 5737), where the resource names none. */
const testAddress = (resource: ResolvedResource) => `192.0.2.${parseInt(digits(resource, 2), 16)}`;

function uuid(resource: ResolvedResource): string {
  const all = digits(resource, 32);
  return [all.slice(0, 8), all.slice(8, 12), all.slice(12, 16), all.slice(16, 20), all.slice(20)].join('-');
}

type Scope = 'regional' | 'global' | 'bare';

function arnOf({ address, region, accountId }: ResolvedResource, service: string, name: string, scope: Scope): string {
  if (region === undefined || accountId === undefined)
    throw new Error(`${address}: its provider has no region or account`);
  const place = { regional: `${region}:${accountId}`, global: `:${accountId}`, bare: ':' }[scope];
  return `arn:${partitionOf(region)}:${service}:${place}:${name}`;
}

const arn =
  (service: string, name: (resource: ResolvedResource) => string, scope: Scope = 'regional'): Attribute =>
  (resource) =>
    arnOf(resource, service, name(resource), scope);

const named =
  (prefix: string, key = 'name') =>
  (resource: ResolvedResource) =>
    `${prefix}${String(resource.values[key])}`;

/** The name of an ElastiCache resource's endpoint in the form that AWS has. */
const cacheHost =
  (kind: string): Attribute =>
  ({ values, region }) =>
    `${kind}.${String(values.replication_group_id)}.rehearsed.${String(region)}.cache.amazonaws.com`;

const masterSecret =
  (prefix: 'db' | 'cluster'): Attribute =>
  (resource) => [
    {
      // Source: "Password management with Amazon RDS and AWS Secrets Manager": RDS names the secret itself.
      secret_arn: arnOf(
        resource,
        'secretsmanager',
        `secret:rds!${prefix}-${uuid(resource)}-${secretSuffix(resource.address)}`,
        'regional',
      ),
      kms_key_id: resource.values.master_user_secret_kms_key_id,
    },
  ];

const databaseHost =
  (key: string): Attribute =>
  (resource) =>
    `${String(resource.values[key])}.${digits(resource, 12)}.${String(resource.region)}.rds.amazonaws.com`;

/** By type, then by attribute. */
const attributes: Readonly<Record<string, Readonly<Record<string, Attribute>>>> = {
  aws_cloudformation_stack: { outputs: templateOutputs },
  aws_cloudwatch_event_rule: { arn: arn('events', named('rule/')), name: argument('name') },
  aws_cloudwatch_log_group: { arn: arn('logs', named('log-group:')) },
  aws_db_instance: {
    address: databaseHost('identifier'),
    arn: arn('rds', named('db:', 'identifier')),
    id: (resource) => `db-${digits(resource, 26).toUpperCase()}`,
    master_user_secret: masterSecret('db'),
    resource_id: (resource) => `db-${digits(resource, 26).toUpperCase()}`,
  },
  aws_db_parameter_group: { id: argument('name') },
  aws_db_subnet_group: { id: argument('name') },
  aws_ebs_volume: { id: ec2Id('vol'), arn: arn('ec2', (resource) => `volume/vol-${digits(resource, 17)}`) },
  aws_eip: { id: ec2Id('eipalloc'), allocation_id: ec2Id('eipalloc'), public_ip: () => '198.51.100.1' },
  aws_eks_cluster: {
    arn: arn('eks', named('cluster/')),
    certificate_authority: () => [{ data: Buffer.from('certificate').toString('base64') }],
    endpoint: (resource) =>
      `https://${digits(resource, 32).toUpperCase()}.gr7.${String(resource.region)}.eks.amazonaws.com`,
    id: argument('name'),
    vpc_config: ({ values, ...resource }) => [
      { ...(values.vpc_config as object), cluster_security_group_id: ec2Id('sg')(resource as ResolvedResource) },
    ],
  },
  aws_elasticache_replication_group: {
    arn: arn('elasticache', named('replicationgroup:', 'replication_group_id')),
    configuration_endpoint_address: cacheHost('clustercfg'),
    id: argument('replication_group_id'),
    primary_endpoint_address: cacheHost('master'),
    reader_endpoint_address: cacheHost('replica'),
  },
  aws_elasticache_serverless_cache: {
    arn: arn('elasticache', named('serverlesscache:')),
    endpoint: ({ values, region }) => [
      { address: `${String(values.name)}-rehearsed.serverless.${String(region)}.cache.amazonaws.com`, port: 6379 },
    ],
    id: argument('name'),
    reader_endpoint: ({ values, region }) => [
      { address: `${String(values.name)}-rehearsed.serverless.${String(region)}.cache.amazonaws.com`, port: 6380 },
    ],
  },
  aws_iam_instance_profile: { arn: arn('iam', named('instance-profile/'), 'global'), id: argument('name') },
  aws_iam_policy: { arn: arn('iam', named('policy/'), 'global') },
  aws_iam_role: { arn: arn('iam', named('role/'), 'global'), id: argument('name') },
  aws_instance: {
    arn: arn('ec2', (resource) => `instance/i-${digits(resource, 17)}`),
    id: ec2Id('i'),
    private_ip: ({ values }) => values.private_ip,
  },
  aws_internet_gateway: { id: ec2Id('igw') },
  aws_kms_key: { arn: arn('kms', (resource) => `key/${uuid(resource)}`), id: uuid, key_id: uuid },
  aws_kms_replica_key: { arn: arn('kms', (resource) => `key/${uuid(resource)}`), id: uuid, key_id: uuid },
  aws_lambda_function: {
    arn: arn('lambda', named('function:', 'function_name')),
    id: argument('function_name'),
    qualified_arn: arn('lambda', (resource) => `function:${String(resource.values.function_name)}:1`),
  },
  aws_launch_template: {
    id: ec2Id('lt'),
    latest_version: () => 1,
    arn: arn('ec2', (resource) => `launch-template/lt-${digits(resource, 17)}`),
  },
  aws_nat_gateway: { id: ec2Id('nat') },
  aws_network_acl: { id: ec2Id('acl') },
  aws_network_interface: {
    id: ec2Id('eni'),
    // AWS chooses one of its subnet.
    private_ip: (resource) =>
      (resource.values.private_ips as readonly unknown[] | undefined)?.[0] ?? testAddress(resource),
  },
  aws_rds_cluster: {
    arn: arn('rds', named('cluster:', 'cluster_identifier')),
    cluster_resource_id: (resource) => `cluster-${digits(resource, 26).toUpperCase()}`,
    endpoint: databaseHost('cluster_identifier'),
    id: argument('cluster_identifier'),
    master_user_secret: masterSecret('cluster'),
  },
  aws_rds_cluster_instance: { id: argument('identifier') },
  aws_route53_zone: {
    id: (resource) => `Z${digits(resource, 20).toUpperCase()}`,
    zone_id: (resource) => `Z${digits(resource, 20).toUpperCase()}`,
  },
  aws_route_table: { id: ec2Id('rtb') },
  aws_s3_bucket: {
    arn: arn('s3', named('', 'bucket'), 'bare'),
    bucket_regional_domain_name: ({ values, region }) => `${String(values.bucket)}.s3.${String(region)}.amazonaws.com`,
    id: argument('bucket'),
  },
  aws_scheduler_schedule_group: { arn: arn('scheduler', named('schedule-group/')), id: argument('name') },
  aws_secretsmanager_secret: {
    arn: arn(
      'secretsmanager',
      (resource) => `secret:${String(resource.values.name)}-${secretSuffix(resource.address)}`,
    ),
    id: arn('secretsmanager', (resource) => `secret:${String(resource.values.name)}-${secretSuffix(resource.address)}`),
  },
  aws_security_group: { id: ec2Id('sg'), arn: arn('ec2', (resource) => `security-group/sg-${digits(resource, 17)}`) },
  aws_sfn_state_machine: { arn: arn('states', named('stateMachine:')), id: arn('states', named('stateMachine:')) },
  aws_sns_topic: { arn: arn('sns', named('')), id: arn('sns', named('')) },
  aws_sqs_queue: {
    arn: arn('sqs', named('')),
    id: ({ values, region, accountId }) =>
      `https://sqs.${String(region)}.amazonaws.com/${String(accountId)}/${String(values.name)}`,
    url: ({ values, region, accountId }) =>
      `https://sqs.${String(region)}.amazonaws.com/${String(accountId)}/${String(values.name)}`,
  },
  aws_subnet: { id: ec2Id('subnet') },
  aws_vpc: {
    default_network_acl_id: ec2Id('acl'),
    default_route_table_id: ec2Id('rtb'),
    default_security_group_id: ec2Id('sg'),
    id: ec2Id('vpc'),
    main_route_table_id: ec2Id('rtb'),
  },
  aws_vpc_endpoint: { id: ec2Id('vpce') },
  terraform_data: { id: uuid },
  // Data sources.
  aws_eks_addon_version: { version: () => 'v1.0.0-eksbuild.1' },
  aws_ssm_parameter: { insecure_value: () => 'ami-00000000000000000', value: () => 'ami-00000000000000000' },
};

/** Value of an attribute that the provider computes; undefined if it is none, or not one that is known. */
export function computedAttribute(resource: ResolvedResource, name: string): unknown {
  return attributes[resource.type]?.[name]?.(resource);
}
