import { readFileSync } from 'node:fs';
import path from 'node:path';
import { renderDashboards } from '../../../../apps/render-dashboards/rendering';
import { applicationDashboard } from '../../../../constructs/observability/dashboards/application-dashboard';
import { backupDashboard } from '../../../../constructs/observability/dashboards/backup-dashboard';
import { elasticacheDashboard } from '../../../../constructs/observability/dashboards/elasticache-dashboard';
import { grafanaDashboard } from '../../../../constructs/observability/dashboards/grafana';
import { redisDashboard } from '../../../../constructs/observability/dashboards/redis-dashboard';
import { runbookFile } from '../../../../constructs/observability/rules/alert';
import { runbookFiles } from '../../../support/runbooks';
import { testPlatform } from '../../../support/promtool';

const nodeIds = ['test-redis-0001-001', 'test-redis-0001-002'];
const definitions = [
  redisDashboard(testPlatform, testPlatform.redis),
  redisDashboard(testPlatform, { ...testPlatform.redis, topology: 'sentinel', shards: 1 }),
  applicationDashboard(testPlatform),
  elasticacheDashboard(testPlatform.clusterName, nodeIds),
  backupDashboard({
    clusterName: testPlatform.clusterName,
    stateMachineArn: 'arn:aws:states:eu-west-1:111122223333:stateMachine:test-redis-backup',
    bucket: 'test-backup',
    deadLetterQueue: 'test-redis-backup-not-started',
    replica: { bucket: 'test-backup-elsewhere', ruleId: 'copies' },
  }),
];
const context = { runbooksUrl: 'https://runbooks.test', region: 'eu-west-1' };

describe.each(definitions.map((definition) => [definition.title, definition] as const))('%s', (_, definition) => {
  const panels = definition.rows.flatMap((row) => row.panels);
  const { panels: made = [], uid, title } = grafanaDashboard(definition, context);
  const rendered = made.filter((panel) => panel.type !== 'row');

  test('every panel says what it shows and leads to a runbook that there is', () => {
    expect(panels.filter(({ description }) => description.length < 20 || !/[.]$/.test(description))).toEqual([]);
    expect(panels.map(({ runbook }) => runbookFile(runbook)).filter((file) => !runbookFiles().includes(file))).toEqual(
      [],
    );
    expect(new Set(panels.map((panel) => panel.title)).size).toBe(panels.length);
  });

  test('all of it is in what Grafana gets', () => {
    expect({ uid, title }).toEqual({ uid: definition.uid, title: definition.title });
    expect(definition.uid.length).toBeLessThanOrEqual(40);
    expect(made.filter(({ type }) => type === 'row').map((row) => row.title)).toEqual(
      definition.rows.map((row) => row.title),
    );
    expect(rendered.map((panel) => panel.title)).toEqual(panels.map((panel) => panel.title));
    rendered.forEach((panel, index) => {
      const { unit, runbook, description } = panels[index] ?? {};
      expect(panel).toMatchObject({
        description,
        fieldConfig: { defaults: { unit } },
        links: [{ title: 'Runbook', url: `https://runbooks.test/${runbookFile(runbook ?? '')}#mitigation` }],
      });
    });
  });

  test('no panel covers another', () => {
    const cells = made.flatMap(({ gridPos }) => {
      const { x = 0, y = 0, w = 0, h = 0 } = gridPos ?? {};
      return Array.from({ length: w * h }, (_cell, index) => `${x + (index % w)} ${y + Math.floor(index / w)}`);
    });
    expect(cells.length).toBeGreaterThan(100);
    expect(new Set(cells).size).toBe(cells.length);
  });
});

describe('what Grafana draws', () => {
  const redis = grafanaDashboard(redisDashboard(testPlatform, testPlatform.redis), context);
  const panelsOf = (type: string) => (redis.panels ?? []).filter((panel) => panel.type === type);

  test('a figure is that of now: one that is gone is not shown as it was', () => {
    const targets = panelsOf('stat').flatMap((panel) => ('targets' in panel ? (panel.targets ?? []) : []));
    expect(targets.length).toBeGreaterThanOrEqual(4);
    for (const target of targets) expect(target).toMatchObject({ instant: true, range: false });
  });

  test('no server, master or slot is a zero in red, and not "No data"', () => {
    const titles = ['Servers that answer', 'Slots served', 'Masters'];
    const counted = panelsOf('stat').filter(({ title = '' }) => titles.includes(title));
    expect(counted).toHaveLength(3);
    for (const panel of counted) {
      expect(panel).toMatchObject({
        targets: [{ expr: expect.stringMatching(/ or vector\(0\)$/) as string }],
        fieldConfig: {
          defaults: { thresholds: { steps: expect.arrayContaining([{ value: null, color: 'red' }]) as unknown[] } },
        },
      });
    }
  });

  test('series are named', () => {
    const series = panelsOf('timeseries');
    expect(series.length).toBeGreaterThan(8);
    for (const panel of series) expect(panel).toMatchObject({ options: { legend: { showLegend: true } } });
  });

  test('thresholds of time series are drawn, and a bound is dashed', () => {
    const styled = panelsOf('timeseries').filter((panel) => JSON.stringify(panel).includes('"thresholdsStyle"'));
    expect(styled.map(({ title }) => title)).toEqual([
      'Used memory against maxmemory',
      'Time a command takes',
      'Replicas of each master',
    ]);
    expect(panelsOf('timeseries').find(({ title }) => title === 'Used memory')).toMatchObject({
      fieldConfig: {
        overrides: [{ matcher: { id: 'byName', options: 'maxmemory' }, properties: [{ id: 'custom.lineStyle' }] }],
      },
    });
  });

  test('backups are shown over days, for S3 tells sizes once a day', () => {
    const backups = definitions.at(-1);
    expect(backups && grafanaDashboard(backups, context).time).toEqual({ from: 'now-14d', to: 'now' });
    expect(redis.time).toEqual({ from: 'now-6h', to: 'now' });
  });
});

test('CloudWatch is asked for the nodes of this platform alone', () => {
  const text = JSON.stringify(grafanaDashboard(elasticacheDashboard('test-redis', nodeIds), context));
  expect(text).toContain(`"dimensions":{"CacheClusterId":${JSON.stringify(nodeIds)}}`);
  expect(text).toContain('"region":"eu-west-1"');
});

/** Without the spaces and dashes by which tables are aligned. */
const unaligned = (markdown: string) => markdown.replace(/ +/g, ' ').replace(/-{3,}/g, '---');

test('docs/dashboards.md is what npm run render:dashboards writes', () => {
  const file = path.resolve(__dirname, '../../../../docs/dashboards.md');
  expect(unaligned(readFileSync(file, 'utf8'))).toBe(unaligned(renderDashboards()));
});
