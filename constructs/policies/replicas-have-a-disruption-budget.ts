/**
 * Policy: replicas go one after another when nodes are drained, and do go. Source: `deployment-has-poddisruptionbudget`
 * of kube-score; `pdb-max-unavailable`, `pdb-min-available` of kube-linter.
 */
import { TerraformResource, TerraformStack } from 'cdktf';
import { argumentsOf, block, textOf, type Block, type Workload, type WorkloadPolicy } from './workload';

export const replicasHaveADisruptionBudget: WorkloadPolicy = {
  explanation: 'A drain takes all replicas at once, or waits for ever for the one that it may not take',
  problems: (workload) => {
    if (!['deployment', 'stateful_set'].includes(workload.kind) || workload.replicas < 2) return [];
    const budgets = budgetsOf(workload);
    if (budgets.length === 0) return ['has no disruption budget; add one in its stack that selects its pods'];
    if (budgets.length > 1)
      return ['has several disruption budgets, and then none of its pods can be evicted; keep one'];
    return budgets.every((budget) => letsOneGo(budget, workload.replicas))
      ? []
      : ['has a disruption budget that lets no pod go; set max_unavailable to 1 or more'];
  },
};

/** Budgets in the stack whose selector takes the workload's pods. */
function budgetsOf({ resource, namespace, labels }: Workload): Block[] {
  return TerraformStack.of(resource)
    .node.findAll()
    .filter((node) => TerraformResource.isTerraformResource(node))
    .filter(({ terraformResourceType: type }) => /^kubernetes_pod_disruption_budget(?:_v\d)?$/.test(type))
    .map(argumentsOf)
    .filter(({ metadata }) => textOf(block(metadata).namespace, 'default') === namespace)
    .map(({ spec }) => block(spec))
    .filter(({ selector }) => selects(block(block(selector).match_labels), labels));
}

function selects(wanted: Block, labels: Workload['labels']): boolean {
  const entries = Object.entries(wanted);
  return entries.length > 0 && entries.every(([name, value]) => labels[name] === value);
}

function letsOneGo({ max_unavailable: maximum, min_available: minimum }: Block, replicas: number): boolean {
  if (maximum !== undefined) return maximum !== 0 && !['0', '0%'].includes(textOf(maximum, ''));
  return typeof minimum === 'string' && minimum.endsWith('%') ? minimum !== '100%' : Number(minimum) < replicas;
}
