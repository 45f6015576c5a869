import { convergenceViolations } from '../../../review/convergence/convergence-violations';
import { hiddenReshapes, knownReshapes } from '../../../review/convergence/known-reshapes';
import { isCanonicalQuantity } from '../../../review/convergence/quantity';
import type { ResourceArguments, StackJson } from '../../../review/convergence/reshape';

/** A workload with this in its pods' spec. */
const withPods = (spec: ResourceArguments, others: ResourceArguments = {}) => ({
  spec: { template: { spec }, ...others },
});

const withFiles = (projected: unknown) => withPods({ volume: [{ name: 'files', projected }] });
const secret = (name: string) => ({ name, items: [{ key: 'password', path: name }] });
const withVolume = (volume: ResourceArguments) => withPods({ volume: [{ name: 'files', ...volume }] });
const withMetric = (target: ResourceArguments) => ({ spec: { metric: [{ pods: { target } }] } });
const service = (spec: ResourceArguments) => ({ spec: { type: 'ClusterIP', ...spec } });
const group = (family: string, parameter: ResourceArguments) => ({ family, parameter: [parameter] });
const tls = { name: 'rds.force_ssl', value: '1' };

const scaled = {
  kubernetes_horizontal_pod_autoscaler_v2: { api: { spec: { scale_target_ref: { kind: 'Deployment', name: 'api' } } } },
};
const scaledByKeda = {
  helm_release: { worker: { values: ['{"objects":[{"spec":{"scaleTargetRef":{"name":"api"}}}]}'] } },
};
const deployment = (ignored: readonly string[], metadata: ResourceArguments = {}) => ({
  metadata: { name: 'api', ...metadata },
  spec: { replicas: '2' },
  lifecycle: { ignore_changes: ignored },
});
const reloaded = { annotations: { 'reloader.stakater.com/auto': 'true' } };

interface Example {
  readonly type: string;
  readonly bad: readonly ResourceArguments[];
  readonly good: readonly ResourceArguments[];
  /** What else is in the stack. */
  readonly others?: StackJson['resource'];
}

