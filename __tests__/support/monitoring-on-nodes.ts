/** What Prometheus and Alertmanager of the demo's cluster report. */
import { setTimeout as sleep } from 'node:timers/promises';
import { namespaces } from '../../constructs/cluster-services/names';
import { standInsNamespace } from '../../kubernetes/stand-ins/namespace';
import { shell } from './guides/run-on-nodes';

export interface MonitoredTarget {
  readonly labels: Readonly<Record<string, string>>;
  readonly health: string;
  readonly lastError: string;
}

export interface EvaluatedRule {
  readonly name: string;
  readonly health: string;
  readonly lastError?: string;
}

export interface RaisedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly state: string;
}

/** The `data` of an answer of Prometheus, by way of the API server. @throws Error if there is none */
function ask(path: string): unknown {
  const url = `/api/v1/namespaces/${namespaces.observability}/services/monitoring-prometheus:9090/proxy/api/v1/${path}`;
  const { stdout, complaints } = shell(`kubectl get --raw '${url}'`);
  if (complaints.length > 0) throw new Error(complaints.join('\n'));
  return (JSON.parse(stdout) as { readonly data: unknown }).data;
}

export const targets = () => (ask('targets') as { readonly activeTargets: readonly MonitoredTarget[] }).activeTargets;

export const rules = () =>
  (ask('rules') as { readonly groups: readonly { readonly rules: readonly EvaluatedRule[] }[] }).groups.flatMap(
    (group) => group.rules,
  );

export const alerts = () => (ask('alerts') as { readonly alerts: readonly RaisedAlert[] }).alerts;

/** Pods whose servers answer their exporters, by name. */
export function answeringServers(): readonly string[] {
  const { result } = ask('query?query=redis_up==1') as {
    readonly result: readonly { readonly metric: Readonly<Record<string, string>> }[];
  };
  return result.map(({ metric }) => metric.pod ?? '').sort();
}

/** Receivers that were notified so far, each once. */
export function notifiedReceivers(): readonly string[] {
  const { stdout } = shell(`kubectl -n ${standInsNamespace} logs deployment/alert-receiver --tail=-1`);
  const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
  return [...new Set(lines.map((line) => (JSON.parse(line) as { readonly receiver: string }).receiver))];
}

/** Names of the pods that run in a namespace. */
export const runningPods = (namespace: string) =>
  shell(
    `kubectl -n ${namespace} get pods --field-selector=status.phase=Running -o jsonpath='{.items[*].metadata.name}'`,
  )
    .stdout.split(' ')
    .filter((name) => name !== '');

/** Repeats an assertion until it passes. @throws what it throws after two minutes */
export async function untilPasses(assertion: () => void): Promise<void> {
  const end = Date.now() + 120_000;
  for (;;) {
    try {
      assertion();
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
      await sleep(2_000);
    }
  }
}
