import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { watcherUrls } from '../../../constructs/observability/cluster/names';
import { manifestOf } from '../../../kubernetes/deployment/manifests/kinds';
import type { Manifest } from '../../../kubernetes/deployment/manifests/manifest';
import { isRedisChart } from '../../../kubernetes/deployment/plain-redis-values';
import { objectsOfRelease } from '../../../kubernetes/deployment/releases';
import { targetsOf, type Pod } from '../../../kubernetes/stand-ins/monitoring/discovery-program/targets';
import { scrapeConfigs } from '../../../kubernetes/stand-ins/monitoring/pod-monitors';
import { receiverManifests, receiverUrl } from '../../../kubernetes/stand-ins/monitoring/receiver';
import { customObjects } from '../../../review/synthesis/helm-objects';
import { planNamed } from '../../support/environment-plans';
import { localImages } from '../../support/local-images';

const manifestsOf = (environment: string): readonly Manifest[] => {
  const { resources } = planNamed(environment);
  const release = resources.find(({ values }) => values.chart === 'kube-prometheus-stack');
  if (!release) throw new Error(`${environment} has no kube-prometheus-stack`);
  return objectsOfRelease(release, { images: localImages, customObjects: customObjects(resources) }).objects;
};

const find = (manifests: readonly Manifest[], kind: string, name: string) => {
  const found = manifests.find((one) => one.kind === kind && one.metadata.name.startsWith(name));
  if (!found) throw new Error(`there is no ${kind} ${name}…`);
  return found;
};

/** Writes the files of a ConfigMap, and gives their folder. */
function filesOf(manifests: readonly Manifest[], name: string, folder: string): string {
  const target = path.join(folder, name);
  mkdirSync(target);
  for (const [file, text] of Object.entries(find(manifests, 'ConfigMap', name).data as Record<string, string>))
    writeFileSync(path.join(target, file), text);
  return target;
}

describe.each(['staging', 'development'])('Prometheus and Alertmanager of %s', (environment) => {
  const manifests = manifestsOf(environment);
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(path.join(tmpdir(), 'monitoring-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('promtool accepts the configuration and all rules', () => {
    const files = filesOf(manifests, 'prometheus-monitoring', folder);
    const output = execFileSync('promtool', ['check', 'config', '--syntax-only', path.join(files, 'prometheus.yaml')]);
    expect(output.toString()).toMatch(/SUCCESS/);
    const rules = execFileSync('promtool', ['check', 'rules', path.join(files, `${environment}-redis.rules.yaml`)]);
    expect(rules.toString()).toMatch(/SUCCESS: \d\d+ rules found/);
  });

  test('amtool accepts the configuration, and every receiver that sends is the stand-in', () => {
    const file = path.join(filesOf(manifests, 'alertmanager-monitoring', folder), 'alertmanager.yaml');
    const output = execFileSync('amtool', ['check-config', file]).toString();
    expect(output).toMatch(/4 receivers/);
    const text = JSON.stringify(find(manifests, 'ConfigMap', 'alertmanager-monitoring').data);
    for (const receiver of ['page', 'chat', 'dead-mans-switch']) expect(text).toContain(receiverUrl(receiver));
    expect(text).not.toMatch(/pagerduty|slack|_file/);
  });

  test('they are found by the names that runbooks and panels have', () => {
    for (const [program, url] of [
      ['prometheus', watcherUrls.prometheus],
      ['alertmanager', watcherUrls.alertmanager],
    ] as const) {
      const { hostname, port } = new URL(url);
      const service = find(manifests, 'Service', hostname.split('.')[0] ?? '');
      const { selector, ports } = service.spec as { selector: Record<string, string>; ports: { port: number }[] };
      expect(ports.map((one) => String(one.port))).toEqual([port]);
      const set = find(manifests, 'StatefulSet', `${program}-monitoring`);
      expect(set.spec).toMatchObject({ template: { metadata: { labels: selector } } });
    }
  });

  test('their pods have the accounts, users and volumes of the chart', () => {
    const { spec } = find(manifests, 'StatefulSet', 'prometheus-monitoring');
    expect(spec).toMatchObject({
      volumeClaimTemplates: [{ metadata: { name: 'prometheus-monitoring-db' } }],
      template: {
        spec: {
          serviceAccountName: 'monitoring-prometheus',
          securityContext: { fsGroup: 2000, runAsNonRoot: true },
          containers: [
            { name: 'prometheus', securityContext: { runAsUser: 1000, readOnlyRootFilesystem: true } },
            { name: 'discovery', securityContext: { readOnlyRootFilesystem: true } },
          ],
        },
      },
    });
  });
});

