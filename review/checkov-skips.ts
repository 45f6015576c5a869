/**
 * Every check of Checkov that fails here on purpose, and why. `npm run checkov` fails on a failed check that isn't in
 * this list, and on an entry that no failed check needs any more.
 */

/** One check that isn't followed. */
export interface CheckovSkip {
  /** Id of the check: `CKV_AWS_18`. */
  readonly check: string;
  /** What the check asks for, in Checkov's words. */
  readonly asks: string;
  /** Environments it is about. @default - all */
  readonly environments?: readonly string[];
  /** Stacks it is about, by their names without the environment's. */
  readonly stacks: readonly string[];
  /** Resources it is about: what their names in the synthesis begin with, before CDKTF's hash. */
  readonly resources: readonly string[];
  /** Why it is right not to follow it. */
  readonly reason: string;
}

export const checkovSkips: readonly CheckovSkip[] = [
  {
    check: 'CKV_AWS_352',
    asks: 'no access list that admits all ports',
    stacks: ['network'],
    resources: [
      'network_database-access_ingress-network',
      'network_private-access_ingress-network',
      'network_private-access_ingress-path-mtu',
      'network_public-access_ingress-network',
      'network_public-access_ingress-path-mtu',
    ],
    reason:
      'Inside the network security groups decide by port, to the instance; access lists only keep other networks out. ' +
      'The rules for path MTU discovery are of ICMP, which has no ports.',
  },
  {
    check: 'CKV_AWS_231',
    asks: 'no access list that admits port 3389 from everywhere',
    stacks: ['network'],
    resources: ['network_private-access_ingress-tcp-answers', 'network_public-access_ingress-tcp-answers'],
    reason:
      'Access lists have no memory: answers from the internet come to any port from 1024 up, 3389 among them. ' +
      'Security groups, which have one, admit no connection that was begun outside.',
  },
  {
    check: 'CKV2_AWS_5',
    asks: 'security groups that something has',
    stacks: ['kubernetes'],
    resources: ['kubernetes_security-groups_runner'],
    reason:
      'It is for the machine that runs deployments, which the team starts itself: a runner of a pipeline, CodeBuild or ' +
      'a bastion (docs/decisions/0018-runner-security-group.md).',
  },
  {
    check: 'CKV_AWS_18',
    asks: 'access logs of every bucket',
    stacks: ['terraform-state', 'backup'],
    resources: ['access-logs_bucket', 'replica_access-logs_bucket'],
    reason: 'It is the bucket for access logs: a log of its own would log the writing of itself, without an end.',
  },
  {
    check: 'CKV_AWS_145',
    asks: 'a KMS key for every bucket',
    stacks: ['terraform-state'],
    resources: ['access-logs_bucket'],
    reason: 'S3 writes access logs to no bucket that is encrypted by a KMS key; it is encrypted by the key of S3.',
  },
  {
    check: 'CKV_AWS_145',
    asks: 'a KMS key for every bucket',
    stacks: ['backup'],
    resources: ['copies_bucket', 'replica_access-logs_bucket', 'replica_copies_bucket'],
    reason:
      'ElastiCache exports to a bucket that S3 encrypts by its own key; with a KMS key it is documented nowhere. ' +
      'Copies and their access logs are encrypted as the original is.',
  },
  {
    check: 'CKV_AWS_144',
    asks: 'a copy of every bucket in another region',
    stacks: ['terraform-state'],
    resources: ['access-logs_bucket', 'state_bucket'],
    reason:
      'Versions of the state are kept for a year. When the region is lost, so is what the state describes: ' +
      'the environment is made anew elsewhere, from backups.',
  },
  {
    check: 'CKV2_AWS_62',
    asks: 'notifications of events in every bucket',
    stacks: ['terraform-state'],
    resources: ['access-logs_bucket', 'state_bucket'],
    reason: 'Nobody waits for a log or a state; who read or wrote a state is in the access logs.',
  },
  {
    check: 'CKV2_AWS_62',
    asks: 'notifications of events in every bucket',
    stacks: ['backup'],
    resources: ['copies_bucket', 'replica_access-logs_bucket', 'replica_copies_bucket'],
    reason:
      'The workflow that writes a copy checks it itself and tells of a failure; alarms watch for backups that are missing ' +
      'and for copies that do not reach the other region.',
  },
  {
    check: 'CKV_AWS_145',
    asks: 'a KMS key for every bucket',
    stacks: ['observability'],
    resources: ['logs_bucket'],
    reason:
      'It holds lines of logs, with nothing secret in them; Loki writes thousands of objects, and each would ask KMS.',
  },
  {
    check: 'CKV_AWS_144',
    asks: 'a copy of every bucket in another region',
    stacks: ['observability'],
    resources: ['logs_bucket'],
    reason: 'Logs of a region that is lost are not what is missed then; they are kept for weeks, and not for evidence.',
  },
  {
    check: 'CKV2_AWS_62',
    asks: 'notifications of events in every bucket',
    stacks: ['observability'],
    resources: ['logs_bucket'],
    reason:
      'Loki alone reads and writes it, and finds what is there by its own index; who asked is in the access logs.',
  },
  {
    check: 'CKV_AWS_144',
    asks: 'a copy of every bucket in another region',
    stacks: ['backup'],
    resources: ['replica_access-logs_bucket'],
    reason: 'It holds logs about the bucket in the other region, which is itself the copy.',
  },
  {
    check: 'CKV_AWS_297',
    asks: 'a KMS key for every schedule',
    stacks: ['backup'],
    resources: ['schedule'],
    reason: 'It holds the time of the next backup and the name of the workflow; AWS encrypts it by a key of its own.',
  },
  {
    check: 'CKV_AWS_116',
    asks: 'a dead letter queue for every function',
    stacks: ['redis'],
    resources: ['users_rotation_function'],
    reason:
      'Secrets Manager calls it and tries again by itself; what fails, or is not called at all, raises an alarm. ' +
      'A lost call has nothing in it that would be worth keeping.',
  },
  {
    check: 'CKV_AWS_116',
    asks: 'a dead letter queue for every function',
    stacks: ['alerts'],
    resources: ['notifier_function'],
    reason:
      'SNS and Lambda try again; what still was not told raises an alarm, which goes by mail. An alarm that is on stays on ' +
      'in CloudWatch: a queue would keep what is known there.',
  },
  {
    check: 'CKV_AWS_117',
    asks: 'every function inside a VPC',
    stacks: ['alerts'],
    resources: ['notifier_function'],
    reason:
      'It calls Secrets Manager and receivers on the internet: it needs no way into the network, and so has none.',
  },
  {
    check: 'CKV_AWS_272',
    asks: 'signed code of every function',
    stacks: ['alerts'],
    resources: ['notifier_function'],
    reason: 'Its code is built from this repository and uploaded by the deployment itself; nobody else may change it.',
  },
  {
    check: 'CKV_AWS_117',
    asks: 'every function inside a VPC',
    stacks: ['redis'],
    resources: ['users_rotation_function'],
    reason: 'It calls the public API of AWS alone, never Redis: it needs no way into the network, and so has none.',
  },
  {
    check: 'CKV_AWS_272',
    asks: 'signed code of every function',
    stacks: ['redis'],
    resources: ['users_rotation_function'],
    reason: 'Its code is built from this repository and uploaded by the deployment itself; nobody else may change it.',
  },
  {
    check: 'CKV_AWS_26',
    asks: 'encryption of every topic',
    stacks: ['alerts'],
    resources: ['elasticache-events_topic'],
    reason:
      'ElastiCache publishes to no topic that is encrypted, and without a word. ' +
      'An event is the name of a node and what happened to it. Alarms have a topic of their own, which is encrypted.',
  },
  {
    check: 'CKV_K8S_43',
    asks: 'images by their digest',
    stacks: ['application'],
    resources: ['programs_api_deployment', 'programs_worker_deployment'],
    reason:
      'The setting asks for a digest or for a tag that the registry never gives to another image; an example has no image yet ' +
      'that it could name by its digest.',
  },
  {
    check: 'CKV_K8S_15',
    asks: 'images to be pulled whenever a pod starts',
    stacks: ['application'],
    resources: ['programs_api_deployment', 'programs_worker_deployment'],
    reason:
      'What is pulled never changes under its name, and a pod that is moved while the registry is down has to start from the ' +
      'copy on its node.',
  },
  {
    check: 'CKV_AWS_338',
    asks: 'logs that are kept for a year',
    environments: ['development'],
    stacks: ['kubernetes', 'network', 'database'],
    resources: [
      'kubernetes_control-plane_logs',
      'network_flow-logs_group',
      'observation_postgresql',
      'observation_upgrade',
    ],
    reason: 'Nobody looks into what happened in development a month ago; a year of logs costs more than it tells.',
  },
  {
    check: 'CKV_AWS_293',
    asks: 'databases that are protected from deletion',
    environments: ['development'],
    stacks: ['database'],
    resources: ['rds_instance'],
    reason:
      'Everything in development can be made anew, and its settings say so where a reviewer sees it (destruction).',
  },
  {
    check: 'CKV_AWS_157',
    asks: 'a second instance of databases in another zone',
    environments: ['development'],
    stacks: ['database'],
    resources: ['rds_instance'],
    reason: 'An hour without the database of development holds up no customer; the second instance doubles its price.',
  },
];
