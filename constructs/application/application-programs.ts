/** The worker and the api: first the workers, then the api that gives them orders, each with its autoscaling. */
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { apiGraceMilliseconds, workerGraceMilliseconds } from '../../apps/service/grace';
import type { ApplicationDeploymentSettings } from '../../environments/application-deployment-settings';
import type { ProgramSettings } from '../../environments/application-settings';
import type { DeployedDatabaseEndpoint } from '../database/endpoint';
import type { ApplicationEntry } from './application-traffic';
import { ApiAutoscaling, WorkerAutoscaling } from './autoscaling';
import { mountedDatabase, mountedRedis, type DeployedRedisEndpoint } from './mounted-endpoints';
import { ProgramDeployment } from './program-deployment';
import { mountedFiles } from './programs';
import type { SecretPlans } from './secret-plans';
import { apiVariables, workerVariables, type Variables } from './settings';

type Programs = Pick<ApplicationDeploymentSettings, 'api' | 'worker'>;

/** Settings of the programs, however they are reached and scaled. */
export type ProgramsSettings = ProgramSettings &
  Pick<ApplicationDeploymentSettings, 'image'> & {
    readonly [Program in keyof Programs]: Pick<Programs[Program], 'replicas' | 'resources'>;
  };

export interface ApplicationProgramsProps {
  readonly settings: ProgramsSettings;
  /** What pods are added and removed by. @default - the minimum of replicas runs all the time */
  readonly autoscaling?: Programs;
  /** What runs before the api. @default 'gateway' */
  readonly entry?: ApplicationEntry;
  readonly redis: DeployedRedisEndpoint;
  readonly database: DeployedDatabaseEndpoint;
  readonly files: SecretPlans['files'];
  readonly dependsOn: readonly ITerraformDependable[];
}

/** Seconds that a pod of the api serves on when it is to end: the gateway and kube-proxy hear of it meanwhile. */
const lingerSeconds = 10;

export class ApplicationPrograms extends Construct {
  /** There once the pods are ready. */
  readonly api: ITerraformDependable;
  /** What each program is told. */
  readonly variables: Readonly<Record<'api' | 'worker', Variables>>;

  constructor(scope: Construct, id: string, props: ApplicationProgramsProps) {
    super(scope, id);
    const { settings, files, dependsOn } = props;
    this.variables = variablesOf(props);
    const worker = new ProgramDeployment(this, 'worker', {
      program: 'worker',
      settings,
      resources: settings.worker.resources,
      minimumReplicas: settings.worker.replicas.minimum,
      variables: this.variables.worker,
      files: files.worker,
      graceMilliseconds: workerGraceMilliseconds,
      dependsOn,
    });
    const api = new ProgramDeployment(this, 'api', {
      program: 'api',
      settings,
      resources: settings.api.resources,
      minimumReplicas: settings.api.replicas.minimum,
      variables: this.variables.api,
      files: files.api,
      graceMilliseconds: apiGraceMilliseconds,
      lingerSeconds,
      dependsOn: [...dependsOn, worker.deployment],
    });
    this.api = api.deployment;
    const { autoscaling } = props;
    if (autoscaling === undefined) return;
    new WorkerAutoscaling(this, 'worker-autoscaling', { settings: autoscaling.worker, dependsOn: [worker.deployment] });
    new ApiAutoscaling(this, 'api-autoscaling', { settings: autoscaling.api, dependsOn: [api.deployment] });
  }
}

/** The api trusts what a gateway reports of clients, where there is one: no other pods reach it then. */
function variablesOf({ settings, redis, database, entry = 'gateway' }: ApplicationProgramsProps) {
  const endpoints = { redis: mountedRedis(redis), database: mountedDatabase(database) };
  const api = apiVariables(settings, endpoints, {
    instances: settings.api.replicas.maximum,
    sessionKeysFile: mountedFiles.sessionKeys,
  });
  return {
    api: { ...api, ...(entry === 'gateway' && { TRUST_PROXY: 'true' }) },
    worker: workerVariables(settings, endpoints),
  };
}
