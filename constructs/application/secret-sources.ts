/** How secrets that are kept elsewhere come into the application's namespace. */
import { createHash } from 'node:crypto';
import { secretStore } from '../cluster-services/names';
import type { KubernetesObject } from '../kubernetes/custom-resources';
import type { KubernetesSecretValue, SecretsManagerPassword } from '../redis/endpoint';

/** A value in Secrets Manager, or in a Secret of Kubernetes. */
export type SecretSource =
  | (SecretsManagerPassword & {
      /** Stage of the secret. @default - the present one */
      readonly version?: string;
    })
  | KubernetesSecretValue;

/** A value in a Secret of the application's namespace. */
export interface NamespacedValue {
  /** Name of the Secret. */
  readonly secret: string;
  readonly key: string;
}

/** A Secret to be made, and where its values come from. */
export interface SecretPlan {
  /** Name of the Secret, and of what makes it. */
  readonly name: string;
  /** Sources by the key under which the value is there, or by the name that `texts` has for it. */
  readonly values: Readonly<Record<string, SecretSource>>;
  /**
   * What the Secret holds instead of the values: templates by key, such as `{{ .password }}`.
   * @default - the values themselves
   */
  readonly texts?: Readonly<Record<string, string>>;
  /** Whether it is made once: another value comes under another name. @default false */
  readonly isFinal?: boolean;
}

/** Time after which a changed value arrives at the latest; programs are told of it by `reloadAnnotations`. */
const refreshInterval = '5m';

/** Name of the service account that reads Secrets of another namespace. */
export const secretReader = 'secret-reader';

/** The store for Secrets of another namespace. */
export const namespaceStore = (namespace: string) => ({ kind: 'SecretStore', name: `namespace-${namespace}` }) as const;

/** Hexadecimal digits that tell one content from another. */
export const shortDigestLength = 10;

/** The beginning of a digest: names what may not change under the same name. */
export function shortDigest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, shortDigestLength);
}

/** An object that makes a Secret and keeps it up to date. All sources are in the same store. */
export function externalSecret({ name, values, texts, isFinal = false }: SecretPlan): KubernetesObject {
  const sources = Object.entries(values);
  const stores = new Set(sources.map(([, source]) => JSON.stringify(storeOf(source))));
  if (stores.size !== 1)
    throw new Error(`Secret '${name}': its values are in ${stores.size} stores; make one for each`);
  const [store = ''] = stores;
  return {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name },
    spec: {
      ...(isFinal ? { refreshPolicy: 'CreatedOnce' } : { refreshPolicy: 'Periodic', refreshInterval }),
      secretStoreRef: JSON.parse(store) as unknown,
      target: {
        name,
        creationPolicy: 'Owner',
        // What can't be read now is not taken from the pods that need it.
        deletionPolicy: 'Retain',
        ...(texts && { template: { engineVersion: 'v2', mergePolicy: 'Replace', data: texts } }),
      },
      data: sources.map(([secretKey, source]) => ({ secretKey, remoteRef: remoteRef(source) })),
    },
  };
}

function storeOf(source: SecretSource) {
  return source.kind === 'secrets-manager' ? secretStore : namespaceStore(source.namespace);
}

function remoteRef(source: SecretSource) {
  return source.kind === 'secrets-manager'
    ? {
        key: source.secretArn,
        property: source.field,
        ...(source.version !== undefined && { version: source.version }),
      }
    : { key: source.name, property: source.key };
}

/**
 * The store for Secrets of another namespace: a service account of this one reads them, with the rights that it has
 * there. Source: "Kubernetes" among the providers of External Secrets.
 */
export function namespaceStoreObject(namespace: string): KubernetesObject {
  const { kind, name } = namespaceStore(namespace);
  return {
    apiVersion: 'external-secrets.io/v1',
    kind,
    metadata: { name },
    spec: {
      provider: {
        kubernetes: {
          remoteNamespace: namespace,
          auth: { serviceAccount: { name: secretReader } },
          server: { caProvider: { type: 'ConfigMap', name: 'kube-root-ca.crt', key: 'ca.crt' } },
        },
      },
    },
  };
}
