/** A release of one of Bitnami's charts, and all that has to be there before its pods. */
import { PriorityClassV1 } from '@cdktf/provider-kubernetes/lib/priority-class-v1';
import { Annotations, type ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { BitnamiSettings } from '../../environments/bitnami-settings';
import type { AwsAccount } from '../aws/account';
import { certificateKeys } from '../cluster-services/names';
import { ServiceNamespace } from '../cluster-services/service-namespace';
import { ChartRelease, type ChartValues } from '../kubernetes/chart-release';
import { CustomResources } from '../kubernetes/custom-resources';
import { zoneStorageClass } from '../kubernetes/storage-class-names';
import type { PasswordStore } from '../passwords/password-store';
import type { KubernetesSecretValue } from '../redis/endpoint';
import { platformName } from '../redis/names';
import { declareFlows } from '../network/flows';
import { authoritySecret, headlessService, redisNamespace, redisPriorityClass, releaseName } from './names';
import { PodFileMaps } from './pod-files';
import type { RedisPlacement } from './placement-values';
import type { PodFiles } from './pod-volumes';
import { redisCertificates } from './redis-certificates';
import { RedisClaims } from './redis-claims';
import { redisFlows } from './redis-flows';
import { RedisSecrets } from './redis-secrets';
import { redisTraffic } from './redis-traffic';
import { chartRepositoryOf, imagesOf, sourceWarnings, testedCharts, type BitnamiImages } from './sources';
import type { BitnamiUserName } from './users';

/** What a platform of either kind is made from. */
export interface BitnamiPlatformProps<Settings extends BitnamiSettings> {
  /** Name of the environment. */
  readonly environment: string;
  /** @default - the environment is not in AWS */
  readonly account?: AwsAccount | undefined;
  readonly settings: Settings;
  /** Names of the availability zones, always in the same order: a pod's ordinal says which is its own. */
  readonly zones: readonly string[];
  readonly passwords: PasswordStore;
  /** Name of the storage class of volumes in a zone. @default - that of EBS volumes */
  readonly storageClassOf?: (zone: string) => string;
  /** Nodes of the pods. @default 'dedicated' */
  readonly placement?: RedisPlacement;
}

export interface BitnamiReleaseProps extends BitnamiPlatformProps<BitnamiSettings> {
  /** Names of pods, by ordinal. */
  readonly pods: readonly string[];
  readonly users: readonly BitnamiUserName[];
  /** Files with users, with `digestTemplates` in the places of digests. */
  readonly aclFiles: Readonly<Record<string, string>>;
  /** Files of servers, by name. Nothing secret. */
  readonly configuration: Readonly<Record<string, string>>;
  /** The chart's values, by the names of images and of files. */
  readonly values: (images: BitnamiImages, files: PodFiles) => ChartValues;
}

/** Seconds that a release may take beside the replacement of its pods, which may have data to read or to copy. */
const readSeconds = 3_600;

/** Seconds until a release that isn't ready has failed: pods are replaced one by one, and each may use up its grace period. */
const releaseSeconds = ({ pods, settings }: BitnamiReleaseProps) =>
  readSeconds + pods.length * settings.terminationGracePeriodSeconds;

/** Before the application and the cluster's services; classes of Kubernetes' own begin at two billion. */
const priority = 2_000_000;

/** The Secret and the key by which clients know the servers. */
export const caCertificate: KubernetesSecretValue = {
  kind: 'kubernetes-secret',
  namespace: redisNamespace,
  name: authoritySecret,
  key: certificateKeys.authority,
};

/** Name of the platform, the label `redis_cluster` of its metrics and alerts. */
export const clusterNameOf = ({ environment }: { readonly environment: string }) => platformName({ environment });

/** In this order: the namespace, passwords and certificates, claims, configuration, and the release. */
export class BitnamiRelease extends Construct {
  readonly release: ITerraformDependable;
  readonly files: PodFiles;
  readonly images: BitnamiImages;
  readonly values: ChartValues;
  readonly credentials: RedisSecrets['credentials'];

  constructor(scope: Construct, id: string, props: BitnamiReleaseProps) {
    super(scope, id);
    const { account, settings, zones, pods, storageClassOf = zoneStorageClass } = props;
    for (const warning of sourceWarnings(settings)) Annotations.of(this).addWarning(warning);
    declareFlows(this, redisFlows(settings));
    const { dependables: dependsOn } = new ServiceNamespace(this, 'namespace', {
      name: redisNamespace,
      traffic: redisTraffic(settings),
    });
    const secrets = this.#secrets(props, dependsOn);
    const claims = new RedisClaims(this, 'claims', {
      pods,
      zones,
      storageClassOf,
      gibibytes: settings.volumeGibibytes,
      preventDestroy: settings.destruction.kind === 'prevented',
      dependsOn,
    });
    const files = new PodFileMaps(this, 'files', {
      kind: settings.kind,
      configuration: props.configuration,
      dependsOn,
    });
    this.files = files.names;
    this.images = imagesOf(settings, account);
    this.values = props.values(this.images, this.files);
    this.credentials = secrets.credentials;
    this.release = this.#release(props, [...secrets.dependables, ...claims.dependables, ...files.dependables]);
  }

  #secrets(props: BitnamiReleaseProps, dependsOn: readonly ITerraformDependable[]) {
    const { account, environment, settings, users, aclFiles, passwords } = props;
    const secrets = new RedisSecrets(this, 'secrets', {
      account,
      environment,
      passwords,
      users,
      generations: settings.passwordGenerations,
      aclFiles,
      preventDestroy: settings.destruction.kind === 'prevented',
      dependsOn,
    });
    const { release } = new CustomResources(this, 'certificates', {
      name: 'redis-certificates',
      namespace: redisNamespace,
      objects: redisCertificates([headlessService, releaseName]),
      dependsOn,
    });
    return { credentials: secrets.credentials, dependables: [...secrets.dependables, release] };
  }

  #release(props: BitnamiReleaseProps, dependsOn: readonly ITerraformDependable[]) {
    const { account, settings } = props;
    const priorityClass = new PriorityClassV1(this, 'priority-class', {
      metadata: { name: redisPriorityClass },
      value: priority,
      description: 'Redis, whose data others wait for',
    });
    return new ChartRelease(this, 'chart', {
      name: releaseName,
      namespace: redisNamespace,
      chart: testedCharts[settings.kind].name,
      repository: chartRepositoryOf(settings, account),
      version: settings.chart.version,
      values: this.values,
      timeoutSeconds: releaseSeconds(props),
      afterFailure: 'stays',
      dependsOn: [...dependsOn, priorityClass],
    }).release;
  }
}
