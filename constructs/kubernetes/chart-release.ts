/** A chart that Helm installs in a cluster, and upgrades as a whole or not at all. */
import { Release } from '@cdktf/provider-helm/lib/release';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';

/** Values of a chart, by its own keys. */
export type ChartValues = Readonly<Record<string, unknown>>;

export interface ChartReleaseProps {
  /** Name of the release; the first part of the names of what the chart makes. */
  readonly name: string;
  /** A namespace that exists. */
  readonly namespace: string;
  /** Name of the chart in its repository, or the path of a folder. */
  readonly chart: string;
  /** URL of the repository, `https://…` or `oci://…`. @default - the chart is a folder */
  readonly repository?: string;
  /** @default - the chart is a folder */
  readonly version?: string;
  readonly values: ChartValues;
  /** Seconds until what isn't ready is rolled back. @default 600 */
  readonly timeoutSeconds?: number;
  /**
   * What becomes of a release that fails. What holds data stays as it is, for somebody to look at: to take it back would
   * replace all pods once more, or remove them. @default 'is-rolled-back'
   */
  readonly afterFailure?: 'is-rolled-back' | 'stays';
  /** What has to be there first. @default - nothing */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/** Versions of a release that Helm can roll back to. */
const maxHistory = 5;

export class ChartRelease extends Construct {
  readonly release: ITerraformDependable;

  constructor(scope: Construct, id: string, props: ChartReleaseProps) {
    super(scope, id);
    const { name, namespace, chart, repository, version, values, timeoutSeconds = 600, dependsOn = [] } = props;
    const isRolledBack = (props.afterFailure ?? 'is-rolled-back') === 'is-rolled-back';
    this.release = new Release(this, 'release', {
      name,
      namespace,
      chart,
      ...(repository !== undefined && { repository }),
      ...(version !== undefined && { version }),
      // JSON is YAML, with nothing to indent.
      values: [JSON.stringify(values)],
      timeout: timeoutSeconds,
      wait: true,
      waitForJobs: true,
      // A release that fails is rolled back, or removed if it is the first: the next deployment starts from what works.
      atomic: isRolledBack,
      cleanupOnFail: isRolledBack,
      maxHistory,
      dependsOn: [...dependsOn],
    });
  }
}
