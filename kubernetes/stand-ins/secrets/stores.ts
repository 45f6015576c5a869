/** Where values come from: stores, as ExternalSecrets name them. */
import type { KubernetesApi } from '../api';
import {
  accessReview,
  configMapObject,
  secretObject,
  secretStoreSpec,
  tokenResponse,
  type CustomObject,
  type RemoteReference,
  type SecretStoreSpec,
} from './objects';
import { readFromSecretsManager } from './secrets-manager';

/** Reads one value. */
export type Read = (reference: RemoteReference) => Promise<string>;

type KubernetesProvider = Extract<SecretStoreSpec['provider'], { kubernetes: unknown }>['kubernetes'];

/**
 * How values are read from a store for an ExternalSecret in a namespace.
 *
 * @throws Error if the store doesn't serve the namespace, or is of a kind that this stand-in doesn't know
 */
export async function readerOf(api: KubernetesApi, store: CustomObject, namespace: string): Promise<Read> {
  const { provider, conditions } = secretStoreSpec.parse(store.spec);
  const { name } = store.metadata;
  const served = conditions.flatMap(({ namespaces }) => namespaces);
  if (store.kind === 'ClusterSecretStore' && conditions.length > 0 && !served.includes(namespace)) {
    throw new Error(`using ClusterSecretStore '${name}' is not allowed from the namespace '${namespace}'`);
  }
  if ('aws' in provider) return (reference) => readFromSecretsManager(api, reference);
  if (store.kind !== 'SecretStore')
    throw new Error(`${store.kind} '${name}': this stand-in knows such a store in a namespace only`);
  const remote = await logIn(api, provider.kubernetes, namespace);
  return (reference) => readFromNamespace(remote, provider.kubernetes.remoteNamespace, reference);
}

/** Whether a store can be read from. @throws Error with what stands against it */
export async function validateStore(api: KubernetesApi, store: CustomObject): Promise<void> {
  const { provider } = secretStoreSpec.parse(store.spec);
  if ('aws' in provider) return;
  const remote = await logIn(api, provider.kubernetes, store.metadata.namespace);
  try {
    await requireRights(remote, provider.kubernetes.remoteNamespace);
  } finally {
    remote.close();
  }
}

/**
 * The API in the name of the store's service account, by a token that lives for some minutes. Source:
 * `serviceAccountToken` in runtime/esutils/k8s_rest_config.go of External Secrets 2.9.
 */
async function logIn(
  api: KubernetesApi,
  { auth, server }: KubernetesProvider,
  namespace: string,
): Promise<KubernetesApi> {
  const { name } = auth.serviceAccount;
  const own = `/api/v1/namespaces/${namespace}`;
  const { caProvider } = server;
  const authorities = configMapObject.parse(await api.get(`${own}/configmaps/${caProvider.name}`));
  const certificate = authorities.data[caProvider.key];
  if (certificate === undefined) throw new Error(`the ConfigMap ${caProvider.name} has no key '${caProvider.key}'`);
  const response = await api.create(`${own}/serviceaccounts/${name}/token`, {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { expirationSeconds: 600 },
  });
  return api.as(tokenResponse.parse(response).status.token, certificate);
}

/** Source: `Validate` in providers/v1/kubernetes/validate.go: the account has to be allowed to get some Secret. */
async function requireRights(remote: KubernetesApi, namespace: string): Promise<void> {
  const rules = await remote.create('/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectRulesReview',
    spec: { namespace },
  });
  const { status } = rules as {
    readonly status: { readonly resourceRules: readonly { readonly resources?: readonly string[]; verbs: string[] }[] };
  };
  const has = (list: readonly string[] | undefined, name: string) => list?.some((one) => one === name || one === '*');
  if (status.resourceRules.some(({ resources, verbs }) => has(resources, 'secrets') && has(verbs, 'get'))) return;
  const review = await remote.create('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes: { resource: 'secrets', namespace, verb: 'get' } },
  });
  if (!accessReview.parse(review).status.allowed) throw new Error('client is not allowed to get secrets');
}

async function readFromNamespace(
  remote: KubernetesApi,
  namespace: string,
  { key, property }: RemoteReference,
): Promise<string> {
  const { data } = secretObject.parse(await remote.get(`/api/v1/namespaces/${namespace}/secrets/${key}`));
  if (property === undefined)
    throw new Error(`the Secret ${namespace}/${key} is asked for as a whole; name a property`);
  const value = data[property];
  if (value === undefined) throw new Error(`the Secret ${namespace}/${key} has no key '${property}'`);
  return Buffer.from(value, 'base64').toString('utf8');
}
