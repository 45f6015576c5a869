/** What External Secrets asks of the API of Kubernetes, in its own name and in that of `secret-reader`. */
import { needsOf, observe, type KubernetesNeed } from '../kubernetes/needs';
import { externalSecretsServiceAccount, namespaces } from './names';

const subject = { namespace: namespaces.externalSecrets, serviceAccount: externalSecretsServiceAccount };
const group = 'external-secrets.io';

/** Its own kinds, whatever secrets there are. */
export const externalSecretsNeeds: readonly KubernetesNeed[] = needsOf(subject, [
  {
    verbs: observe,
    group,
    resources: ['externalsecrets', 'secretstores', 'clustersecretstores'],
    why: 'its own kinds, in every namespace',
    source: 'pkg/controllers of External Secrets 2.9',
  },
  {
    verbs: ['update'],
    group,
    resources: [
      ...['externalsecrets', 'externalsecrets/status', 'externalsecrets/finalizers'],
      ...['secretstores', 'secretstores/status', 'clustersecretstores', 'clustersecretstores/status'],
    ],
    why: 'finalizers, and how far each is',
    source: 'pkg/controllers/externalsecret and secretstore',
  },
  {
    verbs: observe,
    resources: ['secrets'],
    why: 'metadata of every Secret, and those it made as a whole: changes by others are undone',
    source: 'SetupWithManager in pkg/controllers/externalsecret/externalsecret_controller.go',
  },
  {
    verbs: observe,
    resources: ['namespaces'],
    why: 'which namespaces a cluster store serves',
    source: 'pkg/controllers/secretstore/client_manager.go',
  },
  {
    verbs: observe,
    group: 'generators.external-secrets.io',
    resources: ['generatorstates'],
    why: 'the controller of generators runs by default, and waits for this informer',
    source: 'pkg/controllers/generatorstate',
  },
  { verbs: ['create', 'patch'], resources: ['events'], why: 'what it did, and why it could not' },
  {
    verbs: ['get', 'create', 'update'],
    group: 'coordination.k8s.io',
    resources: ['leases'],
    namespaces: [namespaces.externalSecrets],
    why: 'one pod leads at a time',
  },
]);

/** The part of an ExternalSecret that says what is read and written. */
export interface SecretRequest {
  /** Where the ExternalSecret is, and the Secret that it makes. */
  readonly namespace: string;
  /** Secrets of another namespace that it is made of. @default - of AWS Secrets Manager */
  readonly copied?: { readonly namespace: string; readonly names: readonly string[]; readonly serviceAccount: string };
  /** Names of the generators of passwords that it is made by. @default - none */
  readonly generators?: readonly string[];
}

/** What one ExternalSecret makes the controller ask, and the account in whose name it reads. */
export function secretRequestNeeds({ namespace, copied, generators = [] }: SecretRequest): readonly KubernetesNeed[] {
  return [
    ...needsOf(subject, [
      {
        verbs: ['get', 'create', 'update', 'delete'],
        resources: ['secrets'],
        namespaces: [namespace],
        why: 'the Secret of an ExternalSecret; one of a former name is deleted',
        source: 'pkg/controllers/externalsecret/externalsecret_controller.go',
      },
    ]),
    ...(copied ? copyNeeds(namespace, copied) : []),
    ...needsOf(
      subject,
      generators.map((name) => ({
        verbs: ['get'],
        group: 'generators.external-secrets.io',
        resources: ['passwords'],
        ...{ namespaces: [namespace], names: [name] },
        why: 'how a password is to be generated',
        source: 'runtime/esutils/resolvers/generator.go',
      })),
    ),
  ];
}

function copyNeeds(
  namespace: string,
  { namespace: from, names, serviceAccount }: NonNullable<SecretRequest['copied']>,
): readonly KubernetesNeed[] {
  return [
    ...needsOf(subject, [
      {
        verbs: ['create'],
        resources: ['serviceaccounts/token'],
        namespaces: [namespace],
        names: [serviceAccount],
        why: `Secrets of ${from} are read in the name of ${serviceAccount}, by a token of it`,
        source: 'providers/v1/kubernetes of External Secrets 2.9; rbac.serviceAccountTokenCreate of the chart',
      },
      {
        verbs: ['get'],
        resources: ['configmaps'],
        namespaces: [namespace],
        names: ['kube-root-ca.crt'],
        why: 'the authority of the API server, which a store of the provider Kubernetes names',
        source: 'getCertFromConfigMap in runtime/esutils/utils.go',
      },
    ]),
    ...needsOf({ namespace, serviceAccount }, [
      {
        verbs: ['get'],
        resources: ['secrets'],
        namespaces: [from],
        names,
        why: 'passwords and the authority of Redis, for the programs',
      },
      {
        verbs: ['create'],
        group: 'authorization.k8s.io',
        resources: ['selfsubjectrulesreviews', 'selfsubjectaccessreviews'],
        why: 'whether a store is valid',
        source: 'Validate in providers/v1/kubernetes',
      },
    ]),
  ];
}
