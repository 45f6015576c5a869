/** Names of objects in Kubernetes: by the keys that they stand under, in resources, custom resources and charts' values. */
import { defines, reads, type Named } from './mention';
import { branch, text, type Branch, type Node, type Resource } from './synthesized-tree';

/** What a resource or an object is the definition of. */
const definitions: Readonly<Record<string, string>> = {
  kubernetes_namespace_v1: 'namespace',
  kubernetes_priority_class_v1: 'priority class',
  kubernetes_storage_class_v1: 'storage class',
  ClusterIssuer: 'issuer',
  ClusterSecretStore: 'store of secrets',
};

/** Keys that have the name of something else as their value. */
const readers: Readonly<Record<string, string>> = {
  namespace: 'namespace',
  namespaces: 'namespace',
  matchNames: 'namespace',
  remoteNamespace: 'namespace',
  'kubernetes.io/metadata.name': 'namespace',
  'aws:RequestTag/kubernetes-namespace': 'namespace',
  priorityClassName: 'priority class',
  storageClass: 'storage class',
  storageClassName: 'storage class',
  entryPoints: 'entry point',
};

/** Keys of a service account's name, of the namespace that its pods are in. */
const accountKeys: ReadonlySet<string> = new Set(['serviceAccount', 'serviceAccountName']);

export function kubernetesMentions({ type }: Resource, node: Node): readonly Named[] {
  const { key, path, value, namespace } = node;
  if (typeof value === 'string') {
    return [
      ...keyed(node),
      ...(accountKeys.has(key) && path !== 'serviceAccount' ? reads(accountKind(namespace), value) : []),
      ...(path === 'metadata.name' ? named(type, node) : []),
    ];
  }
  if (key === 'issuerRef' && branch(value).kind === 'ClusterIssuer') return reads('issuer', branch(value).name);
  if (key === 'secretStoreRef' && branch(value).kind === 'ClusterSecretStore') {
    return reads('store of secrets', branch(value).name);
  }
  return [...customResource(branch(value)), ...accounts(node), ...associations(type, node), ...entryPoints(node)];
}

function keyed({ key, value }: Node): readonly Named[] {
  const kind = readers[key];
  // A namespace of CloudWatch starts with a capital.
  return kind === undefined || /^[A-Z]/.test(text(value)) ? [] : reads(kind, value);
}

/** What the resource itself is the definition of. */
function named(type: string, { value, namespace }: Node): readonly Named[] {
  if (type === 'kubernetes_service_account_v1') return defines(accountKind(namespace), value);
  if (type === 'kubernetes_service_v1') return defines(serviceKind(namespace), value);
  const kind = definitions[type];
  return kind === undefined ? [] : defines(kind, value);
}

function customResource({ kind, apiVersion, metadata }: Branch): readonly Named[] {
  const what = apiVersion === undefined ? undefined : definitions[text(kind)];
  return what === undefined ? [] : defines(what, branch(metadata).name);
}

/** Service accounts that a chart makes, and those that a role is bound to. */
function accounts({ key, value, namespace }: Node): readonly Named[] {
  const { name, kind, create, namespace: other } = branch(value);
  if (kind === 'ServiceAccount') return reads(accountKind(text(other)), name);
  return key === 'serviceAccount' && create === true ? defines(accountKind(namespace), name) : [];
}

/** EKS hands the role to a service account that it finds by both names. */
function associations(type: string, { path, value }: Node): readonly Named[] {
  if (type !== 'aws_eks_pod_identity_association' || path !== '') return [];
  const { namespace, serviceAccount } = branch(value);
  return reads(accountKind(text(namespace)), serviceAccount);
}

/** Ports of Traefik have names, which routes name. */
function entryPoints({ path, value }: Node): readonly Named[] {
  if (!/^values\[\d+\]\.ports$/.test(path)) return [];
  return Object.keys(branch(value)).flatMap((name) => defines('entry point', name));
}

const accountKind = (namespace: string) => `service account in ${namespace}`;

export const serviceKind = (namespace: string) => `service in ${namespace}`;
