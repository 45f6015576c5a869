/** What is wrong with the pods of a workload, for whoever deploys. */
import type { Kubectl, LiveObject } from './kubectl';

/** Last lines of each container's log. */
const logLines = 40;

interface ContainerStatus {
  readonly name: string;
  readonly ready: boolean;
  readonly restartCount: number;
  readonly state?: Readonly<Record<string, { readonly reason?: string; readonly message?: string; exitCode?: number }>>;
}

/** Phase of each pod, state of its containers, events, and the ends of the logs of containers that aren't ready. */
export async function podReport(kubectl: Kubectl, workload: LiveObject): Promise<string> {
  const { namespace } = workload.metadata;
  const labels = podLabelsOf(workload);
  if (namespace === undefined || labels === undefined) return '';
  const pods = await kubectl.list('pods', { namespace, selector: labels });
  if (pods.length === 0) return `there are no pods with the labels ${labels}`;
  const reports = await Promise.all(pods.map((pod) => reportOf(kubectl, pod)));
  return reports.join('\n');
}

function podLabelsOf({ spec }: LiveObject): string | undefined {
  const { selector } = (spec ?? {}) as {
    readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> };
  };
  if (selector?.matchLabels === undefined) return undefined;
  return Object.entries(selector.matchLabels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

async function reportOf(kubectl: Kubectl, pod: LiveObject): Promise<string> {
  const { name, namespace = '' } = pod.metadata;
  const {
    phase,
    containerStatuses = [],
    initContainerStatuses = [],
  } = (pod.status ?? {}) as {
    readonly phase?: string;
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
  const statuses = [...initContainerStatuses, ...containerStatuses];
  const unready = statuses.filter(({ ready }) => !ready);
  const logs = await Promise.all(unready.map((status) => logOf(kubectl, namespace, name, status)));
  return [
    `pod ${name}: ${phase ?? 'unknown'}`,
    ...statuses.map((status) => `  ${status.name}: ${stateText(status)}`),
    ...(await eventsOf(kubectl, namespace, name)).map((line) => `  ${line}`),
    ...logs.filter((text) => text !== ''),
  ].join('\n');
}

function stateText({ state = {}, ready, restartCount }: ContainerStatus): string {
  const [[kind, details] = ['unknown', {}]] = Object.entries(state);
  const { reason, message, exitCode } = details as { reason?: string; message?: string; exitCode?: number };
  const parts = [reason, exitCode === undefined ? undefined : `exit code ${exitCode}`, message];
  const more = parts.filter((part) => part !== undefined && part !== '').join(', ');
  return `${kind}${more === '' ? '' : ` (${more})`}, ${ready ? 'ready' : 'not ready'}, ${restartCount} restarts`;
}

async function logOf(kubectl: Kubectl, namespace: string, pod: string, { name }: ContainerStatus): Promise<string> {
  try {
    const text = await kubectl.text([
      'logs',
      pod,
      `--namespace=${namespace}`,
      `--container=${name}`,
      `--tail=${logLines}`,
    ]);
    return text.trim() === '' ? '' : `--- ${pod} ${name}\n${text.trimEnd()}`;
  } catch {
    // A container that never started has no log.
    return '';
  }
}

/** Warnings about a pod, the newest last. */
async function eventsOf(kubectl: Kubectl, namespace: string, pod: string): Promise<readonly string[]> {
  const text = await kubectl.text([
    ...['get', 'events', `--namespace=${namespace}`],
    `--field-selector=involvedObject.name=${pod},type=Warning`,
    ...['--sort-by=.lastTimestamp', '--output=jsonpath={range .items[*]}{.reason}: {.message}{"\\n"}{end}'],
  ]);
  return text.trim() === '' ? [] : text.trim().split('\n').slice(-5);
}
