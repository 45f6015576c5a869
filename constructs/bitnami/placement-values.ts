/** Where pods of Redis may be, in the terms of Kubernetes. */
import { redisNodeLabels, redisNodeToleration } from '../kubernetes/redis-nodes';
import { redisPodLabels } from './names';

/** Nodes of the pods: those that are labelled and tainted for Redis, or all. */
export type RedisPlacement = 'dedicated' | 'any';

/**
 * No two pods on one node, and as many in each zone as in any other. The claims say which zone; these hold should one be made
 * elsewhere by mistake.
 *
 * `nodeTaintsPolicy: Honor`: nodes that are drained or lost don't count. Else the pods of zones that live would wait for
 * those of a zone that is gone.
 */
export const redisPlacement = (placement: RedisPlacement = 'dedicated') => ({
  affinity: {
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { labelSelector: { matchLabels: redisPodLabels }, topologyKey: 'kubernetes.io/hostname' },
      ],
    },
  },
  ...(placement === 'dedicated' && { nodeSelector: redisNodeLabels, tolerations: [redisNodeToleration] }),
  topologySpreadConstraints: [
    {
      maxSkew: 1,
      topologyKey: 'topology.kubernetes.io/zone',
      whenUnsatisfiable: 'DoNotSchedule',
      nodeAffinityPolicy: 'Honor',
      nodeTaintsPolicy: 'Honor',
      labelSelector: { matchLabels: redisPodLabels },
    },
  ],
});