const examples: Readonly<Record<string, readonly Example[]>> = {
  'projected-sources': [
    {
      type: 'kubernetes_deployment_v1',
      bad: [
        withFiles([{ sources: [{ secret: [secret('a'), secret('b')] }] }]),
        withFiles({ sources: { secret: secret('a'), config_map: { name: 'b' } } }),
        withFiles({ sources: [{}] }),
      ],
      good: [
        withFiles([{ sources: [{ secret: [secret('a')] }, { secret: [secret('b')] }] }]),
        withFiles({ sources: [{ secret: { name: 'a', items: [{ key: 'x' }, { key: 'y' }] } }] }),
      ],
    },
    {
      type: 'kubernetes_cron_job_v1',
      bad: [{ spec: { job_template: withFiles([{ sources: [{ secret: [secret('a'), secret('b')] }] }]) } }],
      good: [{ spec: { job_template: withFiles([{ sources: [{ secret: [secret('a')] }] }]) } }],
    },
  ],
  'file-modes': [
    {
      type: 'kubernetes_job_v1',
      bad: [
        withVolume({ secret: { default_mode: '400' } }),
        withVolume({ config_map: [{ items: [{ mode: '00440' }] }] }),
        withVolume({ projected: [{ default_mode: 256 }] }),
      ],
      good: [
        withVolume({ secret: { default_mode: '0440', items: [{ mode: '0400' }] } }),
        withVolume({ config_map: { default_mode: '00' } }),
      ],
    },
  ],
  'volumes-of-tokens': [
    {
      type: 'kubernetes_stateful_set_v1',
      bad: [
        withPods({ volume: [{ name: 'kube-api-access' }] }),
        withPods({ container: [{ volume_mount: [{ name: 'api-token-abc12' }] }] }),
      ],
      good: [withPods({ volume: [{ name: 'token' }], container: { volume_mount: { name: 'files' } } })],
    },
  ],
  'numbers-as-texts': [
    {
      type: 'kubernetes_daemon_set_v1',
      bad: [
        withPods({ security_context: { run_as_user: '065532' } }),
        withPods({ toleration: [{ toleration_seconds: '+60' }] }),
        withPods({}, { replicas: '02' }),
      ],
      good: [withPods({ security_context: { run_as_user: '65532', fs_group: '0' } }, { replicas: '2' })],
    },
  ],
  'replicas-of-the-autoscaled': [
    {
      type: 'kubernetes_deployment_v1',
      bad: [deployment([])],
      good: [deployment(['spec[0].replicas']), { ...deployment([]), metadata: { name: 'other' } }],
      others: scaled,
    },
    {
      type: 'kubernetes_deployment_v1',
      bad: [deployment([])],
      good: [deployment(['spec[0].replicas'])],
      others: scaledByKeda,
    },
  ],
  'annotations-of-reloader': [
    {
      type: 'kubernetes_deployment_v1',
      bad: [deployment([], reloaded)],
      good: [deployment(['spec[0].template[0].metadata[0].annotations["x"]'], reloaded), deployment([])],
    },
  ],
  'jobs-with-an-end': [
    {
      type: 'kubernetes_job_v1',
      bad: [{ spec: { ttl_seconds_after_finished: '600' } }],
      good: [{ spec: { active_deadline_seconds: 600 } }],
    },
  ],
  'autoscaler-quantities': [
    {
      type: 'kubernetes_horizontal_pod_autoscaler_v2',
      bad: [withMetric({ type: 'AverageValue', average_value: '1000m' }), withMetric({ type: 'Value', value: '0.5' })],
      good: [withMetric({ type: 'AverageValue', average_value: '1' }), withMetric({ type: 'Value', value: '500m' })],
    },
  ],
  'autoscaler-targets': [
    {
      type: 'kubernetes_horizontal_pod_autoscaler_v2',
      bad: [withMetric({ type: 'Utilization', average_utilization: 60, average_value: '1' })],
      good: [withMetric({ type: 'Utilization', average_utilization: 60 })],
    },
  ],
  'autoscaler-behavior': [
    {
      type: 'kubernetes_horizontal_pod_autoscaler_v2',
      bad: [
        { spec: { behavior: { scale_up: [{ policy: [] }] } } },
        { spec: { behavior: { scale_down: { policy: [], select_policy: 'Max' } } } },
      ],
      good: [
        { spec: { behavior: { scale_up: [{ policy: [], select_policy: 'Max' }] } } },
        { spec: { behavior: { scale_down: { select_policy: 'Max', stabilization_window_seconds: 300 } } } },
        { spec: {} },
      ],
    },
  ],
  'services-without-load-balancer': [
    {
      type: 'kubernetes_service_v1',
      bad: [service({ allocate_load_balancer_node_ports: false }), service({ load_balancer_class: 'x' })],
      good: [service({}), service({ type: 'LoadBalancer', load_balancer_class: 'x' })],
    },
  ],
  'database-parameters-of-default-value': [
    {
      type: 'aws_db_parameter_group',
      bad: [group('postgres17', { ...tls, apply_method: 'immediate' }), group('postgres15', tls)],
      good: [
        group('postgres17', { ...tls, apply_method: 'pending-reboot' }),
        group('postgres14', { ...tls, apply_method: 'immediate' }),
        group('postgres17', { ...tls, value: '0', apply_method: 'immediate' }),
      ],
    },
    {
      type: 'aws_rds_cluster_parameter_group',
      bad: [group('aurora-postgresql17', { ...tls, apply_method: 'immediate' })],
      good: [group('aurora-postgresql16', { ...tls, apply_method: 'immediate' })],
    },
  ],
  'launch-template-versions': [
    {
      type: 'aws_eks_node_group',
      bad: [{ launch_template: { version: '$Latest' } }, { launch_template: [{ version: '$Default' }] }],
      good: [{ launch_template: { version: '${aws_launch_template.nodes.latest_version}' } }],
    },
  ],
  'ids-of-elasticache-users': [
    { type: 'aws_elasticache_user', bad: [{ user_id: 'Test-app' }], good: [{ user_id: 'test-app' }] },
    {
      type: 'aws_elasticache_user_group',
      bad: [{ user_group_id: 'test', user_ids: ['test-App'] }],
      good: [{ user_group_id: 'test', user_ids: ['test-app', '${aws_elasticache_user.X.user_id}'] }],
    },
  ],
  'elasticache-users-without-password': [
    {
      type: 'aws_elasticache_user',
      bad: [{ authentication_mode: { type: 'no-password-required' } }],
      good: [{ no_password_required: true }, { authentication_mode: { type: 'iam' } }],
    },
  ],
  'elasticache-access-strings': [
    {
      type: 'aws_elasticache_user',
      bad: [{ access_string: 'on allkeys +@all' }, { access_string: 'off nocommands' }],
      good: [{ access_string: 'off resetchannels -@all' }, { access_string: 'on ~allkeys:* -@all +get' }],
    },
  ],
  'chart-versions': [
    {
      type: 'helm_release',
      bad: [{ version: '2.9' }, { version: '~> 2.9' }, { version: '^1.0.0' }],
      good: [{ version: '2.9.0' }, { version: 'v1.19.1' }, { version: '38.0.0-rc.1' }, {}],
    },
  ],
};

const found = (name: string, { type, others }: Example, resource: ResourceArguments) =>
  convergenceViolations(
    { resource: { ...others, [type]: { example: resource } } },
    knownReshapes.filter((reshape) => reshape.name === name),
  );

const cases = Object.entries(examples).flatMap(([name, all]) => all.map((example) => [name, example] as const));

test.each(cases)('%s: finds what is read back otherwise', (name, example) => {
  const missed = example.bad.filter((resource) => found(name, example, resource).length === 0);
  expect(missed).toEqual([]);
  expect(example.bad.length).toBeGreaterThan(0);
});

test.each(cases)('%s: finds nothing else', (name, example) => {
  expect(example.good.flatMap((resource) => found(name, example, resource))).toEqual([]);
});

test('every reshape has examples, a source and a name of its own', () => {
  const names = knownReshapes.map(({ name }) => name);
  expect([...names].sort()).toEqual(Object.keys(examples).sort());
  const all = [...knownReshapes, ...hiddenReshapes];
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  expect(all.filter(({ source }) => !/\.(?:go|markdown)|#\d+/.test(source))).toEqual([]);
});

test('a violation says where, what and what to do', () => {
  const [example] = examples['projected-sources'] ?? [];
  expect(example && found('projected-sources', example, example.bad[0] ?? {})).toEqual([
    {
      reshape: 'projected-sources',
      resource: 'kubernetes_deployment_v1.example',
      argument: 'spec.template.spec.volume[0].projected[0].sources[0]: 2 blocks',
      remedy: 'Give each its own block of sources; several items of one Secret may share one',
    },
  ]);
});

test.each(['1', '0', '500m', '1500m', '1k', '1Gi', '1536Mi', '100M', '60'])('%s is a canonical quantity', (text) => {
  expect(isCanonicalQuantity(text)).toBe(true);
});

test.each(['1000m', '0.5', '1024Mi', '1000', '0m', '01', '1e3', '', '-1'])('%s is not', (text) => {
  expect(isCanonicalQuantity(text)).toBe(false);
});
