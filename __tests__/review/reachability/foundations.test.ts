/** What the check of connections takes for granted: names are resolved in the network, and namespaces are closed at first. */
import { textOf } from '../../../review/synthesis/blocks';
import { planNamed, plannedEnvironments } from '../../support/environment-plans';

describe.each(Object.keys(plannedEnvironments))('%s', (name) => {
  const ofType = (type: string) => planNamed(name).resources.filter((resource) => resource.type === type);

  test('the network resolves private names of endpoints', () => {
    expect(ofType('aws_vpc').map(({ values }) => [values.enable_dns_support, values.enable_dns_hostnames])).toEqual([
      [true, true],
    ]);
  });

  test('each namespace refuses all connections that no policy allows', () => {
    const namespaces = ofType('kubernetes_namespace_v1').map(({ values }) =>
      textOf((values.metadata as { readonly name: unknown }).name),
    );
    const closed = ofType('kubernetes_network_policy_v1').flatMap(({ values }) => {
      const { pod_selector: selector, policy_types: types } = values.spec as Readonly<Record<string, unknown>>;
      const isForAll = Object.keys(selector as object).length === 0;
      const isBoth = JSON.stringify(types) === JSON.stringify(['Ingress', 'Egress']);
      return isForAll && isBoth ? [textOf((values.metadata as { readonly namespace: unknown }).namespace)] : [];
    });
    expect(namespaces.length).toBeGreaterThan(5);
    expect(namespaces.filter((namespace) => !closed.includes(namespace))).toEqual([]);
  });

  test('subnets of databases have no way to the internet', () => {
    const tables = new Set(ofType('aws_route').map(({ values }) => values.route_table_id));
    const subnets = ofType('aws_subnet').filter(({ values }) =>
      textOf((values.tags as { readonly Name: unknown }).Name).includes('-database-'),
    );
    const ids = new Set(subnets.map((subnet) => subnet.attribute('id')));
    const routed = ofType('aws_route_table_association').filter(
      ({ values }) => ids.has(values.subnet_id) && tables.has(values.route_table_id),
    );
    expect(subnets.length).toBeGreaterThan(1);
    expect(routed).toEqual([]);
  });
});
