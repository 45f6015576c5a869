/** The job that makes a cluster of the pods, and the same again for whoever wants roles to be where they belong. */
import { CronJobV1 } from '@cdktf/provider-kubernetes/lib/cron-job-v1';
import { JobV1 } from '@cdktf/provider-kubernetes/lib/job-v1';
import { ServiceAccountV1 } from '@cdktf/provider-kubernetes/lib/service-account-v1';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { BitnamiClusterSettings } from '../../environments/bitnami-settings';
import { shortDigest } from '../application/secret-sources';
import { certificateKeys } from '../cluster-services/names';
import { hardenedContainer } from '../cluster-services/pods';
import type { ChartValues } from '../kubernetes/chart-release';
import { arrangeResources } from './arrange-resources';
import { clusterPodNames } from './cluster-values';
import { podHost, redisNamespace, redisPorts, releaseName, serverCertificateSecret, userSecret } from './names';
import { shardsOf } from './placement';
import { podPaths } from './pod-configuration';
import { programPath } from './server-programs';
import { containerUser } from './shared-values';

export interface ArrangeJobProps {
  readonly settings: BitnamiClusterSettings;
  readonly zones: number;
  /** Whole name of the image of Redis, which has redis-cli. */
  readonly image: string;
  /** Name of the ConfigMap of programs. */
  readonly programs: string;
  /** What the release is made of: pods that were replaced have handed their masters over. */
  readonly values: ChartValues;
  readonly dependsOn: readonly ITerraformDependable[];
}

const name = `${releaseName}-arrange`;

/** Seconds for all of it: pods start, replicas copy, slots move with what is in them. */
const timeoutSeconds = 3_600;
const marginSeconds = 60;

/** Tries after the first. Each leaves what is done. */
const retries = 3;

const user = String(containerUser);

export class ArrangeJob extends Construct {
  constructor(scope: Construct, id: string, props: ArrangeJobProps) {
    super(scope, id);
    const account = new ServiceAccountV1(this, 'account', {
      metadata: { name, namespace: redisNamespace },
      automountServiceAccountToken: false,
      dependsOn: [...props.dependsOn],
    });
    const dependsOn = [...props.dependsOn, account];
    const spec = jobSpec(props);
    const wait = `${timeoutSeconds + marginSeconds}s`;
    new JobV1(this, 'job', {
      // Runs when it is new: whenever pods are replaced, or there are others.
      metadata: { name: `${name}-${shortDigest([spec, props.values])}`, namespace: redisNamespace },
      spec,
      waitForCompletion: true,
      timeouts: { create: wait, update: wait },
      dependsOn,
    });
    // `kubectl -n redis create job --from=cronjob/redis-arrange <name>`; never by itself.
    new CronJobV1(this, 'by-hand', {
      metadata: { name, namespace: redisNamespace },
      spec: {
        schedule: '0 0 1 1 *',
        suspend: true,
        concurrencyPolicy: 'Forbid',
        jobTemplate: { metadata: {}, spec },
      },
      dependsOn,
    });
  }
}

function jobSpec(props: ArrangeJobProps) {
  return {
    backoffLimit: retries,
    activeDeadlineSeconds: timeoutSeconds,
    completions: 1,
    parallelism: 1,
    template: {
      metadata: { labels: { 'app.kubernetes.io/name': name } },
      spec: {
        serviceAccountName: name,
        restartPolicy: 'Never',
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        securityContext: {
          runAsNonRoot: true,
          runAsUser: user,
          runAsGroup: user,
          fsGroup: user,
          seccompProfile: { type: 'RuntimeDefault' },
        },
        container: [container(props)],
        volume: [
          { name: 'programs', configMap: { name: props.programs, defaultMode: '0555' } },
          { name: 'arranger', secret: { secretName: userSecret('arranger'), defaultMode: '0440' } },
          {
            name: 'authority',
            secret: {
              secretName: serverCertificateSecret,
              defaultMode: '0440',
              items: [{ key: certificateKeys.authority, path: 'ca.crt' }],
            },
          },
        ],
      },
    },
  };
}

function container({ settings, zones, image }: ArrangeJobProps) {
  const nodes = clusterPodNames(settings).map((pod) => `${podHost(pod)}:${redisPorts.redis}@${redisPorts.bus}`);
  const shards = shardsOf(settings, zones).map((members) => members.join(','));
  return {
    name: 'arrange',
    image,
    imagePullPolicy: 'IfNotPresent',
    command: ['bash', programPath('arrange')],
    env: [
      { name: 'NODES', value: nodes.join(' ') },
      { name: 'SHARDS', value: shards.join(' ') },
    ],
    resources: arrangeResources,
    securityContext: {
      ...hardenedContainer,
      privileged: false,
      capabilities: { drop: [...hardenedContainer.capabilities.drop] },
    },
    volumeMount: [
      { name: 'programs', mountPath: podPaths.programs, readOnly: true },
      { name: 'arranger', mountPath: podPaths.arranger, readOnly: true },
      { name: 'authority', mountPath: podPaths.certificates, readOnly: true },
    ],
  };
}
