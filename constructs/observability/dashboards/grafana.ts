/** Dashboards as Grafana reads them; the one place that knows its SDK. */
import * as cloudwatch from '@grafana/grafana-foundation-sdk/cloudwatch';
import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import * as common from '@grafana/grafana-foundation-sdk/common';
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import * as prometheus from '@grafana/grafana-foundation-sdk/prometheus';
import * as stat from '@grafana/grafana-foundation-sdk/stat';
import * as table from '@grafana/grafana-foundation-sdk/table';
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';
import { runbookUrl } from '../rules/alert';
import { dataSources } from './data-sources';
import type { CloudWatchQuery, DashboardDefinition, PanelDefinition, PrometheusQuery } from './panel';

export interface GrafanaContext {
  /** Where docs/runbooks is to be read. */
  readonly runbooksUrl: string;
  /** AWS region of what CloudWatch is asked. */
  readonly region: string;
}

/** Of 24 columns; and rows of some 30 pixels. */
const sizes = {
  stat: { width: 6, height: 5 },
  'time series': { width: 12, height: 8 },
  table: { width: 12, height: 8 },
};

/* eslint-disable @typescript-eslint/no-deprecated -- what Grafana is given as files has the first schema; the second is for its API alone */

export function grafanaDashboard(definition: DashboardDefinition, context: GrafanaContext): dashboard.Dashboard {
  const { uid, title, description, lookback = '6h', rows } = definition;
  const builder = new dashboard.DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags(['redis-platform'])
    .readonly()
    .time({ from: `now-${lookback}`, to: 'now' })
    .refresh('30s')
    .timezone('browser');
  for (const row of rows) {
    builder.withRow(new dashboard.RowBuilder(row.title));
    for (const panel of row.panels) builder.withPanel(panelBuilder(panel, context));
  }
  return builder.build();
}

/* eslint-enable @typescript-eslint/no-deprecated */

function panelBuilder(panel: PanelDefinition, { runbooksUrl, region }: GrafanaContext) {
  const { title, description, unit, view, runbook } = panel;
  const { width, height } = sizes[view];
  const builder = builderOf(panel)
    .title(title)
    .description(description)
    .unit(unit)
    .span(width)
    .height(height)
    .thresholds(thresholdsOf(panel))
    .links([
      new dashboard.DashboardLinkBuilder('Runbook')
        .url(runbookUrl(runbooksUrl, runbook))
        .targetBlank(true)
        .type(dashboard.DashboardLinkType.Link),
    ]);
  if ('prometheus' in panel) {
    builder.datasource(dataSources.prometheus);
    panel.prometheus.forEach((query, index) => builder.withTarget(prometheusTarget(query, index, view)));
  } else {
    builder.datasource(dataSources.cloudwatch);
    panel.cloudwatch.forEach((query, index) => builder.withTarget(cloudwatchTarget(query, index, region)));
  }
  return builder;
}

function builderOf(panel: PanelDefinition) {
  switch (panel.view) {
    case 'stat':
      return new stat.PanelBuilder();
    case 'table':
      return new table.PanelBuilder();
    case 'time series':
      return timeSeriesBuilder(panel);
  }
}

/** With what the SDK leaves out: names of the series, thresholds, and dashes. */
function timeSeriesBuilder(panel: PanelDefinition): timeseries.PanelBuilder {
  const names = new common.VizLegendOptionsBuilder()
    .showLegend(true)
    .displayMode(common.LegendDisplayMode.List)
    .placement(common.LegendPlacement.Bottom);
  const builder = new timeseries.PanelBuilder().legend(names);
  if (panel.redAbove !== undefined || panel.redBelow !== undefined) {
    const { Dashed } = common.GraphThresholdsStyleMode;
    builder.thresholdsStyle(new common.GraphThresholdsStyleConfigBuilder().mode(Dashed));
  }
  for (const { legend, dashed } of 'prometheus' in panel ? panel.prometheus : []) {
    if (dashed) builder.overrideByName(legend, [{ id: 'custom.lineStyle', value: { fill: 'dash', dash: [10, 10] } }]);
  }
  return builder;
}

/** Green where it is well. Grafana's first step has no bound. */
function thresholdsOf({ redAbove, redBelow }: PanelDefinition) {
  const steps: dashboard.Threshold[] = [
    { value: null, color: redBelow === undefined ? 'green' : 'red' },
    ...(redBelow === undefined ? [] : [{ value: redBelow, color: 'green' }]),
    ...(redAbove === undefined ? [] : [{ value: redAbove + (redAbove === redBelow ? 1 : 0), color: 'red' }]),
  ];
  return new dashboard.ThresholdsConfigBuilder().mode(dashboard.ThresholdsMode.Absolute).steps(steps);
}

/** A, B, C. */
const refId = (index: number) => String.fromCharCode(65 + index);

function prometheusTarget(
  { expr, legend }: PrometheusQuery,
  index: number,
  view: PanelDefinition['view'],
): Builder<Dataquery> {
  const query = new prometheus.DataqueryBuilder().refId(refId(index)).expr(expr).legendFormat(legend);
  switch (view) {
    case 'table':
      return query.instant().format(prometheus.PromQueryFormat.Table);
    // What is now, and not the last that there was in the range: what is gone would look as well as before.
    case 'stat':
      return query.instant();
    case 'time series':
      return query.range();
  }
}

const defaultPeriodSeconds = 300;

function cloudwatchTarget(query: CloudWatchQuery, index: number, region: string): Builder<Dataquery> {
  const { namespace, metric, statistic, dimensions, legend, periodSeconds = defaultPeriodSeconds } = query;
  return new cloudwatch.MetricsQueryBuilder()
    .refId(refId(index))
    .queryMode(cloudwatch.QueryMode.Metrics)
    .metricQueryType(cloudwatch.MetricQueryType.Search)
    .metricEditorMode(cloudwatch.MetricEditorMode.Builder)
    .region(region)
    .namespace(namespace)
    .metricName(metric)
    .statistic(statistic)
    .dimensions(Object.fromEntries(Object.entries(dimensions).map(([name, values]) => [name, [...values]])))
    .matchExact(true)
    .period(String(periodSeconds))
    .label(legend);
}
