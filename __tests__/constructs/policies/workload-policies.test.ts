import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CronJobV1 } from '@cdktf/provider-kubernetes/lib/cron-job-v1';
import { DeploymentV1, type DeploymentV1SpecTemplateSpecContainer } from '@cdktf/provider-kubernetes/lib/deployment-v1';
import { JobV1 } from '@cdktf/provider-kubernetes/lib/job-v1';
import { PodDisruptionBudgetV1 } from '@cdktf/provider-kubernetes/lib/pod-disruption-budget-v1';
import { StatefulSetV1 } from '@cdktf/provider-kubernetes/lib/stateful-set-v1';
import { App, TerraformStack } from 'cdktf';
import { except, type PolicyName } from '../../../constructs/policies/exceptions';
import { holdWorkloadsToPolicies, workloadPolicies } from '../../../constructs/policies/workload-policies';
import { ApplicationStack } from '../../../stacks/application-stack';
import { stackProps } from '../../support/application-stack';
import { messageOf } from '../../support/synthesized-construct';

/** Problems that stop the synthesis of a stack: `policy: problem`. */
function problems(build: (app: App) => unknown): string[] {
  const outdir = mkdtempSync(path.join(tmpdir(), 'cdktf-out-'));
  try {
    const app = new App({ outdir, skipValidation: true });
    build(app);
    const names = Object.keys(workloadPolicies).join('|');
    const found = messageOf(() => app.synth()).match(new RegExp(`(?:${names}): [^.]*`, 'g'));
    return [...(found ?? [])];
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

const inStack = (build: (stack: TerraformStack) => unknown) =>
  problems((app) => {
    const stack = new TerraformStack(app, 'test');
    holdWorkloadsToPolicies(stack);
    build(stack);
  });

const labels = { app: 'server' };
const zone = 'topology.kubernetes.io/zone';

const container: DeploymentV1SpecTemplateSpecContainer = {
  name: 'server',
  image: `registry.example.com:5000/server@sha256:${'ab'.repeat(32)}`,
  resources: {
    requests: { cpu: '100m', memory: '64Mi', 'ephemeral-storage': '64Mi' },
    limits: { memory: '64Mi', 'ephemeral-storage': '64Mi' },
  },
  securityContext: {
    runAsNonRoot: true,
    readOnlyRootFilesystem: true,
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
  },
  readinessProbe: { httpGet: { path: '/readyz', port: '80' } },
  livenessProbe: { httpGet: { path: '/healthz', port: '80' } },
};

/** Resources without one quantity. */
function without(part: 'requests' | 'limits', quantity: string): object {
  const { requests = {}, limits = {} } = container.resources ?? {};
  const all: Readonly<Record<string, Readonly<Record<string, string>>>> = { requests, limits };
  const others = Object.entries(all[part] ?? {}).filter(([name]) => name !== quantity);
  return { resources: { ...all, [part]: Object.fromEntries(others) } };
}

const security = (change: object) => ({ securityContext: { ...container.securityContext, ...change } });

const spread = { topologyKey: zone, whenUnsatisfiable: 'DoNotSchedule', maxSkew: 1 };

const podSpec = (change: object = {}, ofContainer: object = {}) => ({
  serviceAccountName: 'server',
  automountServiceAccountToken: false,
  topologySpreadConstraint: [spread],
  container: [{ ...container, ...ofContainer }],
  ...change,
});

function deployment(stack: TerraformStack, pod: object = {}, ofContainer: object = {}, replicas = '2'): DeploymentV1 {
  return new DeploymentV1(stack, 'deployment', {
    metadata: { name: 'server', namespace: 'one' },
    spec: { replicas, template: { metadata: { labels }, spec: podSpec(pod, ofContainer) } },
  });
}

function budget(stack: TerraformStack, spec: object = { maxUnavailable: '1' }, namespace = 'one', id = 'budget') {
  return new PodDisruptionBudgetV1(stack, id, {
    metadata: { name: id, namespace },
    spec: { selector: { matchLabels: labels }, ...spec },
  });
}

test('what keeps to all of them passes', () => {
  expect(inStack((stack) => [deployment(stack), budget(stack)])).toEqual([]);
});

test('the application’s stack keeps to all of them', () => {
  expect(problems((app) => new ApplicationStack(app, 'test-application', stackProps))).toEqual([]);
});

test.each<[PolicyName, object, object, string]>([
  ['containers-run-as-non-root', {}, security({ runAsNonRoot: undefined }), 'may run as root'],
  ['containers-run-as-non-root', {}, security({ runAsUser: '0' }), 'may run as root'],
  [
    'containers-run-as-non-root',
    { securityContext: { runAsNonRoot: true } },
    security({ runAsNonRoot: false }),
    'may run as root',
  ],
  ['root-file-systems-are-read-only', {}, security({ readOnlyRootFilesystem: false }), 'can change its own files'],
  ['root-file-systems-are-read-only', {}, security({ readOnlyRootFilesystem: undefined }), 'can change its own files'],
  ['privileges-do-not-escalate', {}, security({ allowPrivilegeEscalation: undefined }), 'can get more privileges'],
  ['privileges-do-not-escalate', {}, security({ privileged: true }), 'has all privileges'],
  ['privileges-do-not-escalate', {}, security({ capabilities: { drop: ['NET_RAW'] } }), 'keeps capabilities'],
  ['containers-have-limits', {}, without('limits', 'memory'), 'has no limits'],
  ['containers-have-limits', {}, without('limits', 'ephemeral-storage'), 'has no limits'],
  ['containers-have-limits', {}, without('requests', 'cpu'), 'has no requests'],
  ['containers-have-limits', {}, without('requests', 'memory'), 'has no requests'],
  ['containers-have-limits', {}, without('requests', 'ephemeral-storage'), 'has no requests'],
  ['empty-dirs-have-a-size', { volume: [{ name: 'one', emptyDir: {} }] }, {}, "emptyDir 'one' has no size"],
  [
    'empty-dirs-have-a-size',
    { volume: [{ name: 'one', emptyDir: { medium: 'Memory' } }] },
    {},
    "emptyDir 'one' has no size",
  ],
  ['servers-have-probes', {}, { readinessProbe: undefined }, "doesn't say when it is ready"],
  ['servers-have-probes', {}, { livenessProbe: undefined }, "doesn't say that it lives"],
  ['servers-have-probes', {}, { livenessProbe: container.readinessProbe }, 'is ended when it is only not ready'],
  ['images-have-a-version', {}, { image: 'registry.example.com/server:latest' }, 'runs'],
  ['images-have-a-version', {}, { image: 'registry:5000/server' }, 'runs'],
  ['replicas-spread-over-zones', { topologySpreadConstraint: [] }, {}, 'may have all replicas in one zone'],
  [
    'replicas-spread-over-zones',
    { topologySpreadConstraint: [{ ...spread, whenUnsatisfiable: 'ScheduleAnyway' }] },
    {},
    'may have all replicas in one zone',
  ],
  [
    'replicas-spread-over-zones',
    { topologySpreadConstraint: [{ ...spread, topologyKey: 'kubernetes.io/hostname' }] },
    {},
    'may have all replicas in one zone',
  ],
  [
    'pods-have-no-token-they-do-not-need',
    { automountServiceAccountToken: undefined },
    {},
    'has a token for the API of Kubernetes',
  ],
  ['pods-have-no-token-they-do-not-need', { serviceAccountName: 'default' }, {}, 'shares the service account'],
])('%s: %j %j', (policy, pod, ofContainer, problem) => {
  const found = inStack((stack) => [deployment(stack, pod, ofContainer), budget(stack)]);
  expect(found).toEqual([expect.stringContaining(`${policy}: `)]);
  expect(found[0]).toContain(problem);
});

test.each<[string, object, object]>([
  ['non-root by its pod', { securityContext: { runAsNonRoot: true } }, security({ runAsNonRoot: undefined })],
  ['a tag', {}, { image: 'registry.example.com/server:1.4.0' }],
  [
    'an emptyDir with a size, and a ConfigMap',
    {
      volume: [
        { name: 'one', emptyDir: { sizeLimit: '1Mi' } },
        { name: 'two', configMap: { name: 'two' } },
      ],
    },
    {},
  ],
  [
    'apart by zone',
    {
      topologySpreadConstraint: [],
      affinity: {
        podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: zone }] },
      },
    },
    {},
  ],
])('%s passes', (_, pod, ofContainer) => {
  expect(inStack((stack) => [deployment(stack, pod, ofContainer), budget(stack)])).toEqual([]);
});

