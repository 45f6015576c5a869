/** Policy: no container runs as root. Source: `run-as-non-root` of kube-linter. */
import { block, type Workload, type WorkloadPolicy } from './workload';

export const containersRunAsNonRoot: WorkloadPolicy = {
  explanation: 'Root in a container is root on its node, as soon as it gets out',
  problems: ({ pod, containers }: Workload) => {
    const ofPod = block(pod.security_context);
    return containers.flatMap(({ name, arguments: container }) => {
      const own = block(container.security_context);
      const nonRoot = own.run_as_non_root ?? ofPod.run_as_non_root;
      const user = own.run_as_user ?? ofPod.run_as_user;
      return nonRoot === true && user !== 0 && user !== '0'
        ? []
        : [`container '${name}' may run as root; set run_as_non_root, and a run_as_user other than 0`];
    });
  },
};
