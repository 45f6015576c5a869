/** The namespace of what runs in the place of a cloud's services. */
import type { Manifest } from '../deployment/manifests/manifest';
import { secretsManager } from './secrets/secrets-manager';

export const standInsNamespace = secretsManager.namespace;

export const standInsNamespaceManifest: Manifest = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: standInsNamespace, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
};