describe('replicas-have-a-disruption-budget', () => {
  const name = 'replicas-have-a-disruption-budget';

  test.each<[string, (stack: TerraformStack) => unknown, string]>([
    ['none', () => undefined, 'has no disruption budget'],
    ['one of another namespace', (stack) => budget(stack, undefined, 'other'), 'has no disruption budget'],
    [
      'one for other pods',
      (stack) => budget(stack, { maxUnavailable: '1', selector: { matchLabels: { app: 'x' } } }),
      'has no',
    ],
    ['one that lets none go', (stack) => budget(stack, { maxUnavailable: '0' }), 'lets no pod go'],
    ['one that keeps all', (stack) => budget(stack, { minAvailable: '2' }), 'lets no pod go'],
    ['one that keeps 100 %', (stack) => budget(stack, { minAvailable: '100%' }), 'lets no pod go'],
    ['two', (stack) => [budget(stack), budget(stack, undefined, 'one', 'second')], 'has several disruption budgets'],
  ])('%s is refused', (_, add, problem) => {
    expect(inStack((stack) => [deployment(stack), add(stack)])).toEqual([expect.stringContaining(`${name}: has`)]);
    expect(inStack((stack) => [deployment(stack), add(stack)])[0]).toContain(problem);
  });

  test.each([{ maxUnavailable: '25%' }, { minAvailable: '1' }, { minAvailable: '50%' }])('%j passes', (spec) => {
    expect(inStack((stack) => [deployment(stack), budget(stack, spec)])).toEqual([]);
  });

  test('one pod needs none, and needs no zones', () => {
    expect(inStack((stack) => deployment(stack, { topologySpreadConstraint: [] }, {}, '1'))).toEqual([]);
  });
});

