/** Where External Secrets finds the environment's secrets. What it may read there each stack grants: `SecretAccess`. */
import type { AwsAccount } from '../aws/account';
import type { KubernetesObject } from '../kubernetes/custom-resources';
import { secretNamespaces, secretStore } from './names';

/** The store, which works with the role of the controller's own pods and serves some namespaces only. */
export function secretStoreObject({ region }: Pick<AwsAccount, 'region'>): KubernetesObject {
  return {
    apiVersion: 'external-secrets.io/v1',
    kind: secretStore.kind,
    metadata: { name: secretStore.name },
    spec: {
      provider: { aws: { service: 'SecretsManager', region } },
      conditions: [{ namespaces: secretNamespaces }],
    },
  };
}
