/** Redis without the charts is what the charts make of the same values, as far as pods are concerned. */
import { plainRedis } from '../../../kubernetes/deployment/plain-redis';
import type { Manifest } from '../../../kubernetes/deployment/manifests/manifest';
import { render } from '../../../review/charts/rendering';
import { releasesOf, type SynthesizedRelease } from '../../../review/charts/releases';
import { chartsHere, chartTest } from '../../support/charts';
import { planNamed } from '../../support/environment-plans';

const releases: readonly (readonly [string, SynthesizedRelease])[] = ['staging', 'development'].map((environment) => {
  const release = planNamed(environment).resources.find(
    ({ type, values }) => type === 'helm_release' && values.name === 'redis',
  );
  if (!release) throw new Error(`${environment} has no release of Redis`);
  const [found] = releasesOf(release.stack, { resource: { helm_release: { [release.id]: release.values } } });
  if (!found) throw new Error(`${release.address} has no version`);
  return [found.chart, found];
});

const plain = ({ name, namespace, chart, values }: SynthesizedRelease) =>
  plainRedis({ name, namespace, chart, values: JSON.parse(values) as unknown });

const find = (manifests: readonly Manifest[], kind: string, name?: string) => {
  const found = manifests.find((one) => one.kind === kind && (name === undefined || one.metadata.name === name));
  if (!found) throw new Error(`there is no ${kind} ${name ?? ''}`);
  return found;
};

interface Volume {
  readonly name: string;
}

interface Container extends Volume {
  /** Sidecars may have none. */
  readonly env?: readonly { readonly name: string }[];
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}

interface SetSpec {
  readonly template: { readonly metadata: { readonly labels: object }; readonly spec: PodSpec };
  readonly volumeClaimTemplates: readonly { readonly metadata: { readonly name: string }; readonly spec: unknown }[];
  readonly selector: object;
}

interface PodSpec {
  readonly containers: readonly Container[];
  readonly volumes: readonly Volume[];
}

const setOf = (manifests: readonly Manifest[]) => find(manifests, 'StatefulSet').spec as SetSpec;

test.each(releases)('%s: the servers, and all that belongs to them', (_, release) => {
  const manifests = plain(release);
  expect(manifests.map(({ kind, metadata: { namespace } }) => [kind, namespace])).toEqual(
    ['PodDisruptionBudget', 'ServiceAccount', 'Service', 'Service', 'StatefulSet'].map((kind) => [kind, 'redis']),
  );
  const { template, selector } = setOf(manifests);
  expect(template.metadata.labels).toEqual((selector as { matchLabels: object }).matchLabels);
  const mounted = template.spec.containers.flatMap(({ volumeMounts }) => volumeMounts.map(({ name }) => name));
  const volumes = template.spec.volumes.map(({ name }) => name);
  expect([...new Set(mounted)].filter((name) => name !== 'redis-data' && !volumes.includes(name))).toEqual([]);
  expect(volumes.filter((name) => !mounted.includes(name))).toEqual([]);
});

test('another chart is an error that says how it is had', () => {
  expect(() => plainRedis({ name: 'a', namespace: 'b', chart: 'valkey', values: {} })).toThrow(
    "the objects of the chart valkey can't be made without it: name a folder of charts by CHARTS",
  );
});

/** Volumes of the charts for programs of theirs, which nothing here starts. */
const ofCharts: ReadonlySet<string> = new Set([
  'scripts',
  'default-config',
  'start-scripts',
  'health',
  'config',
  'sentinel-data',
]);

/** Empty members say nothing, a slash at the end of a path neither. */
function meaning(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(meaning);
  if (typeof value === 'string') return value.length > 1 ? value.replace(/\/$/, '') : value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, inner]) => !isEmpty(inner) || key === 'emptyDir')
      .map(([key, inner]) => [key, meaning(inner)] as const)
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );
}

