/** The application as it is tested: limits, times, and what a pod is promised. */
import type { ApplicationDeploymentSettings } from './application-deployment-settings';
import type { ProgramSettings } from './application-settings';

/** What both programs are told: `{ ...defaultPrograms, image: { … } }`. */
export const defaultPrograms: ProgramSettings = {
  workerBatchSize: 100,
  handlerTimeoutMilliseconds: 5_000,
  maxAttempts: 3,
  redisDeadlineMilliseconds: 1_000,
  databasePoolSize: 8,
  session: { idleSeconds: 1_800, absoluteSeconds: 43_200 },
  rateLimits: { login: { quota: 20, windowSeconds: 60 }, default: { quota: 20_000, windowSeconds: 10 } },
};

/** What a pod of either program is promised, and the most it may take. */
export const defaultResources: ApplicationDeploymentSettings['api']['resources'] = {
  requests: { cpuMillicores: 250, memoryMebibytes: 256 },
  limits: { cpuMillicores: 1_000, memoryMebibytes: 512 },
};
