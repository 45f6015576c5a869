/** A name for Redis that stays when the platform behind it is replaced. */
import { Route53Record } from '@cdktf/provider-aws/lib/route53-record';
import { Route53Zone } from '@cdktf/provider-aws/lib/route53-zone';
import { Construct } from 'constructs';
import type { AwsAccount } from '../aws/account';

export interface PrivateNameProps {
  readonly account: AwsAccount;
  readonly vpcId: string;
  /** `production.example.internal`, say. */
  readonly zone: string;
  /** What the name stands for. */
  readonly target: string;
}

/** Seconds that a client may go on with an old answer. */
const ttl = 60;

/**
 * `redis.<zone>`, known in the network alone.
 *
 * It is for people and for a move from one platform to another. The certificates of ElastiCache are for its own names: a
 * client that connects by this one has to be told the name to expect in them (`tls.servername`, `--sni`), which is the
 * target. So programs are given the target, and find the nodes by the names that the cluster tells.
 */
export class PrivateName extends Construct {
  readonly name: string;

  constructor(scope: Construct, id: string, { account, vpcId, zone, target }: PrivateNameProps) {
    super(scope, id);
    this.name = `redis.${zone}`;
    const hostedZone = new Route53Zone(this, 'zone', {
      name: zone,
      comment: `Redis of ${account.environment}`,
      vpc: [{ vpcId }],
    });
    new Route53Record(this, 'record', {
      zoneId: hostedZone.zoneId,
      name: this.name,
      type: 'CNAME',
      ttl,
      records: [target],
    });
  }
}
