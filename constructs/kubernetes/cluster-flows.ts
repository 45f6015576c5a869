/** Connections that a cluster needs, whatever runs in it. */
import type { KubernetesSettings } from '../../environments/kubernetes-settings';
import { callsAws, callsKubernetes, controlPlaneCallsPods, podsOf } from '../cluster-services/flows';
import type { Flow, FlowEnd } from '../network/flows';
import { addOnNamespace, dnsPods, metricsServerPods, volumeDriverPods } from './add-on-pods';
import { controlPlaneCalls, kubernetesApiPort } from './control-plane-calls';
import type { OutboundPorts } from './security-groups';

const nodes: FlowEnd = { kind: 'nodes' };
const runner: FlowEnd = { kind: 'runner' };
const controlPlane: FlowEnd = { kind: 'control-plane' };
const internet: FlowEnd = { kind: 'internet' };

/**
 * Services that nodes call: network driver, images (whose layers are in S3) and roles of pods. Source: "Amazon EKS node
 * IAM role"; "Deploy private clusters with limited internet access" of the EKS User Guide.
 */
const servicesOfNodes = ['ec2', 'ecr.api', 'ecr.dkr', 's3', 'eks-auth'];

/** Services that Terraform calls for the stacks of an environment, its own state and keys included. */
const servicesOfRunner = [
  ...['sts', 's3', 'kms', 'ec2', 'eks', 'logs', 'secretsmanager', 'ecr.api', 'ecr.dkr', 'ssm', 'sns', 'sqs', 'events'],
  ...['elasticache', 'rds', 'monitoring', 'states', 'autoscaling', 'elasticloadbalancing'],
];

export function clusterFlows(
  { endpoint }: Pick<KubernetesSettings, 'endpoint'>,
  outbound: OutboundPorts = { registries: [], mail: [] },
): readonly Flow[] {
  const toApi = (from: FlowEnd, why: string) => callsKubernetes(from, why);
  return [
    toApi(nodes, 'nodes join, and learn what to run'),
    toApi(runner, 'deployments install charts and objects'),
    ...endpoint.privateCidrs.map((cidr) => toApi({ kind: 'clients', cidr }, 'kubernetes.endpoint.privateCidrs')),
    ...(endpoint.kind === 'public-allow-list' ? endpoint.publicCidrs : []).map((cidr): Flow => ({
      from: { kind: 'clients', cidr },
      to: { kind: 'public-api' },
      port: kubernetesApiPort,
      why: 'kubernetes.endpoint.publicCidrs',
    })),
    { from: controlPlane, to: nodes, port: controlPlaneCalls.kubelet.port, why: 'logs and commands of pods' },
    ...servicesOfNodes.map((service): Flow => ({
      from: nodes,
      to: { kind: 'aws', service },
      port: 443,
      why: 'nodes have addresses for pods, images and roles of pods',
    })),
    { from: nodes, to: { kind: 'instance-metadata' }, port: 80, why: 'nodes learn who they are, and have a role' },
    ...servicesOfRunner.map((service): Flow => ({
      from: runner,
      to: { kind: 'aws', service },
      port: 443,
      why: 'Terraform makes resources and keeps its state',
    })),
    {
      from: runner,
      to: internet,
      port: 443,
      why: 'providers of Terraform, charts, and services of AWS without regions',
    },
    ...outbound.registries.flatMap((port): Flow[] => [
      { from: nodes, to: internet, port, why: 'images of registries that settings name' },
      { from: runner, to: internet, port, why: 'charts of registries that settings name' },
    ]),
    ...addOnFlows(),
  ];
}

function addOnFlows(): readonly Flow[] {
  const dns = podsOf(addOnNamespace, dnsPods);
  const metrics = podsOf(addOnNamespace, metricsServerPods);
  const volumes = podsOf(addOnNamespace, volumeDriverPods);
  return [
    callsKubernetes(dns, 'DNS learns services and pods'),
    callsKubernetes(metrics, 'metrics-server learns nodes'),
    callsKubernetes(volumes, 'the volume driver learns claims'),
    controlPlaneCallsPods(metrics, 'metricsServer'),
    { from: metrics, to: nodes, port: controlPlaneCalls.kubelet.port, why: 'metrics-server measures pods' },
    ...callsAws(volumes, ['ec2'], 'volumes are made and attached'),
  ];
}
