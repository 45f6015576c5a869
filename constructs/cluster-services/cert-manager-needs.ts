/** What cert-manager asks of the API of Kubernetes. */
import { needsOf, observe, type KubernetesNeed } from '../kubernetes/needs';
import { namespaces } from './names';

const namespace = namespaces.certManager;
const group = 'cert-manager.io';
const controllers = 'DefaultEnabledControllers in internal/apis/config/controller of cert-manager 1.21';

const leases = (names: readonly string[]) => {
  const shared = { group: 'coordination.k8s.io', resources: ['leases'], namespaces: [namespace] };
  return [
    { ...shared, verbs: ['create'], why: 'the first pod that leads makes the lease' },
    { ...shared, verbs: ['get', 'update'], names, why: 'one pod leads at a time' },
  ];
};

const events = { verbs: ['create', 'patch'], resources: ['events'], why: 'what it did, and why it could not' };

const controller = needsOf({ namespace, serviceAccount: 'cert-manager' }, [
  {
    verbs: observe,
    group,
    resources: ['certificates', 'certificaterequests', 'issuers', 'clusterissuers'],
    why: 'its own kinds, in every namespace',
    source: controllers,
  },
  {
    verbs: ['update'],
    group,
    resources: ['certificates', 'certificaterequests', 'issuers', 'clusterissuers'].flatMap((kind) => [
      kind,
      `${kind}/status`,
    ]),
    why: 'how far each of its kinds is',
    source: controllers,
  },
  {
    verbs: ['create', 'delete'],
    group,
    resources: ['certificaterequests'],
    why: 'a request for each certificate that is issued or renewed',
    source: 'pkg/controller/certificates/requestmanager',
  },
  {
    verbs: ['approve'],
    group,
    resources: ['signers'],
    names: ['issuers.cert-manager.io/*', 'clusterissuers.cert-manager.io/*'],
    why: 'requests to its own issuers are approved by itself',
    source: 'pkg/controller/certificaterequests/approver, checked by the webhook',
  },
  {
    verbs: [...observe, 'create', 'update', 'delete'],
    resources: ['secrets'],
    why: 'keys and certificates, in the namespace of each Certificate; the key of a request that failed is deleted',
    source: 'pkg/controller/certificates/keymanager and issuing',
  },
  {
    verbs: observe,
    group: 'acme.cert-manager.io',
    resources: ['orders', 'challenges'],
    why: 'its controllers for ACME run by default, and wait for these informers',
    source: controllers,
  },
  {
    verbs: observe,
    resources: ['pods', 'services'],
    why: 'the controller of challenges waits for these informers',
    source: controllers,
  },
  {
    verbs: observe,
    group: 'networking.k8s.io',
    resources: ['ingresses'],
    why: 'the controllers of ingresses and challenges wait for this informer',
    source: controllers,
  },
  events,
  ...leases(['cert-manager-controller']),
]);

const injector = needsOf({ namespace, serviceAccount: 'cert-manager-cainjector' }, [
  {
    verbs: [...observe, 'update'],
    group: 'admissionregistration.k8s.io',
    resources: ['validatingwebhookconfigurations', 'mutatingwebhookconfigurations'],
    why: 'authorities of webhooks that ask for one by an annotation, those of other charts among them',
    source: 'pkg/controller/cainjector',
  },
  {
    verbs: [...observe, 'update'],
    group: 'apiregistration.k8s.io',
    resources: ['apiservices'],
    why: 'the same for aggregated interfaces',
    source: 'pkg/controller/cainjector',
  },
  {
    verbs: [...observe, 'update'],
    group: 'apiextensions.k8s.io',
    resources: ['customresourcedefinitions'],
    why: 'the same for conversions',
    source: 'pkg/controller/cainjector',
  },
  { verbs: observe, group, resources: ['certificates'], why: 'whose authority is meant' },
  {
    verbs: observe,
    resources: ['secrets'],
    why: 'authorities are in the Secrets of certificates, in the namespaces of the webhooks',
    source: 'pkg/controller/cainjector/sources.go',
  },
  events,
  ...leases(['cert-manager-cainjector-leader-election']),
]);

const webhook = needsOf({ namespace, serviceAccount: 'cert-manager-webhook' }, [
  {
    verbs: ['create'],
    group: 'authorization.k8s.io',
    resources: ['subjectaccessreviews'],
    why: 'whether the caller may approve a request',
    source: 'internal/plugin/admission/certificaterequest/approval',
  },
  {
    verbs: ['get', 'list', 'watch', 'update'],
    resources: ['secrets'],
    namespaces: [namespace],
    names: ['cert-manager-webhook-ca'],
    why: 'its own authority',
    source: 'pkg/server/tls/authority',
  },
  { verbs: ['create'], resources: ['secrets'], namespaces: [namespace], why: 'the authority, the first time' },
]);

const check = needsOf({ namespace, serviceAccount: 'cert-manager-startupapicheck' }, [
  {
    verbs: ['create'],
    group,
    resources: ['certificaterequests'],
    namespaces: [namespace],
    why: 'a dry run shows that the webhook answers',
    source: 'pkg/util/cmapichecker',
  },
]);

export const certManagerNeeds: readonly KubernetesNeed[] = [...controller, ...injector, ...webhook, ...check];
