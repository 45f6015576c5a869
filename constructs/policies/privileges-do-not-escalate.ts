/**
 * Policy: no container has privileges, nor can it get any. Source: `privilege-escalation-container`,
 * `privileged-container` and `drop-net-raw-capability` of kube-linter; the profile `restricted` of Kubernetes.
 */
import { block, type Block, type WorkloadPolicy } from './workload';

export const privilegesDoNotEscalate: WorkloadPolicy = {
  explanation: 'What a program may do is what it was started with, and that is as little as it needs',
  problems: ({ containers }) =>
    containers.flatMap(({ name, arguments: container }) =>
      problemsOf(block(container.security_context)).map((problem) => `container '${name}' ${problem}`),
    ),
};

function problemsOf({ allow_privilege_escalation: escalation, privileged, capabilities }: Block): string[] {
  const dropped = block(capabilities).drop;
  return [
    ...(escalation === false ? [] : ['can get more privileges; set allow_privilege_escalation to false']),
    ...(privileged === true ? ['has all privileges; leave privileged out'] : []),
    ...(Array.isArray(dropped) && dropped.includes('ALL') ? [] : ['keeps capabilities; drop ALL of them']),
  ];
}
