/** The pair on Kubernetes for tests. */
import type {
  ApplicationDeploymentContext,
  ApplicationDeploymentSettings,
} from '../../environments/application-deployment-settings';
import { rdsEngine } from './database-settings';

const resources = {
  requests: { cpuMillicores: 250, memoryMebibytes: 256 },
  limits: { cpuMillicores: 1_000, memoryMebibytes: 512 },
};

/** Settings that break no rule. */
export const testDeployment: ApplicationDeploymentSettings = {
  image: {
    registry: '111122223333.dkr.ecr.eu-central-1.amazonaws.com',
    repository: 'redis-platform/application',
    version: { kind: 'digest', digest: `sha256:${'ab'.repeat(32)}` },
  },
  hostName: 'api.test.example.com',
  gatewayRateLimit: { kind: 'by-client', requestsPerSecond: 100, burst: 500 },
  api: { replicas: { minimum: 3, maximum: 12 }, cpuUtilizationPercent: 60, resources },
  worker: { replicas: { minimum: 2, maximum: 8 }, queueDepthPerReplica: 500, resources },
  sessionKeys: ['2026-11'],
  exercise: { kind: 'after-deployment', orders: 100, stampede: 200, timeoutSeconds: 120 },
  destruction: { kind: 'prevented' },
  workerBatchSize: 100,
  handlerTimeoutMilliseconds: 5_000,
  maxAttempts: 3,
  redisDeadlineMilliseconds: 1_000,
  databasePoolSize: 8,
  session: { idleSeconds: 1_800, absoluteSeconds: 43_200 },
  rateLimits: { login: { quota: 20, windowSeconds: 60 }, default: { quota: 20_000, windowSeconds: 10 } },
};

export const testDeploymentContext: ApplicationDeploymentContext = {
  database: { engine: rdsEngine },
  zones: ['eu-central-1a', 'eu-central-1b', 'eu-central-1c'],
  gatewayHostNames: ['api.test.example.com', 'www.test.example.com'],
};
