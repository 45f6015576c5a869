/** Files of Prometheus and Alertmanager on this machine. */
import type { LocalEnvironment } from '../../environments/local-environment';
import { alertmanagerConfiguration } from '../observability/alertmanager/configuration';
import { receiverNames, type Receivers, type ReceiverTarget } from '../observability/alertmanager/receivers';
import { prometheusRules } from '../observability/prometheus-rules';
import { alertsOf } from '../observability/rules/rules';
import { duration, jobs } from '../observability/rules/watched-platform';
import { renderYaml } from '../rendering/yaml';
import { applicationProcesses, redisExporters, watchers } from './layout';
import { watchedLocalPlatform } from './watched-platform';

const origin = 'Written by the deployment of the environment `local`.';

const address = (port: number) => `127.0.0.1:${port}`;

/** `prometheus.yml` and the rules it names. */
export function prometheusFiles(environment: LocalEnvironment): Readonly<Record<string, string>> {
  const { scrapeSeconds } = environment.observability;
  const interval = duration(scrapeSeconds);
  const { alertmanager } = watchers(environment);
  const configuration = {
    global: {
      scrape_interval: interval,
      scrape_timeout: interval,
      evaluation_interval: interval,
      external_labels: { environment: environment.name },
    },
    rule_files: ['rules.yml'],
    alerting: { alertmanagers: [{ static_configs: [{ targets: [address(alertmanager.port)] }] }] },
    scrape_configs: scrapeConfigs(environment),
  };
  return {
    'prometheus.yml': renderYaml(origin, configuration),
    'rules.yml': renderYaml(origin, prometheusRules(watchedLocalPlatform(environment))),
  };
}

interface Target {
  readonly port: number;
  readonly labels: Readonly<Record<string, string>>;
}

function scrapeConfigs(environment: LocalEnvironment) {
  const { clusterName } = watchedLocalPlatform(environment);
  const common = { namespace: environment.name, redis_cluster: clusterName };
  const job = (name: string, targets: readonly Target[]) => ({
    job_name: name,
    static_configs: targets.map(({ port, labels }) => ({ targets: [address(port)], labels: { ...common, ...labels } })),
  });
  const programs = (program: 'api' | 'worker') =>
    applicationProcesses(program, environment).map(({ name, port }) => ({ port, labels: { pod: name } }));
  return [
    job(
      jobs.redis,
      redisExporters(environment).map(({ port, node, zone }) => ({ port, labels: { pod: node.name, zone } })),
    ),
    job(jobs.api, programs('api')),
    job(jobs.worker, programs('worker')),
  ];
}

/** `alertmanager.yml`: everything goes to the one process on this machine that takes it. */
export function alertmanagerFiles(environment: LocalEnvironment): Readonly<Record<string, string>> {
  const { alertReceiver } = watchers(environment);
  const target = (receiver: keyof Receivers): ReceiverTarget[] => [
    { kind: 'webhook', url: `http://${address(alertReceiver.port)}/notifications/${receiverNames[receiver]}` },
  ];
  const configuration = alertmanagerConfiguration({
    receivers: { page: target('page'), chat: target('chat'), deadMansSwitch: target('deadMansSwitch') },
    rules: alertsOf(watchedLocalPlatform(environment)),
    pace: environment.observability,
  });
  return { 'alertmanager.yml': renderYaml(origin, configuration) };
}
