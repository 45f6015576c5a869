import type { ResolvedResource } from '../synthesis/resources';

/** `kubernetes node-to-node` for `production-kubernetes/….kubernetes_security-groups_node-to-node_0A1B2C3D`: no digest, no environment. */
export function shortName({ stack, id }: Pick<ResolvedResource, 'stack' | 'id'>): string {
  return `${stack.slice(stack.indexOf('-') + 1)} ${id.replace(/_[0-9A-F]{8}$/, '')}`;
}
