/** What pods of the application request. */
import type { ApplicationDeploymentSettings } from '../../environments/application-deployment-settings';
import { namespaces } from '../cluster-services/names';
import type { PodDemand } from '../kubernetes/pod-demand';
import { jobResources } from './job-resources';

const shared = {
  namespace: namespaces.application,
  nodes: 'general',
  priority: 'application',
  oneANode: false,
  zoneBound: false,
} as const;

/** @param surge pods that a rollout of a program has beyond its replicas */
export function programPods(settings: ApplicationDeploymentSettings, surge: number): readonly PodDemand[] {
  return [
    ...(['api', 'worker'] as const).map((program): PodDemand => ({
      ...shared,
      name: program,
      kind: 'deployment',
      replicas: settings[program].replicas,
      maximumSetting: `application.${program}.replicas.maximum`,
      surge,
      ...settings[program].resources.requests,
      overZones: true,
    })),
    jobPod('migration'),
    ...(settings.exercise.kind === 'none' ? [] : [jobPod('exercise')]),
  ];
}

const jobPod = (name: keyof typeof jobResources): PodDemand => ({
  ...shared,
  name,
  kind: 'job',
  replicas: { minimum: 1, maximum: 1 },
  ...jobResources[name].requests,
  overZones: false,
});
