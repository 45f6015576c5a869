/** Loki, and Alloy, which brings it the output of every container. */
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { chartRepository } from '../../cluster-services/sources';
import { ChartRelease } from '../../kubernetes/chart-release';
import { alloyValues, type AlloyProps } from './alloy-values';
import { LogBucket } from './log-bucket';
import { lokiValues } from './loki-values';
import { observabilityNamespace, releases } from './names';

export interface LogsProps extends AlloyProps {
  readonly dependsOn: readonly ITerraformDependable[];
}

export class Logs extends Construct {
  constructor(scope: Construct, id: string, props: LogsProps) {
    super(scope, id);
    const { account, source, settings, dependsOn } = props;
    const bucket = new LogBucket(this, 'bucket', { account, settings });
    const { release: loki } = new ChartRelease(this, 'loki', {
      name: releases.loki,
      namespace: observabilityNamespace,
      chart: 'loki',
      repository: chartRepository(source, account, 'loki'),
      version: settings.logs.loki.chart,
      values: lokiValues({ ...props, bucket: bucket.name }),
      dependsOn: [...dependsOn, ...bucket.dependables],
    });
    new ChartRelease(this, 'alloy', {
      name: releases.alloy,
      namespace: observabilityNamespace,
      chart: 'alloy',
      repository: chartRepository(source, account, 'alloy'),
      version: settings.logs.alloy.chart,
      values: alloyValues(props),
      dependsOn: [loki],
    });
  }
}
