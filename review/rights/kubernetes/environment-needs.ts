/** What everything in an environment's cluster needs, gathered from the declarations beside each program. */
import { z } from 'zod';
import { certManagerNeeds } from '../../../constructs/cluster-services/cert-manager-needs';
import {
  externalSecretsNeeds,
  secretRequestNeeds,
  type SecretRequest,
} from '../../../constructs/cluster-services/external-secrets-needs';
import { namespaces } from '../../../constructs/cluster-services/names';
import { gatewayNeeds, loadBalancerNeeds } from '../../../constructs/cluster-services/gateway-needs';
import { kedaNeeds } from '../../../constructs/cluster-services/keda-needs';
import type { KubernetesNeed } from '../../../constructs/kubernetes/needs';
import { monitoringNeeds } from '../../../constructs/observability/cluster/needs';
import type { ServiceAccount } from './rbac-objects';
import type { PlacedObject } from './terraform-rbac';

/**
 * Programs of the application, pods of Redis and jobs are not here: their service accounts mount no token, and a need of
 * one of them is an error of the review.
 *
 * @param placed custom resources of the environment, on which some needs depend
 * @param accounts service accounts of the environment: a service that is optional and has none in its namespace is not there
 */
export function environmentNeeds(
  placed: readonly PlacedObject[],
  accounts: readonly ServiceAccount[],
): readonly KubernetesNeed[] {
  const present = new Set(accounts.map(({ namespace }) => namespace));
  const needs = [
    ...certManagerNeeds,
    ...externalSecretsNeeds,
    ...ofKind(placed, 'ExternalSecret')
      .map((object) => secretRequest(object, placed))
      .flatMap(secretRequestNeeds),
    ...optionalServices.flatMap(([namespace, needsOf]) => (present.has(namespace) ? needsOf(placed) : [])),
  ];
  return [...new Map(needs.map((need) => [JSON.stringify({ ...need, why: '' }), need])).values()];
}

/** Services that an environment may have or not, by their namespace. */
const optionalServices: readonly (readonly [
  namespace: string,
  needsOf: (placed: readonly PlacedObject[]) => readonly KubernetesNeed[],
])[] = [
  [namespaces.keda, (placed) => kedaNeeds(ofKind(placed, 'ScaledObject').map(scaledDeployment))],
  [namespaces.gateway, () => gatewayNeeds],
  [namespaces.loadBalancers, () => loadBalancerNeeds],
  [namespaces.observability, (placed) => monitoringNeeds(ofKind(placed, 'PodMonitor').flatMap(scrapedNamespaces))],
];

const ofKind = (placed: readonly PlacedObject[], wanted: string) => placed.filter(({ kind }) => kind === wanted);

const reading = z.object({
  secretStoreRef: z.object({ kind: z.string(), name: z.string() }),
  data: z.array(z.object({ remoteRef: z.object({ key: z.string() }) })),
});

const generating = z.object({
  dataFrom: z.array(
    z.object({ sourceRef: z.object({ generatorRef: z.object({ kind: z.literal('Password'), name: z.string() }) }) }),
  ),
});

const externalSecret = z.object({ spec: z.union([reading, generating]) });

const namespaceStore = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    provider: z.object({
      kubernetes: z.object({
        remoteNamespace: z.string(),
        auth: z.object({ serviceAccount: z.object({ name: z.string() }) }),
      }),
    }),
  }),
});

function secretRequest({ namespace, manifest }: PlacedObject, placed: readonly PlacedObject[]): SecretRequest {
  const { spec } = externalSecret.parse(manifest);
  if ('dataFrom' in spec) {
    return { namespace, generators: spec.dataFrom.map(({ sourceRef }) => sourceRef.generatorRef.name) };
  }
  const { secretStoreRef, data } = spec;
  if (secretStoreRef.kind !== 'SecretStore') return { namespace };
  const stores = ofKind(placed, 'SecretStore').filter((store) => store.namespace === namespace);
  const store = stores
    .map((candidate) => namespaceStore.parse(candidate.manifest))
    .find(({ metadata }) => metadata.name === secretStoreRef.name);
  if (!store) {
    throw new Error(
      `namespace ${namespace}: there is no SecretStore '${secretStoreRef.name}'; an ExternalSecret names it`,
    );
  }
  const { remoteNamespace, auth } = store.spec.provider.kubernetes;
  const names = [...new Set(data.map(({ remoteRef }) => remoteRef.key))];
  return { namespace, copied: { namespace: remoteNamespace, names, serviceAccount: auth.serviceAccount.name } };
}

const scaledObject = z.object({ spec: z.object({ scaleTargetRef: z.object({ name: z.string() }) }) });

const scaledDeployment = ({ namespace, manifest }: PlacedObject) => ({
  namespace,
  name: scaledObject.parse(manifest).spec.scaleTargetRef.name,
});

const podMonitor = z.object({ spec: z.object({ namespaceSelector: z.object({ matchNames: z.array(z.string()) }) }) });

const scrapedNamespaces = ({ manifest }: PlacedObject) => podMonitor.parse(manifest).spec.namespaceSelector.matchNames;
