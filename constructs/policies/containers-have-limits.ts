/**
 * Policy: containers say what they need, and have an end to the memory and disk that they take. Source:
 * `unset-cpu-requirements` and `unset-memory-requirements` of kube-linter, and "Local ephemeral storage" in the
 * documentation of Kubernetes. A limit to processors is left to each: it slows down what waits for
 * nobody else.
 */
import { block, type WorkloadPolicy } from './workload';

const needed = [
  ['requests', 'cpu'],
  ['requests', 'memory'],
  ['requests', 'ephemeral-storage'],
  ['limits', 'memory'],
  ['limits', 'ephemeral-storage'],
] as const;

export const containersHaveLimits: WorkloadPolicy = {
  explanation: 'Without requests pods are placed where there is no room, without limits they take that of others',
  problems: ({ containers }) =>
    containers.flatMap(({ name, arguments: container }) => {
      const resources = block(container.resources);
      return needed
        .filter(([part, quantity]) => block(resources[part])[quantity] === undefined)
        .map(([part, quantity]) => `container '${name}' has no ${part}.${quantity}; set it in resources`);
    }),
};
