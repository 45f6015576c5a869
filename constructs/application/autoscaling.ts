/** How many pods there are: of the api by what they compute, of the worker by what waits for them. */
import { HorizontalPodAutoscalerV2 } from '@cdktf/provider-kubernetes/lib/horizontal-pod-autoscaler-v2';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { ApplicationDeploymentSettings } from '../../environments/application-deployment-settings';
import { namespaces } from '../cluster-services/names';
import { CustomResources, type KubernetesObject } from '../kubernetes/custom-resources';
import { programLabels, serviceUrl } from './programs';

/** Grows as fast as the load does, by as many again every half a minute. */
const growth = { stabilizationWindowSeconds: 0, policies: [{ type: 'Percent', value: 100, periodSeconds: 30 }] };

/** Shrinks by a quarter a minute, to what was enough for the last five. */
const shrinking = { stabilizationWindowSeconds: 300, policies: [{ type: 'Percent', value: 25, periodSeconds: 60 }] };

export interface ApiAutoscalingProps {
  readonly settings: ApplicationDeploymentSettings['api'];
  readonly dependsOn: readonly ITerraformDependable[];
}

export class ApiAutoscaling extends Construct {
  constructor(scope: Construct, id: string, { settings, dependsOn }: ApiAutoscalingProps) {
    super(scope, id);
    const behaviour = ({ stabilizationWindowSeconds, policies }: typeof growth) => [
      { stabilizationWindowSeconds, selectPolicy: 'Max', policy: policies },
    ];
    new HorizontalPodAutoscalerV2(this, 'autoscaler', {
      metadata: { name: 'api', namespace: namespaces.application, labels: { ...programLabels('api') } },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'api' },
        minReplicas: settings.replicas.minimum,
        maxReplicas: settings.replicas.maximum,
        metric: [
          {
            type: 'Resource',
            resource: {
              name: 'cpu',
              target: { type: 'Utilization', averageUtilization: settings.cpuUtilizationPercent },
            },
          },
        ],
        behavior: { scaleUp: behaviour(growth), scaleDown: behaviour(shrinking) },
      },
      dependsOn: [...dependsOn],
    });
  }
}

export interface WorkerAutoscalingProps {
  readonly settings: ApplicationDeploymentSettings['worker'];
  readonly dependsOn: readonly ITerraformDependable[];
}

/** docs/decisions/0012 tells why KEDA asks a worker, and neither Redis nor Prometheus. */
export class WorkerAutoscaling extends Construct {
  constructor(scope: Construct, id: string, { settings, dependsOn }: WorkerAutoscalingProps) {
    super(scope, id);
    new CustomResources(this, 'autoscaler', {
      name: 'worker-autoscaling',
      namespace: namespaces.application,
      objects: [scaledObject(settings)],
      dependsOn,
    });
  }
}

/** Metric of every worker: messages of all partitions that are added and not done. */
const queueDepth = 'queue_depth_messages';

/** While no worker can tell the depth, Kubernetes leaves the number of pods as it is. */
function scaledObject({ replicas, queueDepthPerReplica }: ApplicationDeploymentSettings['worker']): KubernetesObject {
  return {
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'ScaledObject',
    metadata: { name: 'worker', labels: programLabels('worker') },
    spec: {
      scaleTargetRef: { name: 'worker' },
      minReplicaCount: replicas.minimum,
      maxReplicaCount: replicas.maximum,
      advanced: { horizontalPodAutoscalerConfig: { behavior: { scaleUp: growth, scaleDown: shrinking } } },
      triggers: [
        {
          type: 'metrics-api',
          metricType: 'AverageValue',
          metadata: {
            url: `${serviceUrl('worker')}/metrics`,
            format: 'prometheus',
            valueLocation: queueDepth,
            targetValue: String(queueDepthPerReplica),
          },
        },
      ],
    },
  };
}
