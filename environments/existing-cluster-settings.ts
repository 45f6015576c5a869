/** A Kubernetes cluster that exists, made by others: kind, k3d, your own or EKS. */
import { z } from 'zod';
import type { Violation } from '../constructs/validation/violations';
import type { DeepReadonly } from './environment';
import { reason } from './setting-forms';

/** Value of a label of Kubernetes. Source: "Syntax and character set" of labels, Kubernetes documentation. */
const labelValue = z.string().regex(/^[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?$/);

const cidr = z.cidrv4();

/** Nodes that pods of Redis run on; no two pods share one. */
const redisNodes = z.discriminatedUnion('kind', [
  /** Nodes with the label and the taint `dedicated=redis`, for Redis alone. */
  z.strictObject({
    kind: z.literal('dedicated'),
    /** Such nodes in each zone. */
    perZone: z.int().min(1).max(100),
  }),
  /** All nodes: others take memory and processors beside Redis. */
  z.strictObject({ kind: z.literal('any'), perZone: z.int().min(1).max(100), reason }),
]);

export const existingClusterSettings = z.strictObject({
  kind: z.literal('existing'),
  /** Context of the kubeconfig. @default - its current context */
  context: z.string().min(1).optional(),
  /** Values of the nodes' label `topology.kubernetes.io/zone`, in an order that never changes. */
  zones: z.array(labelValue).min(1).max(10),
  redisNodes,
  /** Where volumes come from. A class is made for each zone, and its volumes stay when their claim is deleted. */
  storage: z.strictObject({
    /** Name of the provisioner: `rancher.io/local-path` of kind and k3d, `ebs.csi.aws.com` of EKS. */
    provisioner: z.string().regex(/^[a-z0-9](?:[a-z0-9./-]{0,251}[a-z0-9])?$/),
    /** Its own parameters, such as `{ type: 'gp3', encrypted: 'true' }`. */
    parameters: z.record(z.string(), z.string()),
    /** Whether volumes can grow. */
    expandable: z.boolean(),
  }),
  addresses: z.strictObject({
    /** Addresses of nodes, pods and the control plane. `0.0.0.0/0` allows any address on the ports that are needed. */
    networkCidr: cidr,
    /** Addresses of Services. */
    serviceCidr: cidr,
    /** TCP port of the control plane itself; Services call it by 443. */
    apiPort: z.int().min(1).max(65_535),
  }),
});

export type ExistingClusterSettings = DeepReadonly<z.output<typeof existingClusterSettings>>;

/** Cross-field validation rules of the cluster. */
export function existingClusterViolations({ zones }: ExistingClusterSettings): Violation[] {
  return zones
    .filter((zone, index) => zones.indexOf(zone) !== index)
    .map((value) => ({
      setting: 'kubernetes.zones',
      value,
      expected: 'each zone once',
      remedy: 'Remove it, or correct its name',
    }));
}
