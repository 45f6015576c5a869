/** The exercise: proves that the new pods work together, from within the cluster. */
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { ApplicationDeploymentSettings } from '../../environments/application-deployment-settings';
import { jobResources } from './job-resources';
import type { MountedValues } from './pod';
import { ProgramJob } from './program-job';
import { mountedFiles, serviceUrl } from './programs';

/** Settings of a run. */
export type ExerciseSettings = Extract<ApplicationDeploymentSettings['exercise'], { kind: 'after-deployment' }>;

export interface ExerciseJobProps {
  readonly settings: Pick<ApplicationDeploymentSettings, 'image'>;
  readonly exercise: ExerciseSettings;
  readonly files: MountedValues;
  /** What the programs are told: a change is proven anew. */
  readonly proves: unknown;
  readonly dependsOn: readonly ITerraformDependable[];
}

/** The user that the migration adds. */
const username = 'user-1';

/** One try more: nodes come and go while it runs. */
const retries = 1;

/** Seconds for a place on a node and the start. */
const startSeconds = 120;

/** Straight to the api's service: the gateway would count its requests as those of one client. */
export class ExerciseJob extends Construct {
  constructor(scope: Construct, id: string, { settings, exercise, files, proves, dependsOn }: ExerciseJobProps) {
    super(scope, id);
    new ProgramJob(this, 'job', {
      program: 'exercise',
      settings,
      resources: jobResources.exercise,
      variables: {},
      files,
      arguments: [
        ...['--url', serviceUrl('api')],
        ...['--username', username],
        ...['--password-file', mountedFiles.exercisePassword],
        ...['--orders', String(exercise.orders)],
        ...['--stampede', String(exercise.stampede)],
        ...['--timeout-seconds', String(exercise.timeoutSeconds)],
      ],
      timeoutSeconds: (1 + retries) * exercise.timeoutSeconds + startSeconds,
      retries,
      runsAgainFor: proves,
      dependsOn,
    });
  }
}
