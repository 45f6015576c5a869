import { SecurityGroups } from '../../constructs/kubernetes/security-groups';
import { ClusterServicesStack } from '../../stacks/cluster-services-stack';
import type { ClusterServicesSettings } from '../../environments/cluster-services-settings';
import { testClusterServices, testKubernetesValue } from '../support/cluster-services';
import { testNetworkValue } from '../support/kubernetes';
import {
  messageOf,
  resourcesOf,
  synthesizeConstruct,
  synthesizeStack,
  testAccount,
  type Arguments,
} from '../support/synthesized-construct';

/** The stack itself, and what it is synthesized to. */
function stackWith(settings: ClusterServicesSettings = testClusterServices) {
  const made: ClusterServicesStack[] = [];
  const configuration = synthesizeStack((app) => {
    const stack = new ClusterServicesStack(app, 'test-cluster-services', {
      account: testAccount,
      settings,
      network: testNetworkValue,
      kubernetes: testKubernetesValue,
      serviceCidr: '172.20.0.0/16',
    });
    made.push(stack);
    return stack;
  });
  return { configuration, services: made[0]?.services };
}

const { configuration, services } = stackWith();

/** Every resource by its address. */
const resources: Readonly<Record<string, Arguments>> = Object.fromEntries(
  Object.entries(configuration.resource ?? {}).flatMap(([type, named]) =>
    Object.entries(named).map(([name, resource]) => [`${type}.${name}`, resource]),
  ),
);

const nameOf = ({ name, metadata }: Arguments) =>
  typeof name === 'string' ? name : (metadata as { readonly name: string } | undefined)?.name;

function addressOf(type: string, name: string): string {
  const found = Object.entries(resources).find(([key, value]) => key.startsWith(`${type}.`) && nameOf(value) === name);
  if (!found) throw new Error(`no ${type} is named ${name}`);
  return found[0];
}

/** Everything that has to be there before a resource, directly or not. */
function before(address: string): Set<string> {
  const all = new Set<string>();
  const visit = (next: string) => {
    for (const other of (resources[next]?.depends_on ?? []) as readonly string[]) {
      if (all.has(other)) continue;
      all.add(other);
      visit(other);
    }
  };
  visit(address);
  return all;
}

const release = (name: string) => addressOf('helm_release', name);
const namespace = (name: string) => addressOf('kubernetes_namespace_v1', name);

test('the stack', () => {
  expect(JSON.parse(JSON.stringify(configuration).replace(/assets\/[^"]*/g, 'assets/…'))).toMatchSnapshot();
});

test.each<[what: string, address: string, first: string]>([
  ['the authority', release('platform-authority'), release('cert-manager')],
  ['External Secrets, whose webhook has a certificate,', release('external-secrets'), release('platform-authority')],
  ['the store', release('aws-secrets-manager'), release('external-secrets')],
  [
    'the controller of load balancers, which has one, too,',
    release('aws-load-balancer-controller'),
    release('cert-manager'),
  ],
  ['the certificate of the gateway', release('gateway-certificate'), release('platform-authority')],
  ['the gateway', release('traefik'), release('gateway-certificate')],
  ['the gateway', release('traefik'), addressOf('kubernetes_role_binding_v1', 'gateway')],
  // Destroyed the other way round: the balancer goes with the namespace's last service, while its controller is there.
  ["the gateway's namespace", namespace('gateway'), release('aws-load-balancer-controller')],
  ...['cert-manager', 'external-secrets', 'keda', 'load-balancers'].map((name): [string, string, string] => [
    `pods of ${name}`,
    release(name === 'load-balancers' ? 'aws-load-balancer-controller' : name),
    addressOf('kubernetes_priority_class_v1', 'cluster-services'),
  ]),
])('%s comes after what it needs', (_, address, first) => {
  expect(before(address)).toContain(first);
});

test('no release is installed before its namespace and what closes it', () => {
  const releases = Object.entries(resources).filter(([address]) => address.startsWith('helm_release.'));
  for (const [address, { namespace: inside }] of releases) {
    const policies = Object.entries(resourcesOf(configuration, 'kubernetes_network_policy_v1'))
      .filter(([, { metadata }]) => (metadata as { readonly namespace: unknown }).namespace === inside)
      .map(([name]) => `kubernetes_network_policy_v1.${name}`);
    expect([...before(address)]).toEqual(expect.arrayContaining([namespace(String(inside)), ...policies]));
    expect(policies.length).toBeGreaterThan(1);
  }
  expect(releases).toHaveLength(8);
});

test('what the control plane calls in pods, it is let through to', () => {
  const open = Object.values(
    resourcesOf(
      synthesizeConstruct((stack) => {
        new SecurityGroups(stack, 'groups', { clusterName: 'c', vpcId: 'v', cidr: '10.0.0.0/8', privateCidrs: [] });
      }),
      'aws_vpc_security_group_ingress_rule',
    ),
  ).map(({ from_port: port }) => port);
  const called = Object.values(resourcesOf(configuration, 'kubernetes_network_policy_v1'))
    .filter(({ metadata }) => ['webhook', 'metrics'].includes((metadata as { readonly name: string }).name))
    .flatMap(({ spec }) => (spec as { ingress: { ports: { port: string }[] }[] }).ingress)
    .flatMap(({ ports }) => ports.map(({ port }) => Number(port)));
  expect(called.sort()).toEqual([10250, 10250, 6443, 9443, 9443]);
  expect(open).toEqual(expect.arrayContaining(called));
});

test('next stacks are told names', () => {
  expect(services).toEqual({
    issuer: { group: 'cert-manager.io', kind: 'ClusterIssuer', name: 'platform' },
    secretStore: { kind: 'ClusterSecretStore', name: 'aws-secrets-manager' },
    gateway: {
      namespace: 'gateway',
      entryPoint: 'websecure',
      hostNames: ['api.test.example'],
      minimumReplicas: 3,
    },
  });
});

test('wrong settings make no stack', () => {
  const gateway = { ...testClusterServices.gateway, image: 'v3.0.0' };
  expect(messageOf(() => stackWith({ ...testClusterServices, gateway }))).toMatch(
    /^test-cluster-services has 1 problem:\n {2}- clusterServices.gateway.image: "v3.0.0"; expected Traefik v3.4.0/,
  );
});
