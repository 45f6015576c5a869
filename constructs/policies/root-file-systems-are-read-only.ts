/** Policy: containers write to volumes only. Source: `no-read-only-root-fs` of kube-linter. */
import { block, type WorkloadPolicy } from './workload';

export const rootFileSystemsAreReadOnly: WorkloadPolicy = {
  explanation: 'A program that can be changed while it runs can be made another one',
  problems: ({ containers }) =>
    containers
      .filter(({ arguments: container }) => block(container.security_context).read_only_root_filesystem !== true)
      .map(({ name }) => `container '${name}' can change its own files; set read_only_root_filesystem`),
};
