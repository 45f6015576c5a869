/** Holds the workloads of a stack to all policies for them. */
import { Annotations, Aspects, type IAspect, type TerraformStack } from 'cdktf';
import type { IConstruct } from 'constructs';
import { containersHaveLimits } from './containers-have-limits';
import { containersRunAsNonRoot } from './containers-run-as-non-root';
import { emptyDirsHaveASize } from './empty-dirs-have-a-size';
import { exceptionFrom, type PolicyName } from './exceptions';
import { imagesHaveAVersion } from './images-have-a-version';
import { podsHaveNoTokenTheyDoNotNeed } from './pods-have-no-token-they-do-not-need';
import { privilegesDoNotEscalate } from './privileges-do-not-escalate';
import { replicasHaveADisruptionBudget } from './replicas-have-a-disruption-budget';
import { replicasSpreadOverZones } from './replicas-spread-over-zones';
import { rootFileSystemsAreReadOnly } from './root-file-systems-are-read-only';
import { serversHaveProbes } from './servers-have-probes';
import { workloadOf, type WorkloadPolicy } from './workload';

/** Policies for workloads, by name. */
export const workloadPolicies: Readonly<Record<Exclude<PolicyName, 'what-holds-data-is-protected'>, WorkloadPolicy>> = {
  'containers-run-as-non-root': containersRunAsNonRoot,
  'root-file-systems-are-read-only': rootFileSystemsAreReadOnly,
  'privileges-do-not-escalate': privilegesDoNotEscalate,
  'containers-have-limits': containersHaveLimits,
  'empty-dirs-have-a-size': emptyDirsHaveASize,
  'servers-have-probes': serversHaveProbes,
  'images-have-a-version': imagesHaveAVersion,
  'replicas-have-a-disruption-budget': replicasHaveADisruptionBudget,
  'replicas-spread-over-zones': replicasSpreadOverZones,
  'pods-have-no-token-they-do-not-need': podsHaveNoTokenTheyDoNotNeed,
};

/** Makes it an error of the synthesis if a workload of the stack breaks a policy; `except` makes exceptions. */
export function holdWorkloadsToPolicies(stack: TerraformStack): void {
  Aspects.of(stack).add(new WorkloadsKeepPolicies());
}

class WorkloadsKeepPolicies implements IAspect {
  visit(node: IConstruct): void {
    const workload = workloadOf(node);
    if (workload === undefined) return;
    for (const [name, { problems, explanation }] of Object.entries(workloadPolicies)) {
      if (exceptionFrom(node, name as PolicyName) !== undefined) continue;
      for (const problem of problems(workload)) Annotations.of(node).addError(`${name}: ${problem}. ${explanation}`);
    }
  }
}
