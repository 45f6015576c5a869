/** Redis on Kubernetes by Bitnami's charts. */
import type { Construct } from 'constructs';
import { TerraformOutput, TerraformStack } from 'cdktf';
import type { AwsAccount } from '../constructs/aws/account';
import { useAws, useAwsState } from '../constructs/aws/aws-state';
import { BitnamiRedisCluster } from '../constructs/bitnami/bitnami-redis-cluster';
import { BitnamiRedisSentinel } from '../constructs/bitnami/bitnami-redis-sentinel';
import type { BitnamiPlatformProps } from '../constructs/bitnami/bitnami-release';
import type { KubernetesValue } from '../constructs/kubernetes/cluster';
import { useHelm } from '../constructs/kubernetes/helm-provider';
import { useKubernetes } from '../constructs/kubernetes/kubernetes-provider';
import { secretsManagerPasswords } from '../constructs/passwords/secrets-manager-passwords';
import { holdWorkloadsToPolicies } from '../constructs/policies/workload-policies';
import type { KubernetesSecretValue, RedisClusterEndpoint, RedisSentinelEndpoint } from '../constructs/redis/endpoint';
import { throwViolations } from '../constructs/validation/violations';
import { bitnamiViolations, type RedisNodes } from '../environments/bitnami-rules';
import type { BitnamiSettings } from '../environments/bitnami-settings';

export interface BitnamiRedisStackProps {
  readonly account: AwsAccount;
  readonly settings: BitnamiSettings;
  readonly kubernetes: KubernetesValue;
  /** Nodes of the cluster for Redis. */
  readonly redisNodes: RedisNodes;
  /** Names of the network's availability zones, in an order that stays. */
  readonly zones: readonly string[];
  /** Mebibytes of data expected at most, without replicas. */
  readonly datasetMebibytes: number;
  /** SNS topic for changes of secrets. */
  readonly topicArn: string;
}

/** Pods of a cluster, or behind Sentinels. */
export type BitnamiEndpoint =
  RedisClusterEndpoint<KubernetesSecretValue> | RedisSentinelEndpoint<KubernetesSecretValue>;

/** The stack of the cluster's services comes before: it issues certificates, and brings secrets. */
export class BitnamiRedisStack extends TerraformStack {
  readonly endpoint: BitnamiEndpoint;

  /** @throws ViolationsError if settings contradict each other, the nodes or the dataset */
  constructor(scope: Construct, id: string, props: BitnamiRedisStackProps) {
    super(scope, id);
    const { account, settings, kubernetes, zones, topicArn } = props;
    throwViolations(this.node.path, bitnamiViolations(settings, { ...props, environment: account.environment }));
    useAwsState(this, account);
    useAws(this, account);
    useKubernetes(this, account, kubernetes);
    useHelm(this, account, kubernetes);
    holdWorkloadsToPolicies(this);
    this.endpoint = addBitnamiRedis(this, {
      account,
      environment: account.environment,
      settings,
      zones,
      passwords: secretsManagerPasswords(account, topicArn),
    });
  }
}

/** Redis of either kind and the output that says where it is, in a stack that has the providers. */
export function addBitnamiRedis(
  stack: TerraformStack,
  { settings, ...shared }: BitnamiPlatformProps<BitnamiSettings>,
): BitnamiEndpoint {
  const { endpoint } =
    settings.kind === 'bitnami-cluster'
      ? new BitnamiRedisCluster(stack, 'redis', { ...shared, settings })
      : new BitnamiRedisSentinel(stack, 'redis', { ...shared, settings });
  new TerraformOutput(stack, endpoint.topology === 'cluster' ? 'seeds' : 'sentinels', {
    value: (endpoint.topology === 'cluster' ? endpoint.seeds : endpoint.sentinels).map(
      ({ host, port }) => `${host}:${port}`,
    ),
    description: 'Where Redis is found, inside the cluster; TLS only',
  });
  return endpoint;
}
