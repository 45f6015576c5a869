/** A Redis Cluster on Kubernetes, by Bitnami's chart `redis-cluster`. */
import { PriorityClassV1 } from '@cdktf/provider-kubernetes/lib/priority-class-v1';
import { Annotations, type ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { BitnamiClusterSettings } from '../../environments/bitnami-settings';
import type { AwsAccount } from '../aws/account';
import { ServiceNamespace } from '../cluster-services/service-namespace';
import { ChartRelease } from '../kubernetes/chart-release';
import { CustomResources } from '../kubernetes/custom-resources';
import type { KubernetesSecretValue, RedisClusterEndpoint } from '../redis/endpoint';
import { ArrangeJob } from './arrange-job';
import { clusterHeadlessService, clusterPodHost, clusterPodNames, clusterValues } from './cluster-values';
import { authoritySecret, redisNamespace, redisPorts, redisPriorityClass, releaseName } from './names';
import { renderPodRedisConf } from './pod-configuration';
import { PodFileMaps } from './pod-files';
import { redisCertificates } from './redis-certificates';
import { RedisClaims } from './redis-claims';
import { digestTemplates, RedisSecrets } from './redis-secrets';
import { redisTraffic } from './redis-traffic';
import { podMaxmemoryBytes } from './room';
import { chartRepositoryOf, imageName, imageOf, sourceWarnings, testedCharts } from './sources';
import { failoverMilliseconds } from './timing';
import { bitnamiClusterUserNames, renderClusterUsers } from './users';

export interface BitnamiRedisClusterProps {
  readonly account: AwsAccount;
  readonly settings: BitnamiClusterSettings;
  /** Names of the network's availability zones, always in the same order: a pod's ordinal says which is its own. */
  readonly zones: readonly string[];
  /** SNS topic for changes of secrets. */
  readonly topicArn: string;
}

/** Seconds until a release that isn't ready has failed: pods are replaced one by one, and each may have data to read. */
const releaseSeconds = 3_600;

/** Before the application and the cluster's services; classes of Kubernetes' own begin at two billion. */
const priority = 2_000_000;

/**
 * In this order: the namespace, passwords and certificates, claims, configuration, the release, and the job that makes a
 * cluster of its pods.
 */
export class BitnamiRedisCluster extends Construct {
  readonly endpoint: RedisClusterEndpoint<KubernetesSecretValue>;

  constructor(scope: Construct, id: string, props: BitnamiRedisClusterProps) {
    super(scope, id);
    const { account, settings, zones } = props;
    for (const warning of sourceWarnings(settings)) Annotations.of(this).addWarning(warning);
    const preventDestroy = settings.destruction.kind === 'prevented';
    const namespace = new ServiceNamespace(this, 'namespace', {
      name: redisNamespace,
      traffic: redisTraffic(settings),
    });
    const { dependables } = namespace;
    const secrets = this.#secrets(props, dependables);
    const claims = new RedisClaims(this, 'claims', {
      pods: clusterPodNames(settings),
      zones,
      gibibytes: settings.volumeGibibytes,
      preventDestroy,
      dependsOn: dependables,
    });
    const files = new PodFileMaps(this, 'files', {
      configuration: { 'redis.conf': renderPodRedisConf(configurationOf(settings)) },
      dependsOn: dependables,
    });
    const release = this.#release(props, files, [...secrets.dependables, ...claims.dependables]);
    new ArrangeJob(this, 'arrange', {
      settings,
      zones: zones.length,
      image: imageName(imageOf(settings, 'redis', account)),
      programs: files.names.programs,
      dependsOn: [release],
    });
    this.endpoint = {
      topology: 'cluster',
      clusterName: `${account.environment}-${releaseName}`,
      // The first shards' pods: they are there from the beginning, in one zone each.
      seeds: clusterPodNames(settings)
        .slice(0, zones.length)
        .map((pod) => ({ host: clusterPodHost(pod), port: redisPorts.redis })),
      caCertificate: { kind: 'kubernetes-secret', namespace: redisNamespace, name: authoritySecret, key: 'ca.crt' },
      credentials: secrets.credentials,
      failoverMilliseconds: failoverMilliseconds(settings),
    };
  }

  #secrets({ account, settings, topicArn }: BitnamiRedisClusterProps, dependsOn: readonly ITerraformDependable[]) {
    const generations = settings.passwordGenerations;
    const secrets = new RedisSecrets(this, 'secrets', {
      account,
      users: bitnamiClusterUserNames,
      generations,
      aclFiles: { 'users.acl': renderClusterUsers(digestTemplates(generations)) },
      topicArn,
      preventDestroy: settings.destruction.kind === 'prevented',
      dependsOn,
    });
    const { release } = new CustomResources(this, 'certificates', {
      name: 'redis-certificates',
      namespace: redisNamespace,
      objects: redisCertificates([clusterHeadlessService, releaseName]),
      dependsOn,
    });
    return { credentials: secrets.credentials, dependables: [...secrets.dependables, release] };
  }

  #release(
    { account, settings }: BitnamiRedisClusterProps,
    files: PodFileMaps,
    dependsOn: readonly ITerraformDependable[],
  ): ITerraformDependable {
    const priorityClass = new PriorityClassV1(this, 'priority-class', {
      metadata: { name: redisPriorityClass },
      value: priority,
      description: 'Redis, whose data others wait for',
    });
    return new ChartRelease(this, 'redis', {
      name: releaseName,
      namespace: redisNamespace,
      chart: testedCharts['bitnami-cluster'].name,
      repository: chartRepositoryOf(settings, account),
      version: settings.chart.version,
      values: clusterValues({
        settings,
        images: { redis: imageOf(settings, 'redis', account), exporter: imageOf(settings, 'exporter', account) },
        files: files.names,
      }),
      timeoutSeconds: releaseSeconds,
      afterFailure: 'stays',
      dependsOn: [...dependsOn, ...files.dependables, priorityClass],
    }).release;
  }
}

const configurationOf = ({ memoryMebibytes, appendFsync, nodeTimeoutMilliseconds }: BitnamiClusterSettings) => ({
  maxmemoryBytes: podMaxmemoryBytes(memoryMebibytes),
  persistence: { appendFsync },
  cluster: { nodeTimeoutMilliseconds },
});
