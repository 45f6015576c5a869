/** What the gateway and KEDA of the demo's cluster do. */
import { namespaces } from '../../constructs/cluster-services/names';
import { gatewayCertificateSecret, gatewayPods, gatewayPort } from '../../constructs/cluster-services/traefik-values';
import { shell } from './guides/run-on-nodes';

/** @throws Error with what it said of a failure */
function kubectl(command: string, input = ''): string {
  const { stdout, complaints } = shell(`kubectl ${command}${input === '' ? '' : ` <<'INPUT'\n${input}\nINPUT`}`);
  if (complaints.length > 0) throw new Error(complaints.join('\n'));
  return stdout;
}

/** Addresses of the gateway's pods that are ready. */
export function gatewayAddresses(): readonly string[] {
  const [[label, value] = ['', '']] = Object.entries(gatewayPods);
  const pods = JSON.parse(kubectl(`-n ${namespaces.gateway} get pods -l ${label}=${value} -o json`)) as {
    readonly items: readonly {
      readonly status: {
        readonly podIP: string;
        readonly conditions: readonly { readonly type: string; readonly status: string }[];
      };
    }[];
  };
  return pods.items
    .filter(({ status }) => status.conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True'))
    .map(({ status }) => status.podIP);
}

export interface GatewayRequests {
  /** Of pods of the gateway, which take turns. */
  readonly addresses: readonly string[];
  readonly host: string;
  readonly path: string;
  readonly requests: number;
}

export interface GatewayAnswers {
  /** Number of answers by status. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly seconds: number;
}

/** Sends requests from a pod of the api, 30 at once, and checks the gateway's certificate by the platform's authority. */
export function askGateway(requests: GatewayRequests): GatewayAnswers {
  const authority = kubectl(
    `-n ${namespaces.gateway} get secret ${gatewayCertificateSecret} -o jsonpath='{.data.ca\\.crt}' | base64 -d`,
  );
  const script = `(${client.toString()})(${JSON.stringify({ ...requests, authority, port: gatewayPort })})`;
  const command = `-n ${namespaces.application} exec -i deployment/api -- /nodejs/bin/node -`;
  return JSON.parse(kubectl(command, script)) as GatewayAnswers;
}

/** Runs in the pod, as text: what it uses is its own. */
async function client(asked: GatewayRequests & { readonly authority: string; readonly port: number }): Promise<void> {
  const { Agent, request } = await import('node:https');
  const { addresses, host, path, requests, authority, port } = asked;
  const agent = new Agent({ keepAlive: true, ca: authority, maxSockets: 10 });
  const statuses: Record<string, number> = {};
  const ask = (address: string) =>
    new Promise<void>((resolve) => {
      const done = (status: string) => {
        statuses[status] = (statuses[status] ?? 0) + 1;
        resolve();
      };
      const sent = request(
        { agent, host: address, port, path, servername: host, headers: { host }, timeout: 10_000 },
        (answer) => {
          answer.resume();
          answer.on('end', () => done(String(answer.statusCode)));
        },
      );
      sent.on('timeout', () => sent.destroy(new Error('timeout')));
      sent.on('error', ({ message }) => done(message));
      sent.end();
    });
  const since = Date.now();
  let next = 0;
  const loop = async () => {
    while (next < requests) await ask(addresses[next++ % addresses.length] ?? '');
  };
  await Promise.all(Array.from({ length: 30 }, loop));
  agent.destroy();
  process.stdout.write(JSON.stringify({ statuses, seconds: (Date.now() - since) / 1_000 }));
}

interface Autoscaler {
  readonly spec: { readonly minReplicas: number; readonly maxReplicas: number };
  readonly status: {
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message: string }[];
    readonly currentMetrics?: readonly object[] | null;
  };
}

/** What KEDA made of the worker's ScaledObject, and what the control plane says of it. */
export function workerAutoscaler() {
  const command = `-n ${namespaces.application} get hpa keda-hpa-worker -o json`;
  const { spec, status } = JSON.parse(kubectl(command)) as Autoscaler;
  const active = status.conditions?.find(({ type }) => type === 'ScalingActive');
  return {
    replicas: { minimum: spec.minReplicas, maximum: spec.maxReplicas },
    isActive: active?.status === 'True',
    why: active?.message,
    metrics: status.currentMetrics?.length ?? 0,
  };
}

/** Changes how many workers there are at least, until `npm run demo:kubernetes` deploys the environment again. */
export const setMinimumWorkers = (replicas: number) =>
  kubectl(
    `-n ${namespaces.application} patch scaledobject worker --type=merge -p '{"spec":{"minReplicaCount":${replicas}}}'`,
  );

/** What KEDA's webhook says of a change that it is to refuse; nothing is changed. */
export function refusalOfWorkers(minimum: number): string {
  const patch = `{"spec":{"minReplicaCount":${minimum}}}`;
  const { complaints } = shell(
    `kubectl -n ${namespaces.application} patch scaledobject worker --type=merge --dry-run=server -p '${patch}'`,
  );
  return complaints.join('\n');
}
