/** Faults of the past, and those that they are like, planted into a plan that has none. */
import { productionEnvironment } from '../../../environments/production';
import { neededConnections } from '../../../review/reachability/flow-ends';
import { checkReachability, namesOf } from '../../../review/reachability/reachability-check';
import { reachabilitySubject } from '../../../review/reachability/subject';
import { isOpen } from '../../../review/reachability/way';
import type { EnvironmentPlan } from '../../../review/synthesis/environment-plan';
import { planOf, planWith, planWithout } from '../../support/environment-plan';
import { callersOutside, mailAndRegistry } from '../../support/reachability-variants';

const production = planOf(productionEnvironment);
const outside = planOf(callersOutside);
const mail = planOf(mailAndRegistry);

const closedIn = (plan: EnvironmentPlan) =>
  neededConnections(reachabilitySubject(plan))
    .filter(({ ways }) => !isOpen(ways))
    .map(({ from, to, service, flow }) => `${from.name} -> ${service ?? to.name}:${flow.port}`);

const openedIn = (plan: EnvironmentPlan) => checkReachability(reachabilitySubject(plan)).undeclared.map(namesOf);

test.each([
  ['a private API without the runner', production, /_runner-to-api_/, 'runner -> control-plane:443'],
  ['an access list without callers', outside, /10-99-0-0-24-to-443/, 'clients 10.99.0.0/24 -> load-balancer:443'],
  ['an access list without people', outside, /10-98-0-0-24-to-443/, 'clients 10.98.0.0/24 -> control-plane:443'],
  ['nodes without the port of mail', mail, /nodes-to-mail-587/, 'observability/alertmanager -> internet:587'],
  ['nodes without the port of the registry', mail, /nodes-to-registries-5443/, 'nodes -> internet:5443'],
  ['answers that are dropped', production, /private-access_ingress-tcp-answers/, 'runner -> internet:443'],
  ['a zone without a NAT gateway', production, /aws_route\..*us-east-1b-route/, 'runner -> internet:443'],
  ['S3 without its endpoint', production, /aws_vpc_endpoint\..*s3/, 'observability/loki -> s3:443'],
  ['a service without its endpoint', production, /aws_vpc_endpoint\..*eks-auth/, 'nodes -> eks-auth:443'],
  ['KEDA without workers', production, /ask-workers/, 'keda/operator -> application/worker:8081'],
])('finds %s', (_what, plan, address, closed) => {
  expect(closedIn(planWithout(plan, address))).toContain(closed);
});

test('finds an entry of an access list that refuses before others allow', () => {
  const refused = planWith(production, /private-access_ingress-tcp-answers/, { rule_number: 50, rule_action: 'deny' });
  expect(closedIn(refused)).toContain('application/api -> postgres:5432');
});

test('finds an endpoint whose name stays public', () => {
  const named = planWith(production, /aws_vpc_endpoint\..*secretsmanager/, { private_dns_enabled: false });
  expect(closedIn(named)).toContain('external-secrets/controller -> secretsmanager:443');
});

test('finds a listener that is gone', () => {
  const [deployment] = production.resources.filter(({ address }) => /kubernetes_deployment_v1\..*api/.test(address));
  const spec = structuredClone(deployment?.values.spec) as {
    template: { spec: { container: { port: { container_port: number }[] }[] } };
  };
  for (const container of spec.template.spec.container) container.port = [];
  const deaf = planWith(production, /kubernetes_deployment_v1\..*api/, { spec });
  expect(closedIn(deaf)).toContain('gateway/traefik -> application/api:8080');
});

test.each([
  [
    'Redis that lets in addresses',
    planWith(production, /production-redis\/aws_vpc_security_group_ingress_rule\./, {
      referenced_security_group_id: undefined,
      cidr_ipv4: '0.0.0.0/0',
    }),
    { from: 'control-plane', to: 'redis', port: 6_379 },
  ],
  [
    'a policy without ports',
    planWith(production, /kubernetes_network_policy_v1\..*api-to-redis/, {
      spec: {
        pod_selector: { match_labels: { 'app.kubernetes.io/name': 'api' } },
        policy_types: ['Egress'],
        egress: [{ to: [{ ip_block: { cidr: '0.0.0.0/0' } }] }],
      },
    }),
    { from: 'application/api', to: 'internet', port: 443 },
  ],
  [
    'an api that no policy guards',
    planWithout(planWithout(production, /clients-to-api|prometheus-to-api/), /application.*deny/),
    { from: 'nodes', to: 'application/api', port: 8_080 },
  ],
])('finds %s', (_what, plan, opened) => {
  expect(openedIn(plan)).toContainEqual(opened);
});

test.each([
  [
    'a route to a transit gateway',
    /aws_route\..*us-east-1b-route/,
    { nat_gateway_id: undefined, transit_gateway_id: 'tgw-1' },
  ],
  ['a rule for a prefix list', /_runner-to-api_/, { referenced_security_group_id: undefined, prefix_list_id: 'pl-1' }],
  ['ICMP of another kind', /private-access_ingress-path-mtu/, { icmp_type: 8 }],
  ['a block that is none', /nodes-to-network/, { cidr_ipv4: '10.40.0.1/16' }],
])('refuses %s, which it does not read', (_what, address, change) => {
  expect(() => checkReachability(reachabilitySubject(planWith(production, address, change)))).toThrow();
});
