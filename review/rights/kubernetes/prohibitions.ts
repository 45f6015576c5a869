/** What no service account may do, whatever it is for, with the few that must. */
import { namespaces } from '../../../constructs/cluster-services/names';
import type { AccessRequest } from './evaluator';
import type { ServiceAccount } from './rbac-objects';

export interface Prohibition {
  readonly id: ProhibitionId;
  readonly why: string;
  /** What is asked to find out. */
  requests(account: ServiceAccount): readonly AccessRequest[];
}

export type ProhibitionId =
  | 'read-secrets-elsewhere'
  | 'list-all-secrets'
  | 'write-secrets-elsewhere'
  | 'run-in-pods'
  | 'run-pods'
  | 'reach-kubelets'
  | 'make-tokens'
  | 'act-as-others'
  | 'grant-rights'
  | 'change-webhooks'
  | 'approve-certificates'
  | 'every-verb';

/** Every namespace of the cluster that something is in. */
export const clusterNamespaces: readonly string[] = [...Object.values(namespaces), 'default', 'kube-system'];

/** An object that no rule names. */
const anyOther = 'not-named-in-any-rule';

const core = (verb: string, resource: string, namespace?: string, name?: string): AccessRequest => ({
  verb,
  group: '',
  resource,
  ...(namespace !== undefined && { namespace }),
  ...(name !== undefined && { name }),
});

const elsewhere = ({ namespace }: ServiceAccount) => clusterNamespaces.filter((other) => other !== namespace);

const everywhere = (verbs: readonly string[], resources: readonly string[]): readonly AccessRequest[] =>
  [undefined, ...clusterNamespaces].flatMap((namespace) =>
    resources.flatMap((resource) => verbs.map((verb) => core(verb, resource, namespace))),
  );

const inGroup = (group: string, verbs: readonly string[], resources: readonly string[]): readonly AccessRequest[] =>
  resources.flatMap((resource) => verbs.map((verb) => ({ verb, group, resource })));

const write = ['create', 'update', 'patch', 'delete'];

/** Source: "Role Based Access Control Good Practices" of the Kubernetes documentation, "privilege escalation risks". */
export const prohibitions: readonly Prohibition[] = [
  {
    id: 'read-secrets-elsewhere',
    why: 'passwords and keys of another namespace are for its own pods',
    requests: (account) => elsewhere(account).map((namespace) => core('get', 'secrets', namespace, anyOther)),
  },
  {
    id: 'list-all-secrets',
    why: 'a list holds the content of every Secret, tokens of other accounts among them',
    requests: () => [core('list', 'secrets'), core('watch', 'secrets')],
  },
  {
    id: 'write-secrets-elsewhere',
    why: 'whoever writes a Secret decides with which password or certificate others work',
    requests: (account) =>
      elsewhere(account).flatMap((namespace) => [
        core('create', 'secrets', namespace),
        core('update', 'secrets', namespace, anyOther),
        core('delete', 'secrets', namespace, anyOther),
      ]),
  },
  {
    id: 'run-in-pods',
    why: 'a command in a pod has all of its rights and files',
    requests: () => everywhere(['create', 'get'], ['pods/exec', 'pods/attach', 'pods/portforward']),
  },
  {
    id: 'run-pods',
    why: 'a pod may mount every Secret of its namespace, and be any service account of it',
    requests: () => [
      ...everywhere(['create'], ['pods', 'replicationcontrollers']),
      ...inGroup('apps', ['create', 'update'], ['deployments', 'daemonsets', 'statefulsets', 'replicasets']),
      ...inGroup('batch', ['create', 'update'], ['jobs', 'cronjobs']),
    ],
  },
  {
    id: 'reach-kubelets',
    why: 'the proxy of a node reaches its kubelet, which runs commands in every pod, past audit and admission',
    requests: () => [core('get', 'nodes/proxy'), core('create', 'nodes/proxy')],
  },
  {
    id: 'make-tokens',
    why: 'a token of another account is all of its rights',
    requests: () => everywhere(['create'], ['serviceaccounts/token']),
  },
  {
    id: 'act-as-others',
    why: 'impersonation is all of the rights of others',
    requests: () => everywhere(['impersonate'], ['users', 'groups', 'serviceaccounts']),
  },
  {
    id: 'grant-rights',
    why: 'whoever grants rights has all rights',
    requests: () =>
      inGroup(
        'rbac.authorization.k8s.io',
        [...write, 'escalate', 'bind'],
        ['roles', 'clusterroles', 'rolebindings', 'clusterrolebindings'],
      ),
  },
  {
    id: 'change-webhooks',
    why: 'a webhook of another address reads, and changes, all that is written',
    requests: () =>
      inGroup('admissionregistration.k8s.io', write, [
        'validatingwebhookconfigurations',
        'mutatingwebhookconfigurations',
      ]),
  },
  {
    id: 'approve-certificates',
    why: 'a certificate of the cluster can name any user and group',
    requests: () => inGroup('certificates.k8s.io', ['update'], ['certificatesigningrequests/approval']),
  },
  {
    id: 'every-verb',
    why: 'verbs that come later are allowed, too',
    requests: () => [
      ...['secrets', 'configmaps', 'pods', 'services'].map((resource) => core('*', resource)),
      { verb: '*', group: '*', resource: '*' },
      ...inGroup('apps', ['*'], ['deployments', 'statefulsets']),
    ],
  },
];
