/** What every deployment of the api and worker pair has in common, whatever runs before it. */
import type { ITerraformDependable, TerraformStack } from 'cdktf';
import { ApplicationNamespace } from '../constructs/application/application-namespace';
import { ApplicationPrograms, type ProgramsSettings } from '../constructs/application/application-programs';
import { ApplicationSecrets } from '../constructs/application/application-secrets';
import type { ApplicationEntry } from '../constructs/application/application-traffic';
import { ExerciseJob } from '../constructs/application/exercise-job';
import { GeneratedSecrets } from '../constructs/application/generated-secrets';
import { MigrationJob } from '../constructs/application/migration-job';
import type { DeployedRedisEndpoint } from '../constructs/application/mounted-endpoints';
import { planSecrets, type SecretPlans } from '../constructs/application/secret-plans';
import type { AwsAccount } from '../constructs/aws/account';
import type { ClusterAddresses } from '../constructs/cluster-services/traffic';
import type { DeployedDatabaseEndpoint } from '../constructs/database/endpoint';
import type { PasswordStore } from '../constructs/passwords/password-store';
import type { ApplicationDeploymentSettings } from '../environments/application-deployment-settings';

export type DeployedSettings = ProgramsSettings &
  Pick<ApplicationDeploymentSettings, 'sessionKeys' | 'exercise' | 'destruction'>;

export interface ProgramParts {
  /** @default - the environment is not in AWS */
  readonly account?: AwsAccount;
  /** Name of the environment. */
  readonly environment: string;
  readonly settings: DeployedSettings;
  /** @default - as many pods all the time */
  readonly autoscaling?: Pick<ApplicationDeploymentSettings, 'api' | 'worker'>;
  readonly redis: DeployedRedisEndpoint;
  readonly database: DeployedDatabaseEndpoint;
  /** Generation of the password of the application's role. */
  readonly databasePasswordGeneration: number;
  readonly addresses: ClusterAddresses;
  readonly passwords: PasswordStore;
  /** Whether the gateway counts requests in Redis. */
  readonly gatewayCounts: boolean;
  /** @default 'gateway' */
  readonly entry?: ApplicationEntry;
}

export interface DeployedPrograms {
  readonly programs: ApplicationPrograms;
  readonly secrets: SecretPlans;
}

/** In this order: what pods need, the migration, workers, the api. */
export function deployPrograms(stack: TerraformStack, parts: ProgramParts): DeployedPrograms {
  const { account, environment, settings, redis, database, passwords, entry = 'gateway' } = parts;
  const generated = new GeneratedSecrets(stack, 'generated', { environment, passwords, settings });
  const namespace = new ApplicationNamespace(stack, 'namespace', {
    account,
    redis,
    database,
    addresses: parts.addresses,
    entry,
  });
  const secrets = planSecrets({
    redis,
    database,
    databasePasswordGeneration: parts.databasePasswordGeneration,
    sessionKeys: generated.sessionKeys,
    exercisePassword: generated.exercisePassword,
    gatewayCounts: parts.gatewayCounts,
  });
  const { dependables } = new ApplicationSecrets(stack, 'secrets', {
    account,
    plans: secrets.plans,
    dependsOn: [...namespace.dependables, ...generated.dependables],
  });
  const programs = addPrograms(stack, parts, secrets, [...namespace.dependables, ...dependables]);
  return { programs, secrets };
}

function addPrograms(
  stack: TerraformStack,
  { settings, autoscaling, redis, database, entry = 'gateway' }: ProgramParts,
  { files }: SecretPlans,
  ready: readonly ITerraformDependable[],
): ApplicationPrograms {
  const { job: migration } = new MigrationJob(stack, 'migration', {
    settings,
    database,
    files: files.migration,
    dependsOn: ready,
  });
  return new ApplicationPrograms(stack, 'programs', {
    settings,
    ...(autoscaling && { autoscaling }),
    entry,
    redis,
    database,
    files,
    dependsOn: [...ready, migration],
  });
}

/** The exercise against the new pods, where the settings ask for it. */
export function proveDeployment(
  stack: TerraformStack,
  { settings, programs, secrets }: DeployedPrograms & { readonly settings: DeployedSettings },
): void {
  if (settings.exercise.kind !== 'after-deployment') return;
  new ExerciseJob(stack, 'exercise', {
    settings,
    exercise: settings.exercise,
    files: secrets.files.exercise,
    proves: programs.variables,
    dependsOn: [programs.api],
  });
}