test('StatefulSets, Jobs, CronJobs and containers that run first are held to them too', () => {
  const bad = { ...container, image: 'server' };
  const metadata = { name: 'server', namespace: 'one' };
  const image: unknown = expect.stringContaining("images-have-a-version: container 'server' runs 'server'");
  const spec = { ...podSpec(), container: [bad] };
  const template = { metadata: { labels }, spec };
  expect(
    inStack((stack) => [
      new StatefulSetV1(stack, 'set', {
        metadata,
        spec: { replicas: '1', serviceName: 'server', selector: {}, template },
      }),
      new JobV1(stack, 'job', { metadata, spec: { template } }),
      new CronJobV1(stack, 'cron', {
        metadata,
        spec: { schedule: '@daily', jobTemplate: { metadata: {}, spec: { template } } },
      }),
      deployment(stack, { initContainer: [bad] }, {}, '1'),
    ]),
  ).toEqual([image, image, image, image]);
});

test('what runs once needs no probes', () => {
  const spec = podSpec({}, { readinessProbe: undefined, livenessProbe: undefined });
  expect(
    inStack((stack) => {
      new JobV1(stack, 'job', { metadata: { name: 'once' }, spec: { template: { metadata: {}, spec } } });
    }),
  ).toEqual([]);
});

test('an exception is from one policy', () => {
  const found = inStack((stack) => {
    const excepted = deployment(stack, { automountServiceAccountToken: true }, { image: 'server' });
    except(excepted, 'pods-have-no-token-they-do-not-need', 'it watches what it routes to');
    budget(stack);
  });
  expect(found).toEqual([expect.stringContaining('images-have-a-version')]);
});

test('each says why it is', () => {
  for (const { explanation } of Object.values(workloadPolicies)) expect(explanation.length).toBeGreaterThan(20);
});
