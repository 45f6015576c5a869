/**
 * Policy: replicas are in several zones. Source: `no-anti-affinity` of kube-linter, `deployment-has-host-podantiaffinity`
 * of kube-score, for zones instead of hosts.
 */
import { block, blocks, type Block, type WorkloadPolicy } from './workload';

const zone = 'topology.kubernetes.io/zone';

export const replicasSpreadOverZones: WorkloadPolicy = {
  explanation: 'Replicas of one zone are lost with it',
  problems: ({ kind, replicas, pod }) => {
    if (!['deployment', 'stateful_set'].includes(kind) || replicas < 2 || isSpread(pod)) return [];
    return [`may have all replicas in one zone; add a topology_spread_constraint of ${zone} with DoNotSchedule`];
  },
};

function isSpread({ topology_spread_constraint: constraints, affinity }: Block): boolean {
  const apart = blocks(block(block(affinity).pod_anti_affinity).required_during_scheduling_ignored_during_execution);
  return (
    blocks(constraints).some(
      ({ topology_key: key, when_unsatisfiable: otherwise }) => key === zone && otherwise === 'DoNotSchedule',
    ) || apart.some(({ topology_key: key }) => key === zone)
  );
}
