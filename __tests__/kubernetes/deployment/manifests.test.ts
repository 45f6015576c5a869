import { manifestOf, resourceTypes } from '../../../kubernetes/deployment/manifests/kinds';
import type { Manifest } from '../../../kubernetes/deployment/manifests/manifest';
import { planNamed } from '../../support/environment-plans';

const environments = ['staging', 'development', 'production'];

const resource = (type: string, values: Readonly<Record<string, unknown>>) => ({
  type,
  address: `stack/${type}.one`,
  values: { metadata: { name: 'one', namespace: 'two' }, ...values },
});

const podOf = (pod: Readonly<Record<string, unknown>>) =>
  manifestOf(resource('kubernetes_deployment_v1', { spec: { template: { metadata: {}, spec: pod } } }));

const resourcesOfKubernetes = (name: string) =>
  planNamed(name).resources.filter(({ type, mode }) => mode === 'managed' && type.startsWith('kubernetes_'));

describe.each(environments)('%s', (name) => {
  test('every resource of Kubernetes becomes an object with all that it says', () => {
    const resources = resourcesOfKubernetes(name);
    expect(resources.length).toBeGreaterThan(70);
    for (const one of resources) {
      const manifest = manifestOf(one);
      expect(manifest.metadata.name).not.toBe('');
      const lost = textsOf(one.values).filter((text) => !textsOf(manifest).includes(text));
      expect({ address: one.address, lost }).toEqual({ address: one.address, lost: [] });
    }
  });
});

/** All texts and numbers of a value, modes as the API has them. */
function textsOf(value: unknown, key = ''): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item) => textsOf(item, key));
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([name, inner]) => textsOf(inner, name));
  }
  if (value === undefined || value === null || key.startsWith('wait_')) return [];
  const text = JSON.stringify(value).replaceAll('"', '');
  return [/mode$/i.test(key) && /^0[0-7]{3}$/.test(text) ? String(parseInt(text, 8)) : text];
}

test('the types that the environments have are all among those known', () => {
  const used = new Set(environments.flatMap(resourcesOfKubernetes).map(({ type }) => type));
  expect([...used].filter((type) => !resourceTypes.includes(type))).toEqual([]);
  expect(used.size).toBeGreaterThan(14);
});

test.each<readonly [string, Manifest, (manifest: Manifest) => unknown, unknown]>([
  [
    'names in the singular become lists',
    podOf({ container: { name: 'a', image: 'b', volume_mount: [{ name: 'c', mount_path: '/d' }] } }),
    ({ spec }) => spec,
    {
      template: {
        metadata: {},
        spec: { containers: [{ name: 'a', image: 'b', volumeMounts: [{ name: 'c', mountPath: '/d' }] }] },
      },
    },
  ],
  [
    'modes are octal digits, users are texts, ports are either',
    podOf({
      security_context: { fs_group: '1001' },
      container: { name: 'a', image: 'b', readiness_probe: { http_get: { path: '/', port: '8080' } } },
      volume: [{ name: 'v', secret: { secret_name: 's', default_mode: '0440' } }],
    }),
    ({ spec }) => spec,
    {
      template: {
        metadata: {},
        spec: {
          securityContext: { fsGroup: 1001 },
          containers: [{ name: 'a', image: 'b', readinessProbe: { httpGet: { path: '/', port: 8080 } } }],
          volumes: [{ name: 'v', secret: { secretName: 's', defaultMode: 0o440 } }],
        },
      },
    },
  ],
  [
    'an empty selector selects all, and stays',
    manifestOf(resource('kubernetes_network_policy_v1', { spec: { pod_selector: {}, policy_types: ['Ingress'] } })),
    ({ spec }) => spec,
    { podSelector: {}, policyTypes: ['Ingress'] },
  ],
  [
    'percentages stay texts, numbers are numbers',
    manifestOf(
      resource('kubernetes_pod_disruption_budget_v1', { spec: { max_unavailable: '50%', min_available: '1' } }),
    ),
    ({ spec }) => spec,
    { maxUnavailable: '50%', minAvailable: 1 },
  ],
  [
    'topologies of a storage class are a list of terms',
    manifestOf(
      resource('kubernetes_storage_class_v1', {
        storage_provisioner: 'p',
        allowed_topologies: { match_label_expressions: [{ key: 'zone', values: ['a'] }] },
      }),
    ),
    ({ provisioner, allowedTopologies }) => ({ provisioner, allowedTopologies }),
    { provisioner: 'p', allowedTopologies: [{ matchLabelExpressions: [{ key: 'zone', values: ['a'] }] }] },
  ],
  [
    "what is Terraform's own, and what is null, is left out",
    manifestOf(resource('kubernetes_job_v1', { wait_for_completion: true, spec: { completions: null } })),
    ({ metadata, spec }) => ({ metadata, spec }),
    { metadata: { name: 'one', namespace: 'two' }, spec: {} },
  ],
])('%s', (_, manifest, part, expected) => {
  expect(part(manifest)).toEqual(expected);
});

test.each<readonly [string, () => unknown, RegExp]>([
  ['a type', () => manifestOf(resource('kubernetes_daemon_set_v1', {})), /of type kubernetes_daemon_set_v1 become no/],
  ['an argument', () => podOf({ host_pid: true }), /template\.spec: the argument 'host_pid' is not one that/],
  ['a mode that is none', () => podOf({ volume: [{ name: 'v', secret: { default_mode: '0999' } }] }), /octal digits/],
  ['a number that is none', () => podOf({ security_context: { fs_group: 'all' } }), /an integer, and found "all"/],
  ['two blocks for one', () => podOf({ security_context: [{}, {}] }), /expected one block/],
  ['an object without a name', () => manifestOf(resource('kubernetes_role_v1', { metadata: {} })), /no metadata\.name/],
])('%s that is not known is an error, not left out', (_, act, message) => {
  expect(act).toThrow(message);
});
