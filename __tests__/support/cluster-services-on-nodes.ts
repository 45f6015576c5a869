/** What the gateway and KEDA of the demo's cluster do. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
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
  const asked = Buffer.from(JSON.stringify({ ...requests, authority, port: gatewayPort })).toString('base64');
  const command = `-n ${namespaces.application} exec -i deployment/api -- /nodejs/bin/node - ${asked}`;
  return JSON.parse(
    kubectl(command, readFileSync(path.join(__dirname, 'gateway-client.cjs'), 'utf8')),
  ) as GatewayAnswers;
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

/** What KEDA's webhook says of a second ScaledObject for the workers; nothing is changed. */
export function refusalOfSecondScaler(): string {
  const { spec } = JSON.parse(kubectl(`-n ${namespaces.application} get scaledobject worker -o json`)) as {
    readonly spec: object;
  };
  const metadata = { name: 'second', namespace: namespaces.application };
  const second = JSON.stringify({ apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', metadata, spec });
  return shell(`kubectl create --dry-run=server -f - <<'INPUT'\n${second}\nINPUT`).complaints.join('\n');
}
