/** Grants that no need asks for, and that stay: each with its reason and the day of the decision. */
import type { Grant } from '../evaluation/grants';

interface Excuse {
  /** What names of policies contain. */
  readonly policy: RegExp;
  readonly sid: string;
  readonly reason: string;
  /** `2026-11-30` */
  readonly since: string;
}

const excuses: readonly Excuse[] = [
  {
    policy: /aws_kms_key\./,
    sid: 'AccountDecides',
    reason:
      'it delegates to policies of the account, as AWS recommends, and grants nothing by itself; without it the key could not be repaired',
    since: '2026-11-30',
  },
  {
    policy: /aws_vpc_endpoint\./,
    sid: 'OwnIdentities',
    reason: 'a policy of an endpoint grants nothing by itself; it keeps credentials of other accounts out',
    since: '2026-11-30',
  },
  {
    policy: /aws_vpc_endpoint\./,
    sid: 'Downloads',
    reason: 'layers of images and packages are in buckets of others, which their owners sign for',
    since: '2026-11-30',
  },
  {
    policy: /aws_vpc_endpoint\./,
    sid: 'WebIdentities',
    reason: "pods that others install may take on roles by tokens of service accounts; roles of this platform don't",
    since: '2026-11-30',
  },
  {
    policy: /aws_sns_topic_policy\.elasticache-events_/,
    sid: 'ElastiCachePublishes',
    reason: 'the topic is made before it is known whether Redis runs on ElastiCache; no other account is admitted',
    since: '2026-11-30',
  },
];

export const excusedGrant = ({ policy, sid }: Grant) =>
  excuses.find((excuse) => excuse.policy.test(policy) && excuse.sid === sid);
