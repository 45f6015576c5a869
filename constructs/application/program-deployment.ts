/** A program that runs all the time: its pods, the service before them, and how many may go at a time. */
import { DeploymentV1 } from '@cdktf/provider-kubernetes/lib/deployment-v1';
import { PodDisruptionBudgetV1 } from '@cdktf/provider-kubernetes/lib/pod-disruption-budget-v1';
import { ServiceV1 } from '@cdktf/provider-kubernetes/lib/service-v1';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { surgePods } from '../../environments/application-deployment-settings';
import { namespaces } from '../cluster-services/names';
import { oneAtATime, spreadOverZones } from '../cluster-services/pods';
import { podTemplate, programContainer, type PodProps } from './pod';
import { nodeProgram, podLabels, programLabels, programPortName, programPorts } from './programs';

export interface ProgramDeploymentProps extends Omit<PodProps, 'arguments' | 'terminationGracePeriodSeconds'> {
  readonly program: 'api' | 'worker';
  /** Pods at first; an autoscaler decides from then on. */
  readonly minimumReplicas: number;
  /** Longest time that the program itself takes to end, in milliseconds. */
  readonly graceMilliseconds: number;
  /**
   * Seconds that a pod that is to end goes on as before, so that whoever sends requests has heard of it.
   * @default 0
   */
  readonly lingerSeconds?: number;
  readonly dependsOn: readonly ITerraformDependable[];
}

/** Seconds beyond the program's own grace until it is killed. */
const marginSeconds = 5;

/** The annotation by which Reloader rolls pods when a Secret that they mount has changed, and its mark on them. */
const reload = {
  request: { 'reloader.stakater.com/auto': 'true' },
  mark: 'reloader.stakater.com/last-reloaded-from',
} as const;

/** A pod of a lost node is replaced after this time, instead of the five minutes that Kubernetes gives. */
const lostNodeSeconds = '60';

/**
 * A rollout makes a new pod before it ends an old one, and goes on when the new one is ready; it fails if one isn't within
 * ten minutes. An autoscaler owns the number of pods, and Reloader its mark: Terraform leaves both alone.
 */
export class ProgramDeployment extends Construct {
  readonly deployment: ITerraformDependable;

  constructor(scope: Construct, id: string, props: ProgramDeploymentProps) {
    super(scope, id);
    const { program, minimumReplicas, dependsOn } = props;
    const metadata = { name: program, namespace: namespaces.application, labels: { ...programLabels(program) } };
    const selector = { matchLabels: { ...podLabels(program) } };
    const budget = new PodDisruptionBudgetV1(this, 'disruption-budget', {
      metadata,
      spec: { maxUnavailable: String(oneAtATime.maxUnavailable), selector },
      dependsOn: [...dependsOn],
    });
    const service = new ServiceV1(this, 'service', {
      metadata,
      spec: {
        type: 'ClusterIP',
        selector: { ...podLabels(program) },
        port: [{ name: programPortName, port: programPorts[program], targetPort: String(programPorts[program]) }],
      },
      waitForLoadBalancer: false,
      dependsOn: [...dependsOn],
    });
    this.deployment = new DeploymentV1(this, 'deployment', {
      metadata: { ...metadata, annotations: { ...reload.request } },
      spec: {
        replicas: String(minimumReplicas),
        revisionHistoryLimit: 5,
        progressDeadlineSeconds: 600,
        minReadySeconds: 5,
        selector,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: String(surgePods), maxUnavailable: '0' } },
        template: template(props),
      },
      waitForRollout: true,
      timeouts: { create: '20m', update: '30m', delete: '10m' },
      lifecycle: {
        ignoreChanges: ['spec[0].replicas', `spec[0].template[0].metadata[0].annotations["${reload.mark}"]`],
      },
      dependsOn: [...dependsOn, budget, service],
    });
  }
}

function template(props: ProgramDeploymentProps) {
  const { program, graceMilliseconds, lingerSeconds = 0 } = props;
  const pod = {
    ...props,
    terminationGracePeriodSeconds: lingerSeconds + graceMilliseconds / 1_000 + marginSeconds,
    variables: { ...props.variables, HOST: '0.0.0.0', PORT: String(programPorts[program]) },
  };
  const { metadata, spec } = podTemplate(pod);
  return {
    metadata,
    spec: {
      ...spec,
      topologySpreadConstraint: spreadOverZones(podLabels(program)).map(({ labelSelector, ...constraint }) => ({
        ...constraint,
        labelSelector: [labelSelector],
      })),
      toleration: ['not-ready', 'unreachable'].map((condition) => ({
        key: `node.kubernetes.io/${condition}`,
        operator: 'Exists',
        effect: 'NoExecute',
        tolerationSeconds: lostNodeSeconds,
      })),
      container: [
        {
          ...programContainer(pod),
          port: [{ name: programPortName, containerPort: programPorts[program] }],
          ...probes(program),
          ...(lingerSeconds > 0 && { lifecycle: { preStop: [{ exec: { command: linger(lingerSeconds) } }] } }),
        },
      ],
    },
  };
}

/** The image has no shell and no `sleep`, and the provider knows no `sleep` of Kubernetes' own. */
const linger = (seconds: number) => [nodeProgram, '--eval', `setTimeout(() => {}, ${seconds * 1_000})`];

/**
 * Ready is who can serve: a pod that isn't gets no requests, and holds a rollout up. Alive is who answers at all: one that
 * only lost Redis or Postgres is not started anew, which would not bring them back.
 */
function probes(program: 'api' | 'worker') {
  const get = (path: string) => ({ httpGet: { path, port: String(programPorts[program]) } });
  return {
    startupProbe: { ...get('/healthz'), periodSeconds: 2, timeoutSeconds: 2, failureThreshold: 30 },
    // Readiness asks the database, with a second of its own.
    readinessProbe: { ...get('/readyz'), periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 2 },
    livenessProbe: { ...get('/healthz'), periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
  };
}
