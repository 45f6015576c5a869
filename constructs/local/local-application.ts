/** The api and worker pair as processes on this machine. */
import { Construct } from 'constructs';
import type { LocalEnvironment } from '../../environments/local-environment';
import { apiVariables, workerVariables, type ApplicationEndpoints, type Variables } from '../application/settings';
import { applicationProcesses, fromProcessFolder, localDirectory, watchers } from './layout';
import { LocalComponent } from './local-component';
import type { LocalObservation } from './observation';

/** Digests of the bundles in `dist/`; a new one restarts the processes that run it. */
export interface BundleDigests {
  readonly api: string;
  readonly worker: string;
  readonly 'alert-receiver': string;
}

export interface LocalApplicationProps extends ApplicationEndpoints {
  readonly environment: LocalEnvironment;
  readonly observation: LocalObservation;
  readonly bundles: Pick<BundleDigests, 'api' | 'worker'>;
}

/** First the workers, then the api's processes one after the other, so that one of them always answers. */
export class LocalApplication extends Construct {
  /** URLs of the api's processes. */
  readonly apiUrls: readonly string[];

  constructor(scope: Construct, id: string, props: LocalApplicationProps) {
    super(scope, id);
    const { environment } = props;
    const { application } = environment;
    const workers = this.processes('worker', props, workerVariables(application, props), []);
    const ofApi = apiVariables(application, props, {
      instances: application.apiProcesses,
      sessionKeysFile: `${fromProcessFolder}/secrets/session-keys.json`,
      console: {
        operators: environment.console.operators,
        alertmanagerUrl: `http://127.0.0.1:${watchers(environment).alertmanager.port}`,
      },
    });
    const apis = this.processes('api', props, ofApi, workers);
    this.apiUrls = applicationProcesses('api', environment).map(({ port }) => `http://127.0.0.1:${port}`);
    new LocalComponent(this, 'exercise', {
      kind: 'exercise',
      resource: {
        name: 'exercise',
        directory: localDirectory,
        settings: { apiUrls: this.apiUrls, username: 'user-1', passwordFile: 'secrets/demo-user' },
      },
      dependsOn: apis,
    });
  }

  private processes(
    program: 'api' | 'worker',
    { environment, observation, bundles }: LocalApplicationProps,
    variables: Variables,
    after: readonly LocalComponent<'application'>[],
  ): LocalComponent<'application'>[] {
    const processes: LocalComponent<'application'>[] = [];
    for (const { name, port } of applicationProcesses(program, environment)) {
      const previous = processes.at(-1);
      processes.push(
        new LocalComponent(this, name, {
          kind: 'application',
          resource: {
            name,
            directory: localDirectory,
            incarnation: observation.incarnation(name),
            program,
            bundleDigest: bundles[program],
            port,
            settings: { ...variables, INSTANCE_NAME: name, HOST: '127.0.0.1', PORT: String(port) },
          },
          dependsOn: previous ? [previous] : after,
        }),
      );
    }
    return processes;
  }
}
