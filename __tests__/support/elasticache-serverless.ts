/** ElastiCache without nodes, as tests want it. */
import type { ElasticacheServerlessSettings } from '../../environments/elasticache-settings';

/** Settings that are right in all. */
export const serverlessTestSettings: ElasticacheServerlessSettings = {
  kind: 'elasticache-serverless',
  engine: { kind: 'valkey', version: '8' },
  seed: { kind: 'empty' },
  limits: { dataGibibytes: 20, processingUnitsPerSecond: 10_000 },
  snapshotTime: '03:00',
  users: {
    app: { kind: 'password', rotationDays: 30 },
    worker: { kind: 'password', rotationDays: 30 },
    gateway: { kind: 'password', rotationDays: 30 },
    exporter: { kind: 'iam' },
    operator: { kind: 'iam' },
  },
  snapshotRetentionDays: 7,
  privateName: { kind: 'none' },
  destruction: { kind: 'prevented' },
};
