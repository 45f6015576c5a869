/** The text of docs/dashboards.md. */
import { watchedLocalPlatform } from '../../constructs/local/watched-platform';
import { applicationDashboard } from '../../constructs/observability/dashboards/application-dashboard';
import { backupDashboard } from '../../constructs/observability/dashboards/backup-dashboard';
import { describeDashboard } from '../../constructs/observability/dashboards/description';
import { elasticacheDashboard } from '../../constructs/observability/dashboards/elasticache-dashboard';
import { redisDashboard } from '../../constructs/observability/dashboards/redis-dashboard';
import { localEnvironment } from '../../environments/local';

const introduction = `# Dashboards

Each panel, what it shows, what it asks, and the runbook it links to. Written by \`npm run render:dashboards\` from
\`constructs/observability/dashboards/\`, with the labels of the environment \`local\`; Grafana's files are made from the same.`;

export function renderDashboards(): string {
  const platform = watchedLocalPlatform(localEnvironment({}));
  const dashboards = [
    redisDashboard(platform, platform.redis),
    applicationDashboard(platform),
    elasticacheDashboard('production-redis', ['production-redis-0001-001']),
    backupDashboard({
      clusterName: 'production-redis',
      stateMachineArn: 'arn:aws:states:us-east-1:111122223333:stateMachine:production-redis-backup',
      bucket: 'production-backup-111122223333-us-east-1',
      deadLetterQueue: 'production-redis-backup-not-started',
      replica: { bucket: 'production-backup-111122223333-us-west-2', ruleId: 'copies' },
    }),
  ];
  return `${[introduction, ...dashboards.map((dashboard) => describeDashboard(dashboard, 'runbooks'))].join('\n\n')}\n`;
}
