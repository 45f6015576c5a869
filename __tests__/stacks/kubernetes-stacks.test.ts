import type { EnvironmentInput } from '../../environments/environment';
import { developmentEnvironment } from '../../environments/development';
import { kubernetesEnvironment } from '../../environments/kubernetes';
import { synthesize, type SynthesizedStack } from '../support/synthesized';

const { stacks, dependencies } = synthesize(kubernetesEnvironment);

test('the stacks, and each waits for those it needs', () => {
  expect(Object.fromEntries(Object.entries(dependencies).map(([name, needed]) => [name, [...needed].sort()]))).toEqual({
    'kubernetes-cluster-services': [],
    'kubernetes-redis': ['kubernetes-cluster-services'],
    'kubernetes-database': ['kubernetes-cluster-services'],
    'kubernetes-application': ['kubernetes-database', 'kubernetes-redis'],
  });
});

/** Without CDKTF's own notes on each resource. */
const withoutMetadata = (stack: unknown): unknown =>
  JSON.parse(JSON.stringify(stack, (key, value: unknown) => (key === '//' ? undefined : value)));

test.each(Object.entries(stacks))('%s', (_, stack) => {
  expect(withoutMetadata(stack)).toMatchSnapshot();
});

/** The same with Sentinels, whose chart has a version of its own. */
function withSentinels(): EnvironmentInput {
  const { platform } = developmentEnvironment;
  if (platform.kind !== 'bitnami-sentinel') throw new Error('development has no Sentinels');
  const { chart, images } = kubernetesEnvironment.platform;
  return {
    ...kubernetesEnvironment,
    platform: { ...platform, chart: { ...chart, version: platform.chart.version }, images },
  };
}

test('Redis behind Sentinels says where these are', () => {
  const { 'kubernetes-redis': redis } = synthesize(withSentinels()).stacks;
  expect(Object.keys(redis?.output ?? {})).toEqual(['sentinels']);
});

/** Every type of resource and data source of a stack. */
const typesOf = (stack: SynthesizedStack) => Object.keys({ ...stack.resource });

test.each(Object.entries(stacks))('%s needs no AWS', (_, stack) => {
  const { provider } = stack as unknown as { readonly provider: object };
  expect(Object.keys(provider).sort()).toEqual(['helm', 'kubernetes']);
  expect(typesOf(stack).filter((type) => !/^(?:kubernetes|helm)_/.test(type))).toEqual([]);
});

test.each(Object.entries(stacks))('%s reads no state of another stack', (_, stack) => {
  expect(stack).not.toHaveProperty('data');
});

test('generated passwords: letters and digits, made once, in a namespace that allows no connection', () => {
  const objects = objectsOf(stacks['kubernetes-redis']);
  const generated = objects.filter(
    ({ kind, spec }) => kind === 'ExternalSecret' && 'dataFrom' in (spec as Readonly<Record<string, unknown>>),
  );
  expect(generated.map(({ metadata }) => metadata.name)).toContain('redis-app-1');
  for (const { spec } of generated) {
    expect(spec).toMatchObject({
      refreshPolicy: 'CreatedOnce',
      target: { creationPolicy: 'Orphan', deletionPolicy: 'Retain', immutable: true },
    });
  }
  expect(objects.filter(({ kind }) => kind === 'Password').map(({ spec }) => spec)).toEqual([
    { length: 40, digits: 10, symbols: 0, noUpper: false, allowRepeat: true },
  ]);
});

test('External Secrets may read each generated password by its name, as the service account of the namespace', () => {
  const roles = Object.values(stacks['kubernetes-redis']?.resource.kubernetes_role_v1 ?? {}) as unknown as readonly {
    readonly metadata: { readonly namespace: string };
    readonly rule: readonly { readonly resource_names: readonly string[]; readonly verbs: readonly string[] }[];
  }[];
  const reading = roles.filter(({ metadata }) => metadata.namespace === 'passwords');
  expect(reading.map(({ rule }) => rule)).toEqual([
    [
      {
        api_groups: [''],
        resources: ['secrets'],
        verbs: ['get'],
        resource_names: [
          'redis-app-1',
          'redis-arranger-1',
          'redis-exporter-1',
          'redis-gateway-1',
          'redis-keeper-1',
          'redis-operator-1',
          'redis-replica-1',
          'redis-worker-1',
        ],
      },
    ],
  ]);
});

test('a changed password is a Secret of its own; the one before stays readable', () => {
  const { platform } = kubernetesEnvironment;
  const passwordGenerations = { ...platform.passwordGenerations, app: 2 };
  const { 'kubernetes-redis': redis } = synthesize({
    ...kubernetesEnvironment,
    platform: { ...platform, passwordGenerations } as typeof platform,
  }).stacks;
  const users = objectsOf(redis).find(({ metadata }) => metadata.name === 'redis-users');
  expect(users?.spec).toMatchObject({
    data: expect.arrayContaining([
      { secretKey: 'app', remoteRef: { key: 'redis-app-2', property: 'password' } },
      { secretKey: 'app-previous', remoteRef: { key: 'redis-app-1', property: 'password' } },
    ]) as unknown,
  });
});

interface InstalledObject {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: unknown;
}

/** Objects of the releases that are nothing but objects. */
function objectsOf(stack: SynthesizedStack | undefined): readonly InstalledObject[] {
  const releases = Object.values(stack?.resource.helm_release ?? {}) as unknown as readonly {
    readonly values: readonly [string];
  }[];
  return releases.flatMap(({ values: [text] }) => (JSON.parse(text) as { objects?: InstalledObject[] }).objects ?? []);
}

test('state is in a file of each stack, or in a backend under the name of the stack', () => {
  expect(stacks['kubernetes-redis']?.terraform.backend).toMatchObject({
    local: { path: '../../../terraform.kubernetes-redis.tfstate' },
  });
  const { stacks: elsewhere } = synthesize({
    ...kubernetesEnvironment,
    terraformState: { kind: 'backend', type: 'kubernetes', arguments: { namespace: 'terraform' } },
  });
  expect(elsewhere['kubernetes-redis']?.terraform.backend).toEqual({
    kubernetes: { namespace: 'terraform', secret_suffix: 'kubernetes-redis' },
  });
});

test('services that the cluster has already are not installed', () => {
  const { 'kubernetes-cluster-services': services } = synthesize({
    ...kubernetesEnvironment,
    clusterServices: {
      ...kubernetesEnvironment.clusterServices,
      certManager: { kind: 'present' },
      externalSecrets: { kind: 'present' },
    },
  }).stacks;
  const releases = Object.values(services?.resource.helm_release ?? {}) as unknown as readonly { name: string }[];
  expect(releases.map(({ name }) => name)).toEqual(['platform-authority']);
});
