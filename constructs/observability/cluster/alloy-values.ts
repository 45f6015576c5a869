/** Values of the chart alloy, by the keys of version 1.11; the one place that knows them. */
import { servicePriorityClass } from '../../cluster-services/names';
import { emptyDir, hardenedContainer, oneAtATime, resources, spreadOverZones } from '../../cluster-services/pods';
import type { ChartValues } from '../../kubernetes/chart-release';
import type { ChartWorkload } from '../../kubernetes/chart-workloads';
import type { WatchedPlatform } from '../rules/watched-platform';
import { alloyConfiguration } from './alloy-configuration';
import { imageWithDigest, type WatcherProps } from './images';
import { releases, watcherPods, watcherPorts } from './names';

export interface AlloyProps extends WatcherProps {
  readonly platform: Pick<WatchedPlatform, 'clusterName'>;
}

/** Folder of what Alloy has read so far. Lost with the pod: lines that are sent again are the same, and Loki keeps one. */
const storagePath = '/var/lib/alloy';

/** Mebibytes of it: places in files, and lines that Loki doesn't have yet. */
const storageMebibytes = 256;

/** User and group of the image that aren't root. */
const alloyUser = 473;

export function alloyValues(props: AlloyProps): ChartValues {
  const { image, digests, replicas, memoryMebibytes } = props.settings.logs.alloy;
  const content = alloyConfiguration(props.account.environment, props.platform.clusterName);
  return {
    fullnameOverride: releases.alloy,
    crds: { create: false },
    image: imageWithDigest(props, 'alloy', { image, digests }),
    alloy: {
      configMap: { content },
      clustering: { enabled: true },
      listenPort: watcherPorts.alloy,
      storagePath,
      enableReporting: false,
      mounts: { extra: [{ name: 'storage', mountPath: storagePath }] },
      securityContext: { ...hardenedContainer, runAsUser: alloyUser, runAsGroup: alloyUser },
      resources: resources({ cpuMillicores: 100, memoryMebibytes, emptyDirMebibytes: storageMebibytes }),
    },
    // Pods and their output; the chart's default is every Secret there is.
    rbac: {
      rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] }],
      // Neither list may be empty: the chart writes them one after the other.
      clusterRules: [{ apiGroups: [''], resources: ['pods/log'], verbs: ['get'] }],
    },
    // A pod with another configuration is another pod: the chart marks it with the digest.
    configReloader: { enabled: false },
    controller: {
      type: 'statefulset',
      replicas,
      priorityClassName: servicePriorityClass,
      podDisruptionBudget: { enabled: true, ...oneAtATime },
      topologySpreadConstraints: spreadOverZones(watcherPods.alloy).map((constraint) => ({
        ...constraint,
        matchLabelKeys: ['controller-revision-hash'],
      })),
      volumes: { extra: [{ name: 'storage', emptyDir: emptyDir(storageMebibytes) }] },
    },
    global: { podSecurityContext: { fsGroup: alloyUser, seccompProfile: { type: 'RuntimeDefault' } } },
  };
}

/** Where the values say what pods request. */
export const alloyWorkloads: readonly ChartWorkload[] = [
  {
    name: releases.alloy,
    kind: 'stateful',
    replicas: 'controller.replicas',
    containers: ['alloy.resources'],
    spread: 'controller.topologySpreadConstraints',
  },
];
