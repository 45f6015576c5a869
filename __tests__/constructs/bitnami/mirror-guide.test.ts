import { testedCharts } from '../../../constructs/bitnami/sources';
import type { BitnamiSettings } from '../../../environments/bitnami-settings';
import { developmentEnvironment } from '../../../environments/development';
import { stagingEnvironment } from '../../../environments/staging';
import { hereDocument } from '../../support/guides';

const linesOf = (name: string) => hereDocument('self-hosted', name);

const platforms = [stagingEnvironment, developmentEnvironment].map(({ platform }) => platform as BitnamiSettings);

test('the guide mirrors every image that is used, in the version that is, to where it is looked for', () => {
  const used = platforms.flatMap(({ images }) =>
    [images.redis, images.exporter].map((image) =>
      image.kind === 'mirror' ? `${image.repository.replace(/^mirror\//, '')}:${image.tag}` : image.kind,
    ),
  );
  expect(linesOf('IMAGES')).toEqual([...new Set(used)].sort());
});

test('the guide mirrors both charts, in the versions whose keys are known', () => {
  expect(linesOf('CHARTS')).toEqual(
    Object.values(testedCharts)
      .map(({ name, version }) => `${name} ${version} oci://registry-1.docker.io/bitnamicharts`)
      .sort(),
  );
  expect(platforms.map(({ kind, chart }) => chart.version === testedCharts[kind].version)).toEqual([true, true]);
});
