/** The migration: brings the database to what the new pods expect, before there are any. */
import path from 'node:path';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { ApplicationDeploymentSettings } from '../../environments/application-deployment-settings';
import type { DeployedDatabaseEndpoint } from '../database/endpoint';
import { jobResources } from './job-resources';
import { mountedDatabase } from './mounted-endpoints';
import type { MountedValues } from './pod';
import { ProgramJob } from './program-job';
import { mountedFiles } from './programs';

export interface MigrationJobProps {
  readonly settings: Pick<ApplicationDeploymentSettings, 'image'>;
  readonly database: DeployedDatabaseEndpoint;
  readonly files: MountedValues;
  readonly dependsOn: readonly ITerraformDependable[];
}

/** Longest time of all tries, in seconds: statements of a migration are not limited themselves. */
const timeoutSeconds = 1_800;

/** Tries after the first: AWS changes the administrator's password every week, and the new one arrives minutes later. */
const retries = 6;

/** Old pods go on while it runs, and beside the new ones after it: a migration may not take from them what they use. */
export class MigrationJob extends Construct {
  readonly job: ITerraformDependable;

  constructor(scope: Construct, id: string, props: MigrationJobProps) {
    super(scope, id);
    const { settings, database, files, dependsOn } = props;
    const { job } = new ProgramJob(this, 'job', {
      program: 'migration',
      settings,
      resources: jobResources.migration,
      variables: {
        DATABASE_HOST: database.address.host,
        DATABASE_PORT: String(database.address.port),
        DATABASE_NAME: database.database,
        DATABASE_CA_FILE: mountedDatabase(database).caCertificateFile,
        ADMINISTRATOR_USERNAME: database.administrator.username,
        ADMINISTRATOR_PASSWORD_FILE: mountedFiles.administratorPassword,
        APPLICATION_PASSWORD_FILE: mountedFiles.databasePassword,
        ...(path.posix.basename(mountedFiles.exercisePassword) in files && {
          EXERCISE_PASSWORD_FILE: mountedFiles.exercisePassword,
        }),
      },
      files,
      timeoutSeconds,
      retries,
      dependsOn,
    });
    this.job = job;
  }
}