const isEmpty = (value: unknown) =>
  value === null || value === false || (typeof value === 'object' && Object.keys(value).length === 0);

/** A container without what the chart adds for its own programs. */
function comparable({ env, volumeMounts, ...container }: Container, variables: readonly string[]) {
  const mounts = volumeMounts.filter(
    ({ name, mountPath }) => !ofCharts.has(name) && !(name === 'empty-dir' && mountPath.startsWith('/opt/bitnami')),
  );
  return meaning({
    ...container,
    env: env?.filter(({ name }) => variables.includes(name)),
    volumeMounts: [...mounts].sort((one, other) => (one.mountPath < other.mountPath ? -1 : 1)),
  });
}

const byName = (volumes: readonly Volume[]) =>
  meaning(volumes.filter(({ name }) => !ofCharts.has(name)).sort((one, other) => (one.name < other.name ? -1 : 1)));

chartTest.each(releases)(
  '%s: containers, probes, hooks, volumes and placement are those of the chart',
  (_, release) => {
    const ours = setOf(plain(release));
    const theirs = setOf(render(release, chartsHere) as unknown as readonly Manifest[]);
    const { containers: ourContainers, volumes: ourVolumes, ...ourPod } = ours.template.spec;
    const { containers: theirContainers, volumes: theirVolumes, ...theirPod } = theirs.template.spec;
    const variables = ourContainers.map(({ env = [] }) => env.map(({ name }) => name));
    expect(ourContainers.map((one, index) => comparable(one, variables[index] ?? []))).toEqual(
      theirContainers.map((one, index) => comparable(one, variables[index] ?? [])),
    );
    expect(byName(ourVolumes)).toEqual(byName(theirVolumes));
    expect(meaning(ourPod)).toEqual(meaning(theirPod));
    // Ten revisions are Kubernetes' default.
    const set = (one: SetSpec) =>
      meaning({ ...one, template: {}, volumeClaimTemplates: [], revisionHistoryLimit: null });
    expect(set(ours)).toEqual(set(theirs));
    const claims = ({ volumeClaimTemplates }: SetSpec) =>
      volumeClaimTemplates.map(({ metadata, spec }) => [metadata.name, spec]);
    expect(claims(ours)).toEqual(claims(theirs));
  },
  60_000,
);

chartTest.each(releases)(
  '%s: services, disruption budget and service account are those of the chart',
  (_, release) => {
    const ours = plain(release);
    const theirs = render(release, chartsHere) as unknown as readonly Manifest[];
    for (const one of ours.filter(({ kind }) => kind === 'Service')) {
      const other = find(theirs, 'Service', one.metadata.name);
      expect(portsAndSelector(one)).toEqual(portsAndSelector(other));
    }
    const budget = (manifests: readonly Manifest[]) => {
      const { metadata, spec } = find(manifests, 'PodDisruptionBudget');
      const { maxUnavailable, selector } = spec as { maxUnavailable: number; selector: { matchLabels: object } };
      return { name: metadata.name, maxUnavailable, labels: selector.matchLabels };
    };
    expect(budget(ours).maxUnavailable).toBe(budget(theirs).maxUnavailable);
    expect(budget(ours).labels).toEqual(budget(theirs).labels);
    const account = (manifests: readonly Manifest[]) => {
      const { metadata, automountServiceAccountToken } = find(manifests, 'ServiceAccount');
      return [metadata.name, automountServiceAccountToken];
    };
    expect(account(ours)).toEqual(account(theirs));
  },
  60_000,
);

function portsAndSelector({ spec }: Manifest) {
  const { ports, selector, clusterIP, publishNotReadyAddresses } = spec as {
    readonly ports: readonly { readonly name: string; readonly port: number }[];
    readonly selector: object;
    readonly clusterIP?: string;
    readonly publishNotReadyAddresses?: boolean;
  };
  return { ports: ports.map(({ name, port }) => ({ name, port })), selector, clusterIP, publishNotReadyAddresses };
}
