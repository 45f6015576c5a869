import { GatewayAccess } from '../../../constructs/cluster-services/gateway-access';
import { resourceOf, synthesizeConstruct } from '../../support/synthesized-construct';

const configuration = synthesizeConstruct((stack) => {
  new GatewayAccess(stack, 'access', { namespace: 'application' });
});

test('the gateway reads in the namespace, and changes nothing', () => {
  const { rule, metadata } = resourceOf(configuration, 'kubernetes_role_v1') as {
    readonly rule: readonly { readonly verbs: readonly string[]; readonly resources: readonly string[] }[];
    readonly metadata: object;
  };
  expect(metadata).toEqual({ name: 'gateway', namespace: 'application' });
  expect(new Set(rule.flatMap(({ verbs }) => verbs))).toEqual(new Set(['get', 'list', 'watch']));
  expect(rule.flatMap(({ resources }) => resources)).toEqual(
    expect.arrayContaining(['secrets', 'services', 'endpointslices', 'ingressroutes', 'middlewares', 'tlsstores']),
  );
});

test('it is the gateway of its own namespace, and nobody else', () => {
  expect(resourceOf(configuration, 'kubernetes_role_binding_v1')).toMatchObject({
    metadata: { namespace: 'application' },
    role_ref: { kind: 'Role', name: 'gateway' },
    subject: [{ kind: 'ServiceAccount', name: 'traefik', namespace: 'gateway' }],
  });
});
