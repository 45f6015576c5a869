/** Every request that follows from the resources of a plan. */
import type { NeededRequest } from './needed-request';
import type { PlanIndex } from './plan-index';
import { functionRules } from './services/functions';
import { kubernetesRules } from './services/kubernetes';
import { observationRules } from './services/observation';
import type { ServiceRule } from './services/service-rule';
import { storageRules } from './services/storage';
import { storeRules } from './services/stores';
import { workflowRules } from './services/workflows';

const rules: readonly ServiceRule[] = [
  ...functionRules,
  ...kubernetesRules,
  ...observationRules,
  ...storageRules,
  ...storeRules,
  ...workflowRules,
];

export function serviceNeeds(plan: PlanIndex): readonly NeededRequest[] {
  return rules.flatMap(({ type, needs }) => plan.ofType(type).flatMap((resource) => needs(resource, plan)));
}
