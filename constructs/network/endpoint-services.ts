/** Services of AWS that can be reached by an endpoint inside the network. */

/**
 * What nodes and pods of a private cluster call all the time: the network and volume drivers (`ec2`), images (`ecr`, whose
 * layers come from S3), identities of pods (`eks-auth`, `sts`), logs, keys and secrets.
 * Source: "Deploy private clusters with limited internet access" of the EKS User Guide.
 */
export const privateNodeServices = [
  'ec2',
  'ecr.api',
  'ecr.dkr',
  'eks-auth',
  'kms',
  'logs',
  'secretsmanager',
  'sts',
] as const;

/** What some nodes call, or call seldom. Redis itself needs no endpoint: `elasticache` is its API for administration. */
export const furtherServices = [
  'autoscaling',
  'ec2messages',
  'eks',
  'elasticache',
  'elasticloadbalancing',
  'events',
  'monitoring',
  'rds',
  'sns',
  'sqs',
  'ssm',
  'ssmmessages',
  'states',
  'xray',
] as const;

/** A service by the last part of its endpoint's name. */
export type EndpointService = (typeof privateNodeServices)[number] | (typeof furtherServices)[number];
