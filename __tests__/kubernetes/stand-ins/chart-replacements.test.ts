import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isRedisChart } from '../../../kubernetes/deployment/plain-redis-values';
import { objectsOfRelease } from '../../../kubernetes/deployment/releases';
import { isReplaced } from '../../../kubernetes/stand-ins/chart-replacements';
import { withLocalImages } from '../../../kubernetes/stand-ins/images';
import { standIns, standInsMarkdown, standInsText } from '../../../kubernetes/stand-ins/list';
import { customObjects, isCustomResources } from '../../../review/synthesis/helm-objects';
import { textOf } from '../../../review/synthesis/blocks';
import { chartsHere, chartTest } from '../../support/charts';
import { planNamed } from '../../support/environment-plans';
import { localImages } from '../../support/local-images';

const resources = ['staging', 'development'].flatMap((name) => planNamed(name).resources);
const props = { images: localImages, customObjects: customObjects(resources) };
const releases = resources.filter(({ type }) => type === 'helm_release');
const releaseOf = (stack: string, name: string) => {
  const found = releases.find((one) => one.stack === stack && one.values.name === name);
  if (!found) throw new Error(`there is no release ${stack}/${name}`);
  return found;
};

/** Workloads in the place of those of charts that can't run here. */
const standInPrograms: Readonly<Record<string, readonly string[]>> = {
  'external-secrets': ['Deployment'],
  'kube-prometheus-stack': ['Deployment', 'StatefulSet', 'StatefulSet'],
};

/** Kinds that are in no namespace. */
const isOfCluster = /^(?:APIService|ClusterRole|ClusterRoleBinding|ValidatingWebhookConfiguration)$/;

test('every chart is deployed or replaced, and what is replaced runs no program of its own', () => {
  for (const release of releases.filter((one) => !isCustomResources(one))) {
    const chart = textOf(release.values.chart);
    expect([chart, isReplaced(chart) || isRedisChart(chart)]).toEqual([chart, true]);
    const { objects } = objectsOfRelease(release, props);
    const workloads = objects.filter(({ kind }) => /^(?:Deployment|StatefulSet|DaemonSet|Job)$/.test(kind));
    const expected = isRedisChart(chart) ? ['StatefulSet'] : (standInPrograms[chart] ?? []);
    expect([chart, workloads.map(({ kind }) => kind)]).toEqual([chart, expected]);
  }
});

chartTest('Traefik and KEDA are deployed by their charts, with programs of this machine', () => {
  for (const [chart, workloads] of [
    ['traefik', 1],
    ['keda', 3],
  ] as const) {
    const { objects } = objectsOfRelease(releaseOf('staging-cluster-services', chart), {
      ...props,
      charts: chartsHere,
    });
    const deployments = objects.filter(({ kind }) => kind === 'Deployment');
    expect([chart, deployments.length]).toEqual([chart, workloads]);
    for (const one of deployments)
      expect(JSON.stringify(withLocalImages(one, localImages))).toContain('"image":"here/');
    // Helm would take its own namespace for those that name none.
    expect(objects.filter(({ metadata }) => metadata.namespace === undefined).map(({ kind }) => kind)).toEqual(
      objects.filter(({ kind }) => isOfCluster.test(kind)).map(({ kind }) => kind),
    );
    const { traefik, 'keda-operator': keda, ...others } = localImages;
    expect([traefik, keda]).not.toContain(undefined);
    const without = objectsOfRelease(releaseOf('staging-cluster-services', chart), {
      ...{ ...props, charts: chartsHere, images: others },
    });
    expect(without.objects.filter(({ kind }) => kind === 'Deployment')).toEqual([]);
  }
});

test('every kind of object that the stacks have is defined by a chart that comes before it', () => {
  const defined = releases.flatMap((release) =>
    objectsOfRelease(release, props).definitions.map(({ spec }) => {
      const { group, names } = spec as { readonly group: string; readonly names: { readonly kind: string } };
      return `${group}/${names.kind}`;
    }),
  );
  const used = releases
    .filter(isCustomResources)
    .flatMap((release) => objectsOfRelease(release, props).objects)
    .filter(({ apiVersion }) => apiVersion.includes('.'))
    .map(({ apiVersion, kind }) => `${apiVersion.split('/')[0] ?? ''}/${kind}`);
  expect(used.length).toBeGreaterThan(40);
  expect([...new Set(used)].filter((kind) => !defined.includes(kind))).toEqual([]);
});

test("External Secrets' stand-in runs as the controller's account, within the profile restricted", () => {
  const { objects } = objectsOfRelease(releaseOf('staging-cluster-services', 'external-secrets'), props);
  const deployment = objects.find(({ kind }) => kind === 'Deployment');
  expect(deployment?.spec).toMatchObject({
    replicas: 1,
    template: {
      spec: {
        serviceAccountName: 'external-secrets',
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
        containers: [
          {
            image: localImages.application,
            securityContext: {
              allowPrivilegeEscalation: false,
              capabilities: { drop: ['ALL'] },
              readOnlyRootFilesystem: true,
            },
          },
        ],
      },
    },
  });
  const accounts = objects.filter(({ kind }) => kind === 'ServiceAccount').map(({ metadata }) => metadata.name);
  expect(accounts).toContain('external-secrets');
  expect(objects.filter(({ kind }) => kind === 'ClusterRole').map(({ metadata }) => metadata.name)).toContain(
    'external-secrets-controller',
  );
  const program = objects.find(({ kind }) => kind === 'ConfigMap')?.data as { readonly 'program.js': string };
  expect(program['program.js'].length).toBeLessThan(1_000_000);
});

test('each stand-in says what it replaces, why, and how it differs', () => {
  expect(new Set(standIns.map(({ name }) => name)).size).toBe(standIns.length);
  const text = standInsText();
  for (const { name, replaces, why, differs } of standIns) {
    for (const part of [name, replaces, why, differs])
      expect([name, part !== '' && text.includes(part)]).toEqual([name, true]);
  }
});

test('kubernetes/README.md has the list', () => {
  const readme = readFileSync(path.resolve(__dirname, '../../../kubernetes/README.md'), 'utf8');
  const [, section = ''] = /^## Stand-ins\n([^]*)$/m.exec(readme) ?? [];
  // Written again by `node --import tsx kubernetes/main.ts list-stand-ins --markdown`.
  expect(section.trim()).toBe(standInsMarkdown().trim());
});
