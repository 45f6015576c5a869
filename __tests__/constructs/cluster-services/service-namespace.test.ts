import { ServiceNamespace } from '../../../constructs/cluster-services/service-namespace';
import {
  callAws,
  callKubernetes,
  fromControlPlane,
  resolveNames,
  type TrafficRule,
} from '../../../constructs/cluster-services/traffic';
import { testAddresses } from '../../support/cluster-services';
import { resourceOf, resourcesOf, synthesizeConstruct, type Arguments } from '../../support/synthesized-construct';

interface Policy {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: Arguments;
}

const namespaceWith = (...traffic: readonly TrafficRule[]) =>
  synthesizeConstruct((stack) => {
    new ServiceNamespace(stack, 'namespace', { name: 'shop', labels: { tier: 'front' }, traffic });
  });

/** Specs of policies by name. */
const policiesOf = (...traffic: readonly TrafficRule[]) =>
  Object.fromEntries(
    Object.values(resourcesOf(namespaceWith(...traffic), 'kubernetes_network_policy_v1')).map((resource) => {
      const { metadata, spec } = resource as unknown as Policy;
      expect(metadata.namespace).toBe('shop');
      return [metadata.name, spec];
    }),
  );

test('pods are of the strictest profile, or are not let in', () => {
  expect(resourceOf(namespaceWith(), 'kubernetes_namespace_v1')).toMatchObject({
    metadata: {
      name: 'shop',
      labels: { 'pod-security.kubernetes.io/enforce': 'restricted', tier: 'front' },
    },
  });
});

test('without rules nothing comes in or goes out', () => {
  expect(policiesOf()).toEqual({
    'deny-by-default': { pod_selector: {}, policy_types: ['Ingress', 'Egress'] },
  });
});

const tcp = (port: number) => ({ port: String(port), protocol: 'TCP' });

test.each<[string, TrafficRule, object]>([
  [
    'names',
    resolveNames,
    {
      pod_selector: { match_labels: {} },
      policy_types: ['Egress'],
      egress: [
        {
          to: [
            {
              namespace_selector: { match_labels: { 'kubernetes.io/metadata.name': 'kube-system' } },
              pod_selector: { match_labels: { 'k8s-app': 'kube-dns' } },
            },
          ],
          ports: [{ port: '53', protocol: 'UDP' }, tcp(53)],
        },
      ],
    },
  ],
  [
    'the API of Kubernetes',
    callKubernetes(testAddresses),
    {
      pod_selector: { match_labels: {} },
      policy_types: ['Egress'],
      egress: [
        {
          to: [{ ip_block: { cidr: '172.20.0.0/16' } }, { ip_block: { cidr: '10.20.0.0/16' } }],
          ports: [tcp(443)],
        },
      ],
    },
  ],
  [
    'webhooks',
    fromControlPlane(testAddresses, 'webhook', { app: 'hook' }, 'kedaWebhook'),
    {
      pod_selector: { match_labels: { app: 'hook' } },
      policy_types: ['Ingress'],
      ingress: [{ from: [{ ip_block: { cidr: '10.20.0.0/16' } }], ports: [tcp(9443)] }],
    },
  ],
  [
    'pods of the same namespace',
    { name: 'peers', direction: 'egress', peers: [{ pods: { app: 'peer' } }] },
    {
      pod_selector: { match_labels: {} },
      policy_types: ['Egress'],
      egress: [{ to: [{ pod_selector: { match_labels: { app: 'peer' } } }] }],
    },
  ],
  [
    'pods of another namespace, all of them',
    { name: 'others', direction: 'egress', peers: [{ namespace: 'application' }] },
    {
      pod_selector: { match_labels: {} },
      policy_types: ['Egress'],
      egress: [{ to: [{ namespace_selector: { match_labels: { 'kubernetes.io/metadata.name': 'application' } } }] }],
    },
  ],
])('a rule for %s', (_, rule, spec) => {
  expect(policiesOf(rule)[rule.name]).toEqual(spec);
});

test('who calls AWS reaches the agent that hands out its role, and no other address without TLS', () => {
  const policies = policiesOf(...callAws({ app: 'caller' }));
  expect(policies['take-on-role']).toMatchObject({
    pod_selector: { match_labels: { app: 'caller' } },
    egress: [{ to: [{ ip_block: { cidr: '169.254.170.23/32' } }], ports: [tcp(80)] }],
  });
  expect(policies['call-aws']).toMatchObject({ egress: [{ ports: [tcp(443)] }] });
});
