/** What pods of the jobs request, and the most they may take. */
import type { ApplicationDeploymentSettings } from '../../environments/application-deployment-settings';

export const jobResources = {
  migration: {
    requests: { cpuMillicores: 100, memoryMebibytes: 128 },
    limits: { cpuMillicores: 500, memoryMebibytes: 256 },
  },
  exercise: {
    requests: { cpuMillicores: 250, memoryMebibytes: 256 },
    limits: { cpuMillicores: 1_000, memoryMebibytes: 512 },
  },
} as const satisfies Readonly<Record<string, ApplicationDeploymentSettings['api']['resources']>>;
