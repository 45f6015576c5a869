/** Redis on Kubernetes by Bitnami's charts. */
import type { Construct } from 'constructs';
import { TerraformOutput, TerraformStack } from 'cdktf';
import type { AwsAccount } from '../constructs/aws/account';
import { useAws, useAwsState } from '../constructs/aws/aws-state';
import { BitnamiRedisCluster } from '../constructs/bitnami/bitnami-redis-cluster';
import { BitnamiRedisSentinel } from '../constructs/bitnami/bitnami-redis-sentinel';
import type { KubernetesValue } from '../constructs/kubernetes/cluster';
import { useHelm } from '../constructs/kubernetes/helm-provider';
import { useKubernetes } from '../constructs/kubernetes/kubernetes-provider';
import { holdWorkloadsToPolicies } from '../constructs/policies/workload-policies';
import type { KubernetesSecretValue, RedisClusterEndpoint, RedisSentinelEndpoint } from '../constructs/redis/endpoint';
import { throwViolations } from '../constructs/validation/violations';
import { bitnamiViolations } from '../environments/bitnami-rules';
import type { BitnamiSettings } from '../environments/bitnami-settings';
import type { KubernetesSettings } from '../environments/kubernetes-settings';

export interface BitnamiRedisStackProps {
  readonly account: AwsAccount;
  readonly settings: BitnamiSettings;
  readonly kubernetes: KubernetesValue;
  /** Nodes of the cluster for Redis. */
  readonly redisNodes: KubernetesSettings['redisNodes'];
  /** Names of the network's availability zones, in an order that stays. */
  readonly zones: readonly string[];
  /** Mebibytes of data expected at most, without replicas. */
  readonly datasetMebibytes: number;
  /** SNS topic for changes of secrets. */
  readonly topicArn: string;
}

/** The stack of the cluster's services comes before: it issues certificates, and brings secrets. */
export class BitnamiRedisStack extends TerraformStack {
  readonly endpoint: RedisClusterEndpoint<KubernetesSecretValue> | RedisSentinelEndpoint<KubernetesSecretValue>;

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
    const shared = { account, zones, topicArn };
    const { endpoint } =
      settings.kind === 'bitnami-cluster'
        ? new BitnamiRedisCluster(this, 'redis', { ...shared, settings })
        : new BitnamiRedisSentinel(this, 'redis', { ...shared, settings });
    this.endpoint = endpoint;
    new TerraformOutput(this, endpoint.topology === 'cluster' ? 'seeds' : 'sentinels', {
      value: (endpoint.topology === 'cluster' ? endpoint.seeds : endpoint.sentinels).map(
        ({ host, port }) => `${host}:${port}`,
      ),
      description: 'Where Redis is found, inside the cluster; TLS only',
    });
  }
}
