/** A dashboard as data: rendered for Grafana, and described in docs/dashboards.md. */

/** Units of Grafana that panels have. Source: "Standard options, unit" of the Grafana documentation. */
export type Unit =
  'bytes' | 'percentunit' | 'percent' | 'ops' | 'reqps' | 's' | 'ms' | 'µs' | 'short' | 'none' | 'dtdurations';

/** What is asked of Prometheus. */
export interface PrometheusQuery {
  readonly expr: string;
  /** Name of each series, with labels in braces: `{{pod}}`. */
  readonly legend: string;
  /** Whether it is a bound of the others, and drawn dashed; its legend is then a plain name. @default false */
  readonly dashed?: boolean;
}

/** What is asked of CloudWatch: a metric of everything that has the dimensions, at a time. */
export interface CloudWatchQuery {
  readonly namespace: string;
  readonly metric: string;
  readonly statistic: 'Average' | 'Maximum' | 'Minimum' | 'Sum';
  /** Values by dimension; a series for each. */
  readonly dimensions: Readonly<Record<string, readonly string[]>>;
  readonly legend: string;
  /** Seconds of each point; S3 tells sizes once a day. @default 300 */
  readonly periodSeconds?: number;
}

interface Panel {
  readonly title: string;
  /** What it shows, and what is to be expected of it. */
  readonly description: string;
  readonly unit: Unit;
  readonly view: 'time series' | 'stat' | 'table';
  /** Alert whose runbook tells what to do when it doesn't look as it should. */
  readonly runbook: string;
  /** Value from which it is shown in red, if above it is bad. @default - none */
  readonly redAbove?: number;
  /** Value below which it is shown in red. @default - none */
  readonly redBelow?: number;
}

export type PanelDefinition = Panel &
  ({ readonly prometheus: readonly PrometheusQuery[] } | { readonly cloudwatch: readonly CloudWatchQuery[] });

export interface RowDefinition {
  readonly title: string;
  readonly panels: readonly PanelDefinition[];
}

export interface DashboardDefinition {
  /** Part of its address; stays. At most 40 characters. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  /** How far back it looks when it is opened, as Grafana writes it: `14d`. @default 6h */
  readonly lookback?: string;
  readonly rows: readonly RowDefinition[];
}