interface Rule {
  /** `keep` or `drop`; a label is set without it. */
  readonly action?: string;
  readonly source_labels?: readonly string[];
  readonly regex?: string;
  readonly target_label?: string;
  readonly replacement?: string;
}

type Labels = Readonly<Record<string, string>>;

/** Labels of a target's series; undefined if it is dropped. Source: "relabel_config" in the documentation of Prometheus. */
function relabelled(target: Labels, rules: readonly Rule[]): Labels | undefined {
  const labels: Record<string, string> = { ...target };
  for (const { action, source_labels: sources = [], regex = '(.*)', target_label: name, replacement = '$1' } of rules) {
    const match = new RegExp(`^(?:${regex})$`).exec(sources.map((source) => labels[source] ?? '').join(';'));
    if (action !== undefined && (action === 'keep') === (match === null)) return undefined;
    if (name !== undefined && match) labels[name] = replacement.replace('$1', match[1] ?? '');
  }
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !name.startsWith('__')));
}

interface WorkloadSpec {
  readonly template: { readonly metadata: { readonly labels: Labels }; readonly spec: Pod['spec'] };
}

/** A pod of each workload of the environment. */
function podsOf(environment: string): readonly Pod[] {
  const { resources } = planNamed(environment);
  const objects = resources.flatMap((one) => {
    if (one.type === 'kubernetes_deployment_v1') return [manifestOf(one)];
    return isRedisChart(String(one.values.chart)) ? objectsOfRelease(one, noObjects).objects : [];
  });
  return objects
    .filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet')
    .map(({ metadata, spec }) => {
      const { template } = spec as WorkloadSpec;
      return {
        metadata: { name: `${metadata.name}-0`, namespace: metadata.namespace ?? '', labels: template.metadata.labels },
        spec: { ...template.spec, nodeName: 'node-1' },
        status: { phase: 'Running', podIP: '10.0.0.1' },
      };
    });
}

const noObjects = { images: localImages, customObjects: [] };
const nodes = [{ metadata: { name: 'node-1', labels: { 'topology.kubernetes.io/zone': 'us-east-1a' } } }];

const monitorsOf = (environment: string) =>
  customObjects(planNamed(environment).resources).filter(({ object }) => object.kind === 'PodMonitor');

test.each([
  ['staging', 'redis-0'],
  ['development', 'redis-node-0'],
])('monitors of %s find the port of each workload, and give series the labels that rules use', (environment, redis) => {
  const configs = monitorsOf(environment).flatMap(({ object, namespace }) => scrapeConfigs(object, namespace));
  const series = targetsOf(podsOf(environment), nodes).flatMap(({ targets, labels }) =>
    configs.flatMap(({ relabel_configs: rules }) => {
      const found = relabelled(labels, rules);
      return found ? [{ ...found, target: targets[0] }] : [];
    }),
  );
  const common = { redis_cluster: `${environment}-redis`, zone: 'us-east-1a' };
  const program = (job: string, port: number) =>
    expect.objectContaining({
      ...{ ...common, job, namespace: 'application', pod: `${job}-0`, container: job },
      target: `10.0.0.1:${port}`,
    }) as object;
  const expected = [
    expect.objectContaining({
      ...{ ...common, job: 'redis', namespace: 'redis', pod: redis, target: '10.0.0.1:9121' },
    }) as object,
    program('api', 8080),
    program('worker', 8081),
  ];
  expect(series).toHaveLength(expected.length);
  expect(series).toEqual(expect.arrayContaining(expected));
});

test('pods that are over, or have no address, give no series', () => {
  const configs = monitorsOf('staging').flatMap(({ object, namespace }) => scrapeConfigs(object, namespace));
  const over = podsOf('staging').flatMap((pod) => [
    { ...pod, status: { phase: 'Running' } },
    { ...pod, status: { ...pod.status, phase: 'Failed' } },
  ]);
  const found = targetsOf(over, nodes);
  expect(found.length).toBeGreaterThan(2);
  expect(
    found.filter(({ labels }) => configs.some(({ relabel_configs: rules }) => relabelled(labels, rules) !== undefined)),
  ).toEqual([]);
});

test('a member of a PodMonitor that the stand-in does not know is refused', () => {
  const [monitor] = monitorsOf('staging');
  if (!monitor) throw new Error('staging has no PodMonitor');
  const { object, namespace } = monitor;
  const changed = { ...object, spec: { ...object.spec, sampleLimit: 5 } };
  expect(() => scrapeConfigs(changed, namespace)).toThrow(/^PodMonitor redis: spec: .*sampleLimit.*; add it to /);
});

test('the receiver runs without a token of the cluster', () => {
  const deployment = find(receiverManifests(localImages.application), 'Deployment', 'alert-receiver');
  expect(deployment.spec).toMatchObject({ template: { spec: { automountServiceAccountToken: false } } });
});
