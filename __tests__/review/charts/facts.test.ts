import { developmentEnvironment } from '../../../environments/development';
import { kubernetesEnvironment } from '../../../environments/kubernetes';
import { productionEnvironment } from '../../../environments/production';
import { stagingEnvironment } from '../../../environments/staging';
import { chartFiles } from '../../../review/charts/files';
import { chartFacts, releasesWithFacts, remedy } from '../../../review/charts/facts';
import { chartKeys, keyFiles } from '../../../review/charts/keys';
import { releasesOf, type StackOfReleases } from '../../../review/charts/releases';
import { chartsHere, chartTest } from '../../support/charts';
import { synthesize } from '../../support/synthesized';

const releases = [developmentEnvironment, kubernetesEnvironment, stagingEnvironment, productionEnvironment].flatMap(
  (environment) =>
    Object.entries(synthesize(environment).stacks).flatMap(([name, stack]) =>
      releasesOf(name, stack as unknown as StackOfReleases),
    ),
);

const known = releasesWithFacts();

/** Which releases' facts are of other values, charts or versions. */
const oldFacts = releases
  .filter(({ id, digest }) => known.find((release) => release.id === id)?.digest !== digest)
  .map(({ id }) => `${id}: the facts are missing, or of other values; ${remedy}`);

test('the facts are those of what the environments release', () => {
  expect(oldFacts).toEqual([]);
  expect(known.map(({ id }) => id)).toEqual(releases.map(({ id }) => id).sort());
  // Of each: services of a cluster, Redis of two environments, and what monitors it.
  expect(releases.length).toBeGreaterThanOrEqual(3 * 10 + 2);
});

/** Digest of a release whose values differ by `change`. */
const digestWith = (change: object) => {
  const values = [JSON.stringify({ image: { tag: '1' }, files: 'redis-programs-0123456789', ...change })];
  return releasesOf('stack', {
    resource: { helm_release: { one: { name: 'one', namespace: 'one', chart: 'redis', version: '1.0.0', values } } },
  })[0]?.digest;
};

test('a digest changes with the values, but not with the content of files that pods mount', () => {
  expect(digestWith({ image: { tag: '2' } })).not.toBe(digestWith({}));
  expect(digestWith({ files: 'redis-programs-9876543210' })).toBe(digestWith({}));
  expect(digestWith({ files: 'other-programs-9876543210' })).not.toBe(digestWith({}));
});

test('charts of the project itself are not among them', () => {
  const helm_release = { own: { name: 'objects', namespace: 'one', chart: 'assets/chart', values: ['{}'] } };
  expect(releasesOf('stack', { resource: { helm_release } })).toEqual([]);
});

test('a release without facts is an error that says what to do', () => {
  expect(() => chartFacts('staging-redis/other')).toThrow(`There are no facts of staging-redis/other; ${remedy}`);
  expect(chartFacts('staging-redis/redis').workloads.map(({ kind, replicas }) => [kind, replicas])).toEqual([
    ['StatefulSet', 6],
  ]);
});

chartTest(
  'facts and keys are those that the charts of this machine give',
  () => {
    const fresh = chartFiles(releases, chartsHere);
    const rendered = fresh.flatMap(({ renderings }) =>
      renderings.flatMap(({ releases: ids, ...facts }) => Object.keys(ids).map((id) => ({ id, facts }))),
    );
    expect(rendered).toHaveLength(releases.length);
    for (const { id, facts } of rendered) expect({ id, facts: chartFacts(id) }).toEqual({ id, facts });
    const keys = keyFiles(fresh, chartsHere.charts);
    for (const [chart, file] of Object.entries(keys)) expect(chartKeys(chart)).toEqual(file);
  },
  120_000,
);
