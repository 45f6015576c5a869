/** An alert as data. It is rendered at the edges: a file of Prometheus, a PrometheusRule, an alarm of CloudWatch. */

/** `critical` wakes somebody; `warning` can wait for the day; `none` is for the dead man's switch alone. */
export type Severity = 'critical' | 'warning' | 'none';

/** What an alert is about: the servers, what runs on them, or the watching itself. */
export type Component = 'redis' | 'application' | 'backup' | 'watching';

/** An alert over series of Prometheus. */
export interface AlertRule {
  /** PascalCase. Its runbook is the file of the same name in kebab-case; rules of one name have one runbook. */
  readonly alert: string;
  readonly component: Component;
  readonly severity: Severity;
  /** PromQL with a series for each thing that is wrong. */
  readonly expr: string;
  /** Seconds that it has to be wrong without a break. */
  readonly forSeconds: number;
  /** What is wrong and where, in a sentence. A template of Prometheus. */
  readonly summary: string;
  /** What follows if nobody does anything. A template of Prometheus. */
  readonly description: string;
  /** Beside those that all alerts have. @default {} */
  readonly labels?: Readonly<Record<string, string>>;
  /** Alerts of the same platform that explain this one: while one of them fires, nobody is told of this. @default [] */
  readonly explainedBy?: readonly string[];
}

/** A series that Prometheus computes and keeps, for what is asked often or over long windows. */
export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** File of an alert's runbook in docs/runbooks. */
export const runbookFile = (alert: string) => `${alert.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase()}.md`;

/** Where a runbook says what to do. */
export const runbookAnchor = 'mitigation';

/** @param runbooksUrl of the folder, without a slash at the end */
export const runbookUrl = (runbooksUrl: string, alert: string) =>
  `${runbooksUrl}/${runbookFile(alert)}#${runbookAnchor}`;
